// Every measure of a report, once: what it is called, its unit, which direction is better, how trials are put together, and how a
// reader meets it. Tables, gates and docs/measures.md are made from here.
import type { Measure } from '../record/report.ts';
import {
  durationText,
  eachText,
  percentText,
  ratioText,
  roughText,
  shareText,
  significant,
  spanText,
  tenthsText,
  thousands,
  windowText,
} from './format.ts';

export interface MeasureDefinition {
  /** SI, or bytes; `1` for shares, ratios and counts. */
  readonly unit: 's' | '1' | '1/s' | 'B';
  readonly better: Measure['better'];
  /**
   * How the values of trials come to one: their median; their sum; their sum with those of discarded trials, for a wrong answer stays in
   * the count; the largest. `model`: by the experiment's own estimate.
   */
  readonly over: 'median' | 'sum' | 'sum with discarded' | 'largest' | 'model';
  /** The head of its column. */
  readonly label: string;
  readonly format: (measure: Measure) => string;
  /** One line, for docs/measures.md. */
  readonly means: string;
}

type Definitions = Readonly<Record<string, MeasureDefinition>>;

const whole = ({ value }: Measure) => thousands(value);
const typical = ({ value, ...measure }: Measure) => durationText({ ...measure, value, low: value, high: value });
const percentage = ({ value }: Measure) => `${(value * 100).toFixed(2)} %`;
const span = ({ value }: Measure) => spanText(value);

/** A definition that is told as most of its unit are. */
const defined = (
  unit: MeasureDefinition['unit'],
  better: Measure['better'],
  over: MeasureDefinition['over'],
  label: string,
  means: string,
  format: MeasureDefinition['format'] = { s: durationText, B: whole, '1/s': whole, '1': whole }[unit],
): MeasureDefinition => ({ unit, better, over, label, means, format });

const time = (label: string, means: string, format?: MeasureDefinition['format']) =>
  defined('s', 'lower', 'median', label, means, format);
const largest = (label: string, means: string, format?: MeasureDefinition['format']) =>
  defined('s', 'lower', 'largest', label, means, format);
const answers = (label: string, means: string, better: Measure['better'] = 'lower') =>
  defined('1', better, 'sum with discarded', label, means);
const rate = (label: string, means: string, format?: MeasureDefinition['format']) =>
  defined('1', 'neither', 'model', label, means, format);

/** The same measure for each of several tiers, kinds or quantiles: `name.part`. */
const byPart = (name: string, parts: Readonly<Record<string, string>>, of: (part: string) => MeasureDefinition) =>
  Object.fromEntries(Object.entries(parts).map(([key, part]) => [`${name}.${key}`, of(part)]));

const tiers = {
  servers: 'server',
  authorization: 'authorization',
  redis: 'Redis',
  balancer: 'balancer',
} as const;

/** Credentials of mixed traffic. */
const kinds = {
  valid: 'valid',
  expired: 'expired',
  tampered: 'tampered',
  wrongAudience: 'wrong audience',
  wrongKey: 'wrong key',
  revoked: 'revoked',
  missing: 'missing',
} as const;

const quantiles = { p50: 'p50', p90: 'p90', p99: 'p99', 'p99.9': 'p99.9' } as const;

const eachBytes = ({ value }: Measure) => eachText(value);

