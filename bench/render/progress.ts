// Live progress: what runs, how far, how long still. In a terminal one line that moves; elsewhere a plain line per trial.
import { createLogUpdate } from 'log-update';
import { measuresOf } from '../analyse/measures.ts';
import { pairedLogRatio } from '../analyse/pair.ts';
import { cellText, thousands } from '../analyse/wording.ts';
import type { PlannedTrial } from '../plan/plan.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { RunObserver } from '../run.ts';
import { secondsLeft } from './seconds-left.ts';

export interface Progress extends RunObserver {
  /** Says that the run is about to end before its time. */
  stopping(): void;
  end(): void;
}

/** Shows the progress of a run on a stream; `heading` is its first line. */
export function startProgress(
  stream: NodeJS.WriteStream,
  planned: readonly PlannedTrial[],
  done: readonly TrialObservation[],
  heading: string,
): Progress {
  const ended = [...done];
  stream.write(`${heading}\n`);
  const display = stream.isTTY ? liveLine(stream) : plainLines(stream);
  const left = () => clock(secondsLeft(planned, ended));
  return {
    trialBegins(trial, number, of) {
      const began = performance.now();
      const sofar = () => clock((performance.now() - began) / 1000);
      display.now(() => `[${number}/${of}] ${describe(trial)} · for ${sofar()}, ${left()} left`);
    },
    trialEnded(observation, number, of) {
      ended.push(observation);
      display.done(`[${number}/${of}] ${describe(observation)} · ${outcomeOf(observation)} · ${left()} left`);
    },
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

const describe = ({ experiment, factors, block }: PlannedTrial) => cellText(experiment, factors, block);

function outcomeOf({ outcome }: TrialObservation): string {
  if (outcome.status !== 'completed') return `${outcome.status}: ${outcome.reason}`;
  const [row, ...others] = outcome.rows;
  if (others.length > 0) return 'done';
  const rate = row && measuresOf(row.facts).requestsPerSecond;
  if (rate && row.facts.type === 'http') return `${thousands(rate.value)} requests/s`;
  if (row?.facts.type !== 'pair') return 'done';
  const change = Math.expm1(pairedLogRatio(row.facts)) * 100;
  return `${change < 0 ? '' : '+'}${change.toFixed(1)} % CPU`;
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
