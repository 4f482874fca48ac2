// Live progress. In a terminal one line that moves, under the last one that stays; elsewhere a plain line for each step.
import { createLogUpdate } from 'log-update';
import { measuresOf } from '../analyse/measures.ts';
import { cellText, strategyLabel } from '../analyse/wording.ts';
import { thousands } from '../catalogue/format.ts';
import type { PlannedTrial } from '../plan/plan.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { Finding } from '../record/report.ts';
import { microseconds } from './answer.ts';

export interface Progress {
  /** Says what runs from now on; told anew as time passes. */
  begins(text: () => string): void;
  /** Says what has ended. */
  ended(line: string): void;
  /** Says that the run is about to end before its time. */
  stopping(): void;
  end(): void;
}

/** Shows progress on a stream; `heading` is its first line. */
export function startProgress(stream: NodeJS.WriteStream, heading: string): Progress {
  stream.write(`${heading}\n`);
  const display = stream.isTTY ? liveLine(stream) : plainLines(stream);
  return {
    begins: (text) => display.now(text),
    ended: (line) => display.done(line),
    stopping: () => display.done('interrupted: stopping what runs, then the report of what there is'),
    end: () => display.end(),
  };
}

interface Display {
  now(text: () => string): void;
  done(text: string): void;
  end(): void;
}

function plainLines(stream: NodeJS.WriteStream): Display {
  return { now() {}, done: (text) => void stream.write(`${text}\n`), end() {} };
}

function liveLine(stream: NodeJS.WriteStream): Display {
  const line = createLogUpdate(stream);
  const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
  let frame = 0;
  let text = () => '';
  let last = '';
  const timer = setInterval(() => line(`${last}${frames[frame++ % frames.length]} ${text()}`), 250);
  return {
    now(next) {
      text = next;
    },
    done(summary) {
      last = `${summary}\n`;
    },
    end() {
      clearInterval(timer);
      line.clear();
    },
  };
}

/** "cost, part 2, generation 1". */
export const trialText = ({ experiment, factors, block }: PlannedTrial) => cellText(experiment, factors, block);

/** What a trial came to, in a few words. */
export function outcomeText({ outcome }: Pick<TrialObservation, 'outcome'>): string {
  if (outcome.status === 'void') return `discarded: ${outcome.reason}`;
  if (outcome.status === 'failed') return `failed: ${outcome.reason}`;
  const [row, ...others] = outcome.rows;
  if (others.length > 0) return 'done';
  const rate = row && measuresOf(row.facts).requestsPerSecond;
  return rate && row.facts.type === 'http' ? `${thousands(rate)} requests/s` : 'done';
}

/** What readers ask about first: a session in Redis, a token, and what is kept and can still be revoked. */
const leading = ['session', 'jwt', 'jwt-cached+replicated-blocklist', 'session-cached'];

/** "added CPU per request: session 98 µs ±4, jwt 39 µs ±2"; empty as long as nothing is known. */
export function leadingText(findings: readonly Finding[]): string {
  const told = leading.flatMap((strategy) => {
    const finding = findings.find(({ experiment, factors }) => {
      return experiment === 'cost' && factors.strategy === strategy && (factors.alg ?? 'HS256') === 'HS256';
    });
    const added = finding?.measures.addedCpuPerRequest;
    return finding && added ? [`${strategyLabel({ strategy })} ${microseconds(added)}`] : [];
  });
  return told.length > 0 ? `added CPU per request: ${told.join(', ')}` : '';
}

/** "4 min 5 s". */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
