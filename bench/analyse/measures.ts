// From the raw facts of one trial to its measures; every figure of a report begins here.
import type { ExposureFacts } from '../record/exposure.ts';
import type {
  AnswerCounts,
  AnswerFacts,
  CaseFacts,
  CensoredTimes,
  HttpFacts,
  MemoryFacts,
  OpenLoopFacts,
  OperationFacts,
  QuantileFacts,
  Row,
  TierFacts,
} from '../record/facts.ts';
import { median } from './median.ts';
import { nearestRank } from './nearest-rank.ts';

/** One trial's values, by the names of the catalogue. */
export type TrialMeasures = Readonly<Record<string, number>>;

const inSeconds = (nanoseconds: number) => nanoseconds / 1e9;

/** The measures of one row of a trial, whatever was observed. */
export function measuresOf(facts: Row['facts']): TrialMeasures {
  switch (facts.type) {
    case 'answers':
      return kindMeasures(facts);
    case 'cases':
      return caseMeasures(facts);
    case 'exposure':
      return exposureMeasures(facts);
    case 'http':
      return httpMeasures(facts);
    case 'filter':
      return {
        falsePositiveRate: facts.confirmed / facts.asked,
        statedFalsePositiveRate: facts.stated,
      };
    case 'leftOut':
      return {};
    case 'memory':
      return memoryMeasures(facts);
    case 'openLoop':
      return openLoopMeasures(facts);
    case 'operation':
      return operationMeasures(facts);
    case 'quantiles':
      return quantileMeasures(facts);
    case 'slices':
      return answerMeasures(facts);
    case 'rate':
      return {
        requestsPerSecond: facts.requests / facts.seconds,
        balancerBusyShare: facts.balancerCpuSeconds / facts.seconds,
      };
  }
}

/** Requests/s in each turn of a closed loop; none of anything else. */
export const ratesOf = (facts: Row['facts']): number[] =>
  facts.type === 'http' ? facts.windows.map(({ requests, seconds }) => requests / seconds) : [];

/** A quantile of so few that less than this many lie beyond it says nothing that the largest does not. */
const fewestBeyond = 10;

/** How many of the values lie beyond a quantile, given as a share of one. */
const beyond = (share: number, values: number) => Math.round((1 - share) * values);

/** Whether there are enough values for a quantile. */
const tells = (share: number, values: number): boolean => beyond(share, values) >= fewestBeyond;

/** The measures that every experiment over HTTP carries. */
function httpMeasures(facts: HttpFacts): TrialMeasures {
  const { requests, latency } = facts;
  const perRequest = (value: number) => value / requests;
  const measures: Record<string, number> = {
    latencyMean: inSeconds(latency.mean),
    latencyP50: inSeconds(latency.p50),
    ...(tells(0.9, requests) ? { latencyP90: inSeconds(latency.p90) } : {}),
    ...(tells(0.99, requests) ? { latencyP99: inSeconds(latency.p99) } : {}),
    ...(tells(0.999, requests) ? { latencyP999: inSeconds(latency.p999) } : {}),
    requestBytes: perRequest(facts.requestBytes),
    responseBytes: perRequest(facts.responseBytes),
    ...answerMeasures(facts),
    ...tierMeasures(facts, requests),
  };
  const rates = ratesOf(facts);
  if (rates.length > 0) {
    // Others on the machine strike single turns, often by a multiple: the median does not hear of them.
    measures.requestsPerSecond = median(rates);
  }
  if (facts.credentialBytes !== undefined) {
    measures.credentialBytes = facts.credentialBytes;
  }
  if (facts.instructionsPerRequest !== undefined) {
    measures['instructionsPerRequest.servers'] = facts.instructionsPerRequest;
  }
  if (facts.warmUp?.steadyFrom != null) {
    measures.warmUpRequests = facts.warmUp.steadyFrom;
  }
  return measures;
}

function caseMeasures(facts: CaseFacts): TrialMeasures {
  return {
    cases: facts.cases,
    wrongCases: facts.wrong.length,
    ...answerMeasures(facts),
  };
}

/** Of all answers, and of each kind by itself: `falseAccepts`, `falseAccepts.expired`, ... */
function kindMeasures(facts: AnswerFacts): TrialMeasures {
  const ofKinds = Object.entries(facts.kinds).flatMap(([kind, counts]) =>
    Object.entries(answerMeasures(counts)).map(([name, measure]) => [`${name}.${kind}`, measure] as const),
  );
  return { ...answerMeasures(facts), ...Object.fromEntries(ofKinds) };
}

/** What the answers to a load were worth. */
export const answerMeasures = (facts: AnswerCounts): Record<string, number> => ({
  falseAccepts: facts.falseAccepts,
  falseRejects: facts.falseRejects,
  errors: facts.errors,
  checkedAnswers: facts.requests,
});

/** What each tier spent, per request. */
function tierMeasures({ cpuSeconds, redisCommands }: TierFacts, requests: number): TrialMeasures {
  const perRequest = (value: number) => value / requests;
  const measures: Record<string, number> = {
    'cpuPerRequest.generator': perRequest(cpuSeconds.generator),
  };
  for (const tier of ['servers', 'authorization', 'redis', 'balancer'] as const) {
    const spent = cpuSeconds[tier];
    if (spent !== undefined) measures[`cpuPerRequest.${tier}`] = perRequest(spent);
  }
  if (redisCommands) {
    const commands = Object.values(redisCommands).reduce((sum, calls) => sum + calls, 0);
    measures.redisCommandsPerRequest = perRequest(commands);
  }
  return measures;
}

