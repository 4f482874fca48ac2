// Whether a load measured what it was meant to: what its own facts say against it. Pure.
import type { CaseFacts, HttpFacts, MachineFacts, OpenLoopFacts, VoidCause } from '../record/facts.ts';

/** The bounds, as docs and reports state them: shares are of one, times in seconds. */
const bounds = {
  /** Of its time (open loop) or of its core (closed loop). */
  generatorBusy: 0.8,
  sendLagP99: 1e-3,
  /** Of the time, in turns of the generator's event loop of over a millisecond. */
  generatorStalled: 0.05,
  /** Connections against throughput times mean response time. */
  littlesLaw: 0.05,
  /** CPU that others used, and what the hypervisor kept, of what the cores had to give. */
  foreignCpu: 0.05,
  stolen: 0.025,
  /** Time in which the generator's core was not free for it. */
  generatorWait: 0.05,
} as const;

export interface Objection {
  readonly cause: VoidCause;
  readonly reason: string;
}

type Answers = Pick<HttpFacts, 'falseAccepts' | 'falseRejects' | 'errors' | 'requests'>;

/** Objects to answers that were wrong or missing; of several loads, to all of them together. */
export function objectToAnswers(loads: readonly Answers[], planned: number): Objection | null {
  const sum = (name: keyof Answers) => loads.reduce((total, load) => total + load[name], 0);
  const missing = planned - sum('requests');
  const wrong = [
    sum('falseAccepts') > 0 ? `${sum('falseAccepts')} accepted in error` : '',
    sum('falseRejects') > 0 ? `${sum('falseRejects')} refused in error` : '',
    sum('errors') > 0 ? `${sum('errors')} errors or time-outs` : '',
    missing > 0 ? `${missing} without an answer` : '',
  ].filter(Boolean);
  return wrong.length > 0 ? { cause: 'wrong answer', reason: `of ${planned} answers ${wrong.join(', ')}` } : null;
}

/** As many wrong cases are named; the rest is in the observations. */
const named = 10;

/** Objects to negative cases that were not refused, or cost a valid credential its acceptance. */
export function objectToCases({ cases, wrong }: Pick<CaseFacts, 'cases' | 'wrong'>): Objection | null {
  if (wrong.length === 0) return null;
  const more = wrong.length > named ? `; and ${wrong.length - named} more` : '';
  return {
    cause: 'wrong answer',
    reason: `of ${cases} cases ${wrong.length} went wrong: ${wrong.slice(0, named).join('; ')}${more}`,
  };
}

/** Answers per connection, in all windows together, from which on Little's law is asked of a closed loop. */
const auditedRequests = 200;

/**
 * The first objection to the closed-loop loads of a trial; null when there is none. What the machine did is judged over all of them,
 * for it was in rounds of all; each by itself what it says of the generator.
 */
export function objectToClosedLoop(loads: readonly HttpFacts[]): Objection | null {
  const [first] = loads;
  if (!first) return null;
  const waits = loads.flatMap(({ generatorWaitSeconds }) => generatorWaitSeconds ?? []);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const machine = { ...first, generatorWaitSeconds: sum(waits) };
  const ofMachine = objectToMachine(machine, sum(loads.map(({ seconds }) => seconds)));
  return ofMachine ?? loads.map(objectToGenerator).find((objection) => objection !== null) ?? null;
}

function objectToGenerator(facts: HttpFacts): Objection | null {
  const { windows, connections } = facts;
  const busy = facts.generatorCoreSeconds / facts.seconds;
  // Little, Operations Research 9(3), 1961. What is under way at a window's two edges is not the same: a load of few requests
  // per connection is all edges.
  const sum = (of: (window: HttpFacts['windows'][number]) => number) =>
    windows.reduce((total, window) => total + of(window), 0);
  const times = sum(({ requests, latencyMean }) => requests * latencyMean) / 1e9;
  const audited = sum(({ requests }) => requests) >= auditedRequests * connections;
  const audit = audited ? times / sum(({ seconds }) => seconds) / connections - 1 : 0;
  return (
    (busy > bounds.generatorBusy ? busyObjection(busy) : null) ??
    (Math.abs(audit) > bounds.littlesLaw ? littleObjection(audit) : null)
  );
}

/** Objects to a machine that had other things to do than so many seconds of closed-loop load. */
function objectToMachine(machine: MachineFacts, seconds: number): Objection | null {
  const waited = (machine.generatorWaitSeconds ?? 0) / seconds;
  return (
    objectToStarvation(machine) ??
    (waited > bounds.generatorWait
      ? { cause: 'starved', reason: `the generator waited for its core for ${Math.round(waited * 100)} % of the time` }
      : null)
  );
}

/** The first objection to an open-loop load; null when there is none. */
export function objectToOpenLoop(facts: OpenLoopFacts): Objection | null {
  const { sendLag, inFlightMean, inFlightByTimes, generatorBusyShare: busy } = facts;
  // What was given up was under way, too, but its time is not known. Both sides are the generator's own figures: this checks
  // its bookkeeping, not the times themselves, which the self-test holds against a known law.
  const audit = inFlightByTimes === null ? 0 : inFlightMean / inFlightByTimes - 1;
  // Without any request that found a connection there was no lag to speak of.
  const lag = (sendLag.p99 ?? 0) / 1e9;
  return (
    (facts.tiers ? objectToStarvation(facts.tiers) : null) ??
    (busy > bounds.generatorBusy ? busyObjection(busy) : null) ??
    (lag > bounds.sendLagP99
      ? { cause: 'send lag', reason: `1 request in 100 left over ${milliseconds(lag)} late` }
      : null) ??
    (facts.generatorStalledShare > bounds.generatorStalled
      ? {
          cause: 'event-loop delay',
          reason: `the generator's event loop stood still for ${Math.round(facts.generatorStalledShare * 100)} % of the time`,
        }
      : null) ??
    (Math.abs(audit) > bounds.littlesLaw ? littleObjection(audit) : null)
  );
}

/** The kernel counts busy time in hundredths of a second for each core: less than this is not told from nothing. */
const countingError = 0.1;

/** Objects to a machine that had other things to do. */
export function objectToStarvation({
  foreignCpuSeconds = 0,
  stolenSeconds = 0,
  coreSeconds,
}: MachineFacts): Objection | null {
  const over = (spent: number, bound: number) => spent > bound * coreSeconds + countingError;
  const share = (spent: number) => `${Math.round((100 * spent) / coreSeconds)} % of the cores' time`;
  if (over(foreignCpuSeconds, bounds.foreignCpu)) {
    return { cause: 'starved', reason: `other processes of this machine used ${share(foreignCpuSeconds)}` };
  }
  if (over(stolenSeconds, bounds.stolen)) {
    return { cause: 'starved', reason: `the hypervisor kept ${share(stolenSeconds)} from this machine` };
  }
  return null;
}

const milliseconds = (seconds: number) => `${(seconds * 1e3).toFixed(1)} ms`;

const busyObjection = (share: number): Objection => ({
  cause: 'generator busy',
  reason: `the generator was ${Math.round(share * 100)} % busy: the server may not be what was measured`,
});

const littleObjection = (audit: number): Objection => ({
  cause: "Little's law",
  reason: `throughput times mean time is ${Math.abs(audit * 100).toFixed(0)} % ${audit > 0 ? 'over' : 'under'} the number under way`,
});