const cost: Definitions = {
  cpuPerRequest: defined('s', 'lower', 'model', 'CPU', 'CPU per request, of all tiers together'),
  ...byPart('cpuPerRequest', tiers, (tier) =>
    time(
      `${tier} CPU`,
      `CPU per request of the ${tier} tier`,
      tier === 'Redis' || tier === 'balancer' ? typical : durationText,
    ),
  ),
  'cpuPerRequest.generator': defined(
    's',
    'neither',
    'median',
    'generator CPU',
    'CPU per request of the load generator',
  ),
  addedCpuPerRequest: defined(
    's',
    'lower',
    'model',
    'added CPU',
    'CPU per request over the baseline, of all tiers together',
  ),
  ...byPart('addedCpuPerRequest', tiers, (tier) =>
    defined('s', 'lower', 'model', `added ${tier} CPU`, `CPU per request over the baseline, of the ${tier} tier`),
  ),
  'addedCpuPerRequest.quieter': defined(
    's',
    'lower',
    'model',
    'added CPU, quieter',
    'the same without the noisiest tenth of the cycles',
  ),
  injectedCpuPerRequest: defined('s', 'neither', 'model', 'put in', 'CPU that was put into the control lane'),
  throughputVsBaseline: defined(
    '1',
    'higher',
    'model',
    'of the baseline',
    "throughput relative to the baseline's, from CPU per request or from requests/s at saturation",
    ratioText,
  ),
  redisCommandsPerRequest: defined(
    '1',
    'lower',
    'median',
    'Redis commands',
    'commands that Redis ran per request',
    ({ value }) => significant(value),
  ),
  requestBytes: defined('B', 'lower', 'median', 'bytes sent', 'bytes of a request'),
  responseBytes: defined('B', 'lower', 'median', 'bytes received', 'bytes of a response'),
  credentialBytes: defined('B', 'lower', 'median', 'credential bytes', 'bytes of the longest credential'),
  'instructionsPerRequest.servers': defined(
    '1',
    'lower',
    'median',
    'server instructions',
    'user-space instructions of the servers per request',
  ),
  cpuPerHop: defined('s', 'lower', 'model', 'CPU of a hop', 'CPU that one further service adds to a request'),
  knowingPerHop: defined('s', 'lower', 'model', 'of it to know the caller', 'what of it recognising the caller takes'),
};

const load: Definitions = {
  requestsPerSecond: defined('1/s', 'higher', 'median', 'requests/s', 'requests/s at saturation'),
  offeredRequestsPerSecond: defined('1/s', 'neither', 'median', 'offered', 'requests/s that an open loop sends'),
  predictedRequestsPerSecond: defined(
    '1/s',
    'higher',
    'model',
    'predicted',
    'requests/s that the CPU per request predicts',
  ),
  scalingRatio: defined('1', 'higher', 'model', 'times one instance', 'throughput relative to one instance', ratioText),
  scalingVsBaseline: defined(
    '1',
    'higher',
    'model',
    "of the baseline's scaling",
    "scaling relative to the baseline's under the same quota",
    ratioText,
  ),
  quotaOverhead: defined(
    '1',
    'lower',
    'model',
    'CPU relative to no quota',
    "the baseline's server CPU per request under a CPU quota, relative to none",
    percentText,
  ),
  latencyMean: time('mean', 'mean response time'),
  latencyP50: time('p50', 'median response time', typical),
  latencyP90: time('p90', '90th percentile of response time', typical),
  latencyP99: time('p99', '99th percentile of response time', typical),
  latencyP999: time('p99.9', '99.9th percentile of response time', typical),
  serviceTimeP50: time('service time p50', 'median time from the actual send to the last byte', typical),
  serviceTimeP99: time('service time p99', '99th percentile of the same', typical),
  sendLagP50: time('send lag p50', 'median delay of a send behind its planned moment', typical),
  sendLagP99: time('send lag p99', '99th percentile of the same', typical),
  ...Object.fromEntries(
    ['latencyP50', 'latencyP90', 'latencyP99', 'latencyP999', 'serviceTimeP50', 'serviceTimeP99'].map((name) => [
      `decidedByStall.${name}`,
      defined(
        '1',
        'neither',
        'sum',
        `${name}: one stall`,
        `loads in which one stall decides ${name}, so that it is not told`,
      ),
    ]),
  ),
  stalls: defined('1', 'lower', 'sum', 'stalls', 'stalls that several requests shared'),
  unansweredShare: defined('1', 'lower', 'median', 'unanswered', 'share of the requests without an answer', shareText),
  warmUpRequests: defined('1', 'lower', 'median', 'warm-up', 'requests until the servers were in a steady state'),
};

