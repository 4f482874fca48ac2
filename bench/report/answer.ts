// The answer of a report: what is read where nothing else is. The same words on the page, in Markdown and in the terminal. Pure.
import { controlVerdict } from '../analyse/controls.ts';
import { frontierOf, mainWays, type Way, waysOf } from '../analyse/ways.ts';
import { boundText, plusMinus } from '../catalogue/format.ts';
import type { Measure, Report } from '../record/report.ts';

interface Figure {
  /** "137 µs". */
  readonly value: string;
  /** "±14". */
  readonly interval: string;
  readonly what: string;
}

export interface TheAnswer {
  /** Whether the run bears a verdict; otherwise the sentence says why not. */
  readonly isVerdict: boolean;
  readonly sentences: readonly string[];
  /** What a person repeats: a look-up, a signature check, a check that is cached and can still be revoked. */
  readonly figures: readonly Figure[];
}

/** The verdict of a report, or the reason why it has none. */
export function answerOf({ run, findings, answers, warnings }: Report): TheAnswer {
  const ways = mainWays(waysOf(findings));
  const figures = figuresOf(ways);
  const without = (sentence: string): TheAnswer => ({ isVerdict: false, sentences: [sentence], figures });
  if (!run.valid) return { isVerdict: false, sentences: [invalid, ...whatWasWrong(warnings)], figures: [] };
  if (!run.measurement)
    return without(
      `This run only shows that everything works: it is too short to compare anything. Run \`npm run ${run.choices.suite === 'bench' ? 'bench' : 'bench:selftest'}\`.`,
    );
  if (findings.length === 0) return without('Nothing has been measured yet.');
  const controls = controlVerdict(findings);
  if (controls && !controls.passed) return without(controls.sentence);
  // A run of other questions, or of the instrument itself, is told by its first answer.
  if (ways.length === 0) return { isVerdict: true, sentences: answers[0]?.sentences.slice(0, 2) ?? [], figures };
  const [session, token] = [added(ways, 'session'), added(ways, 'jwt')];
  if (!session || !token) return without('This run did not compare a session with a token: it has no verdict.');
  return {
    isVerdict: true,
    sentences: [
      `A session look-up in Redis (express-session) adds ${microseconds(session)} of CPU to a request; checking a signed token (HS256, jose) adds ${microseconds(token)}.`,
      ...cachedSentence(ways),
    ],
    figures,
  };
}

const invalid = 'This run is invalid: an answer was wrong, or a trial failed. Its figures say nothing.';

/** What was wrong, as far as a reader can take it in; the report has all of it. */
const whatWasWrong = (warnings: Report['warnings']) =>
  warnings
    .filter(({ code, message }) => code === 'TRIAL_FAILED' || message.includes('wrong answer'))
    .map(({ message }) => `${message}.`)
    .slice(0, mostWrong);

const mostWrong = 5;

const added = (ways: readonly Way[], strategy: string) => ways.find((way) => way.strategy === strategy)?.added ?? null;

/** The cheapest way that remembers what it checked, and of which nothing was accepted after a revoke. */
export function bestCached(ways: readonly Way[]): Way | null {
  const able = ways.filter(({ strategy, window }) => strategy.includes('cached') && window?.kind === 'below');
  return frontierOf(able)[0] ?? null;
}

function cachedSentence(ways: readonly Way[]): string[] {
  const best = bestCached(ways);
  if (!best?.added) return [];
  const within = best.revoked?.measures.exposureWindowUpperBound;
  const rejected = within
    ? `; every instance rejected a revoked credential within ${boundText(within.value)} of the acknowledged revoke`
    : '';
  return [
    `Cached in the instance and still revocable, a check adds ${microseconds(best.added)} (${best.name})${rejected}.`,
  ];
}

function figuresOf(ways: readonly Way[]): Figure[] {
  const best = bestCached(ways);
  return [
    ...figure(added(ways, 'session'), 'a session look-up in Redis (express-session)'),
    ...figure(added(ways, 'jwt'), 'checking a signed token (HS256, jose), good until it expires'),
    ...figure(best?.added ?? null, `cached and still revocable${best ? `: ${best.name}` : ''}`),
  ];
}

function figure(measure: Measure | null, what: string): Figure[] {
  if (!measure) return [];
  const { value, half } = plusMinus(measure);
  return [{ value: `${value} µs`, interval: `±${half}`, what }];
}

/** "137 µs ±14". */
export function microseconds(measure: Measure): string {
  const { value, half } = plusMinus(measure);
  return `${value} µs ±${half}`;
}
