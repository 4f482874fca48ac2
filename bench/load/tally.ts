// What closed-loop loads come to, one by one and added up.
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { AnswerCounts, HttpFacts, TierFacts } from '../record/facts.ts';
import { answerCounts, newVerdicts, type Verdict } from './answers.ts';

/** What the generator itself saw; the tiers' CPU and Redis' commands are added by whoever watches them. */
export type LoadFacts = Omit<
  HttpFacts,
  'type' | 'warmUp' | 'credentialBytes' | 'instructionsPerRequest' | keyof TierFacts
>;

/** What a load has come to. */
export interface Tally {
  readonly connections: number;
  readonly latency: RecordableHistogram;
  readonly verdicts: Record<Verdict, number>;
  readonly windows: HttpFacts['windows'];
  seconds: number;
  invalid: number;
  sentBytes: number;
  receivedBytes: number;
}

/** Of a load over so many connections, of which nothing has been answered yet. */
export const newTally = (connections: number): Tally => ({
  connections,
  latency: createHistogram({ figures: 3 }),
  verdicts: newVerdicts(),
  windows: [],
  seconds: 0,
  invalid: 0,
  sentBytes: 0,
  receivedBytes: 0,
});

/** Adds a load to one of as many connections. */
function sumOf(tally: Tally, more: Tally): Tally {
  tally.latency.add(more.latency);
  for (const verdict of Object.keys(more.verdicts) as Verdict[]) tally.verdicts[verdict] += more.verdicts[verdict];
  tally.windows.push(...more.windows);
  tally.seconds += more.seconds;
  tally.invalid += more.invalid;
  tally.sentBytes += more.sentBytes;
  tally.receivedBytes += more.receivedBytes;
  return tally;
}

/** What it is written down as. */
export const factsOf = ({ connections, latency, verdicts, windows, seconds, invalid, ...bytes }: Tally): LoadFacts => ({
  requests: latency.count,
  seconds,
  windows,
  connections,
  latency: summary(latency),
  requestBytes: bytes.sentBytes,
  responseBytes: bytes.receivedBytes,
  invalid,
  falseAccepts: verdicts.falseAccept,
  falseRejects: verdicts.falseReject,
  errors: verdicts.error,
});

const all = newVerdicts();

/** Counts the verdicts of a load among those of all loads of this process. */
export function countAnswers(verdicts: Readonly<Record<Verdict, number>>): void {
  for (const verdict of Object.keys(all) as Verdict[]) all[verdict] += verdicts[verdict];
}

/** What all answers to loads of this process were worth, also of those that are in no figure: to warm up, to wake, beside others. */
export const answersSoFar = (): AnswerCounts => answerCounts(all);

const kept = new Map<string, Tally>();

/** Keeps what a load comes to under a name. */
export const keep = (name: string, tally: Tally): void => void kept.set(name, tally);

/** What loads that were kept come to together, group by group. Whatever else was kept is forgotten. */
export function mergeTallies(groups: readonly (readonly string[])[]): LoadFacts[] {
  const sums = groups.map((names) => names.map((name) => kept.get(name) as Tally).reduce(sumOf));
  kept.clear();
  return sums.map(factsOf);
}

function summary(histogram: RecordableHistogram): HttpFacts['latency'] {
  return {
    mean: histogram.count > 0 ? histogram.mean : 0,
    p50: histogram.percentile(50),
    p90: histogram.percentile(90),
    p99: histogram.percentile(99),
    p999: histogram.percentile(99.9),
    max: histogram.max,
  };
}