/** Of a load at planned times. */
function openLoopMeasures(facts: OpenLoopFacts): TrialMeasures {
  const { requests, response, service, sendLag, stalls } = facts;
  return {
    offeredRequestsPerSecond: facts.arrivals.rate,
    latencyMean: inSeconds(response.mean),
    ...toldQuantiles('latency', response, ['P50', 'P90', 'P99', 'P999'], facts),
    ...toldQuantiles('serviceTime', service, ['P50', 'P99'], facts),
    sendLagP50: quantileOf(sendLag.p50),
    sendLagP99: quantileOf(sendLag.p99),
    ...(stalls ? { stalls: stalls.count } : {}),
    unansweredShare: (facts.timeouts + facts.errors) / requests,
    requestBytes: facts.requestBytes / requests,
    responseBytes: facts.responseBytes / requests,
    falseAccepts: facts.falseAccepts,
    falseRejects: facts.falseRejects,
    errors: facts.errors + facts.timeouts,
    checkedAnswers: requests,
    ...(facts.tiers ? tierMeasures(facts.tiers, requests) : {}),
  };
}

const shares = { P50: 0.5, P90: 0.9, P99: 0.99, P999: 0.999 };
type QuantileName = keyof typeof shares;

/** One that falls among requests without an answer is endless. */
const quantileOf = (value: number | null) => inSeconds(value ?? Number.POSITIVE_INFINITY);

/**
 * The quantiles that a load at planned times tells. Where stalls were counted these are the ones beyond which enough requests lie, with
 * less than half of them in one stall: such a quantile is the length of that stall, and says nothing of the next load. In its place
 * stands `decidedByStall.latencyP99`, which counts such loads.
 */
function toldQuantiles(
  prefix: 'latency' | 'serviceTime',
  times: CensoredTimes,
  names: readonly QuantileName[],
  { requests, stalls }: OpenLoopFacts,
): TrialMeasures {
  const measures: Record<string, number> = {};
  for (const name of names) {
    const value = times[name.toLowerCase() as Lowercase<QuantileName>];
    if (stalls && !tells(shares[name], requests)) continue;
    const isOneStall = stalls && 2 * stalls.largest >= beyond(shares[name], requests);
    if (isOneStall) measures[`decidedByStall.${prefix}${name}`] = 1;
    else measures[prefix + name] = quantileOf(value);
  }
  return measures;
}

/** A trial of fewer stolen credentials has no p99: it would be the largest of them. */
const fewestForP99 = 100;

/** Of the credentials that were stolen in a trial; quantiles by nearest rank. */
function exposureMeasures({ thefts, useInterval, checkedAtEnd, falseAccepts, cut }: ExposureFacts): TrialMeasures {
  const windows = thefts.map(({ window }) => window).sort((a, b) => a - b);
  const largest = (times: readonly number[]) => inSeconds(Math.max(...times));
  const quantile = (share: number) => windows[nearestRank(share, windows.length) - 1] ?? 0;
  const measures: Record<string, number> = {
    falseAccepts,
    checkedAnswers: checkedAtEnd,
  };
  if (thefts.length > 0) {
    const accepted = thefts.reduce((sum, theft) => sum + theft.acceptedAfter, 0) / thefts.length;
    measures.exposureWindowMedian = inSeconds(quantile(0.5));
    if (thefts.length >= fewestForP99) measures.exposureWindowP99 = inSeconds(quantile(0.99));
    measures.exposureWindowMax = largest(windows);
    const within = thefts.flatMap((theft) => theft.within ?? []);
    if (within.length === thefts.length) measures.exposureWindowUpperBound = largest(within);
    measures.acceptedAfterRevoke = accepted;
    const took = thefts.flatMap(({ revokeTook }) => revokeTook ?? []);
    if (took.length > 0) measures.revokeTime = inSeconds(median(took));
    measures.stolenCredentials = thefts.length;
  }
  if (useInterval !== null) measures.probeInterval = inSeconds(useInterval);
  if (!cut) return measures;
  const recoveries = cut.recoveries.flatMap((recovery) => recovery ?? []);
  const answered = cut.accepted + cut.refused;
  measures.cuts = cut.lasted.length;
  measures.cutTime = inSeconds(median(cut.lasted));
  if (thefts.length > 0) measures.beyondReturnMax = largest(cut.beyondReturn);
  if (answered > 0) measures.acceptedWithoutRedis = cut.accepted / answered;
  if (cut.longestWait !== undefined) measures.longestWaitWithoutRedis = largest([cut.longestWait]);
  measures.cutsWithoutRecovery = cut.recoveries.length - recoveries.length;
  // Endless where a valid credential was not accepted again.
  measures.recoveryMax = largest(cut.recoveries.map((recovery) => recovery ?? Number.POSITIVE_INFINITY));
  return measures;
}

function quantileMeasures({ p50, p90, p99, p999 }: QuantileFacts): TrialMeasures {
  const told = Object.entries({ latencyP50: p50, latencyP90: p90, latencyP99: p99, latencyP999: p999 });
  return Object.fromEntries(told.flatMap(([name, value]) => (value === null ? [] : [[name, inSeconds(value)]])));
}

function memoryMeasures({ items, redis, instance }: MemoryFacts): TrialMeasures {
  return {
    itemsHeld: items,
    ...(redis === undefined ? {} : { 'memory.redis': redis }),
    ...(instance === undefined ? {} : { 'memory.servers': instance }),
  };
}

/** The measures of an operation timed by itself. */
function operationMeasures({ samples, mean, p50, p99 }: OperationFacts): TrialMeasures {
  return {
    latencyMean: inSeconds(mean),
    ...(p50 === undefined ? {} : { latencyP50: inSeconds(p50) }),
    ...(p99 === undefined || !tells(0.99, samples) ? {} : { latencyP99: inSeconds(p99) }),
  };
}