const checks: Definitions = {
  falseAccepts: answers('false accepts', 'credentials accepted in error'),
  falseRejects: answers('false rejects', 'credentials rejected in error'),
  errors: answers('errors', 'answers with another status, and requests without one'),
  checkedAnswers: answers('checked', 'answers that were checked', 'higher'),
  ...byPart('falseAccepts', kinds, (kind) => answers(`false accepts, ${kind}`, `of ${kind} credentials`)),
  ...byPart('falseRejects', kinds, (kind) => answers(`false rejects, ${kind}`, `of ${kind} credentials`)),
  ...byPart('errors', kinds, (kind) => answers(`errors, ${kind}`, `of ${kind} credentials`)),
  ...byPart('checkedAnswers', kinds, (kind) => answers(`checked, ${kind}`, `of ${kind} credentials`, 'higher')),
  cases: answers('cases', 'negative cases that were tried', 'higher'),
  wrongCases: answers('wrong cases', 'negative cases that went wrong'),
};

const exposure: Definitions = {
  exposureWindowMedian: time(
    'window p50',
    'median exposure window: from the acknowledged revoke to the last accepted request',
    windowText,
  ),
  exposureWindowP99: largest('window p99', '99th percentile of the exposure window', windowText),
  exposureWindowMax: largest('window max', 'longest exposure window that was seen', windowText),
  exposureWindowUpperBound: largest(
    'window within',
    'upper bound of the longest window: all instances had rejected by then',
  ),
  acceptedAfterRevoke: defined(
    '1',
    'lower',
    'median',
    'accepted after',
    'requests accepted after the acknowledged revoke, per credential',
    ({ value }) => value.toFixed(1),
  ),
  revokeTime: time('revoke takes', 'time until a revoke was acknowledged'),
  stolenCredentials: defined('1', 'neither', 'sum', 'stolen', 'credentials that were stolen and revoked'),
  probeInterval: defined(
    's',
    'neither',
    'median',
    'polled every',
    'time between two uses of a stolen credential at one instance',
    roughText,
  ),
  cuts: defined('1', 'neither', 'sum', 'cuts', 'how often instances were cut off from Redis'),
  cutTime: defined('s', 'neither', 'median', 'cut for', 'how long each cut lasted', roughText),
  beyondReturnMax: largest(
    'accepted after return',
    'longest acceptance of a revoked credential after Redis was back',
    windowText,
  ),
  acceptedWithoutRedis: defined(
    '1',
    'neither',
    'median',
    'accepted meanwhile',
    'share of the answered requests with a valid credential that are accepted during the outage',
    shareText,
  ),
  longestWaitWithoutRedis: largest('answer within', 'longest wait for an answer during the outage'),
  cutsWithoutRecovery: defined(
    '1',
    'lower',
    'sum',
    'not valid again',
    'outages after which a valid credential was not accepted again',
    ({ value }) => (value > 0 ? thousands(value) : ''),
  ),
  recoveryMax: largest('valid again', 'longest time until a valid credential was accepted again', tenthsText),
};

const state: Definitions = {
  itemsHeld: defined('1', 'neither', 'median', 'held', 'items that were held when memory was read'),
  'memory.redis': defined('B', 'lower', 'median', 'Redis memory', 'memory of Redis'),
  'memory.servers': defined('B', 'lower', 'median', 'instance memory', 'memory of an instance'),
  'bytesEach.redis': defined(
    'B',
    'lower',
    'model',
    'Redis bytes each',
    'bytes of Redis for each item that is held',
    eachBytes,
  ),
  'bytesEach.servers': defined(
    'B',
    'lower',
    'model',
    'instance bytes each',
    'bytes of an instance for each of them',
    eachBytes,
  ),
  falsePositiveRate: defined(
    '1',
    'lower',
    'median',
    'false positives',
    'share of valid tokens that a filter takes for revoked; Redis is asked for them',
    percentage,
  ),
  statedFalsePositiveRate: defined(
    '1',
    'neither',
    'median',
    'stated false positives',
    'the share that it was made for',
    percentage,
  ),
};

const derived: Definitions = {
  'derived.refreshesPerSecondPer1000Users': defined(
    '1/s',
    'lower',
    'model',
    'derived: refreshes/s of 1,000 users',
    'refreshes/s of 1,000 users who are always active',
    ({ value }) => significant(value),
  ),
  'derived.cpuPerUserHour': defined(
    's',
    'lower',
    'model',
    'derived: CPU per user and hour',
    'CPU of refreshes, per user and hour',
  ),
  'derived.exposureMax': defined(
    's',
    'lower',
    'model',
    'derived: longest exposure',
    'for how long a stolen token works at most',
    span,
  ),
  'derived.exposureMean': defined(
    's',
    'lower',
    'model',
    'derived: mean exposure',
    'for how long it works on average',
    span,
  ),
};

/** Of the instrument itself. */
const selftest: Definitions = {
  ...byPart('beyondLaw', quantiles, (quantile) =>
    defined('s', 'neither', 'model', `${quantile} beyond the law`, `${quantile} of response times above the exact one`),
  ),
  ...byPart('beyondServer', quantiles, (quantile) =>
    defined(
      's',
      'neither',
      'model',
      `${quantile} beyond the server`,
      `${quantile} above what the server did by its own clock`,
    ),
  ),
  balancerBusyShare: defined(
    '1',
    'neither',
    'median',
    'balancer busy',
    "share of its core's time that the balancer used",
    shareText,
  ),
  ratioToWrk: defined('1', 'higher', 'model', 'ratio to wrk', "requests/s relative to wrk's", ratioText),
  costRatio: defined(
    '1',
    'lower',
    'model',
    'CPU, head over base',
    'CPU per request of one side relative to the other',
    percentText,
  ),
  wholeCostRatio: defined(
    '1',
    'lower',
    'model',
    'the same, whole load',
    'the same over whole loads, disturbed slices and all',
    percentText,
  ),
  deviation: rate('sd of a block', 'standard deviation of the log ratio between blocks', percentage),
  regressedRate: rate('regressed', 'share of drawn comparisons that end with "regressed"', shareText),
  improvedRate: rate('improved', 'share of drawn comparisons that end with "improved"', shareText),
  inconclusiveRate: rate('inconclusive', 'share of drawn comparisons that end undecided', shareText),
  blocksMedian: rate('blocks, median', 'blocks until the verdict: the median of drawn comparisons'),
  blocksP95: rate('blocks, 19 in 20', 'blocks within which 19 of 20 drawn comparisons are decided'),
  intervalCoverage: rate(
    'interval coverage',
    'how often the interval of a last look holds the mean of the blocks',
    shareText,
  ),
  secondsP95: defined(
    's',
    'neither',
    'model',
    'time, 19 in 20',
    'what these blocks take',
    ({ value }) => `${Math.round(value)} s`,
  ),
};

const definitions: Definitions = {
  ...cost,
  ...load,
  ...checks,
  ...exposure,
  ...state,
  ...derived,
  ...selftest,
};

/** All measures, by name. */
export const measureNames: readonly string[] = Object.keys(definitions);

/** @throws when there is no such measure: a name that nobody defined is a fault of ours. */
export function definitionOf(name: string): MeasureDefinition {
  const known = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  if (!known) throw new Error(`no measure is called ${name}`);
  return known;
}

/** An estimate as the measure that it is of. */
export function asMeasure(
  name: string,
  estimate: Pick<Measure, 'value' | 'low' | 'high' | 'confidence'>,
  replicates: number,
): Measure {
  const { value, low, high, confidence } = estimate;
  const { unit, better } = definitionOf(name);
  return { value, low, high, confidence, unit, better, replicates };
}

/** A value that is known without an error. */
export const exactly = (name: string, value: number, replicates: number): Measure =>
  asMeasure(name, { value, low: value, high: value, confidence: 1 }, replicates);

/** docs/measures.md. */
export function measuresPage(): string {
  const ways = {
    median: 'median',
    sum: 'sum',
    'sum with discarded': 'sum, discarded trials included',
    largest: 'largest',
    model: 'see method.md',
  } as const;
  const rows = Object.entries(definitions).map(([name, { unit, better, over, means }]) => {
    const direction = better === 'neither' ? '' : better;
    return `| \`${name}\` | ${means} | ${unit} | ${direction} | ${ways[over]} |`;
  });
  return [
    '# Measures',
    '',
    'What `report.json` calls them. Generated from `bench/catalogue/measures.ts` by `npm run measures`.',
    '',
    '| measure | meaning | unit | better | over trials |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
