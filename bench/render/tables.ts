// The tables of a report, free of any form: terminal, Markdown and HTML draw the same ones.
import {
  durationText,
  eachText,
  longestWindowText,
  percentText,
  ratioText,
  roughText,
  shareText,
  significant,
  spanText,
  strategyLabel,
  tenthsText,
  thousands,
  windowText,
} from '../analyse/wording.ts';
import type { Finding, Measure, Report } from '../record/report.ts';

export interface Table {
  readonly experiment: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

export interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
}

/** A column: its head, and what of a finding stands in it; a column that is empty in every row is left out. */
interface ColumnRule {
  readonly head: string;
  readonly align?: 'left';
  /** Factors that are told in it. */
  readonly tells?: readonly string[];
  cell(finding: Finding): string;
}

const measured = (head: string, name: string, show: (measure: Measure) => string): ColumnRule => ({
  head,
  cell: ({ measures }) => (measures[name] ? show(measures[name]) : ''),
});

const factor = (head: string, name: string, show = (value: string | number) => String(value)): ColumnRule => ({
  head,
  align: 'left',
  tells: [name],
  cell: ({ factors }) => (factors[name] === undefined ? '' : show(factors[name])),
});

const percent = (value: string | number) => (typeof value === 'number' ? `${value * 100} %` : value);
const typicalText = ({ value, ...measure }: Measure) => durationText({ ...measure, value, low: value, high: value });
const whole = ({ value }: Measure) => thousands(value);

/** A quantile of latency, without its interval; in words where one stall decides it, or so many had no answer that it has no value. */
const quantile = (head: string, name: string): ColumnRule => ({
  head,
  cell({ measures }) {
    const measure = measures[name];
    if (measure) return durationText({ ...measure, low: measure.value, high: measure.value });
    if (measures[`decidedByStall.${name}`]) return 'one stall decides it';
    return measures.unansweredShare && (measures.errors?.value ?? 0) > 0 ? 'not answered' : '';
  },
});

/** "1.00 EXPIRE + 1.00 GET"; what happens less than once in 200 requests is left out. */
export function commandsText({ redisCommands }: Finding): string {
  if (!redisCommands) return '';
  const often = Object.entries(redisCommands).filter(([, rate]) => rate >= 0.005);
  return often.map(([name, rate]) => `${significant(rate)} ${name.toUpperCase()}`).join(' + ') || '0';
}

/** Wrong answers out of all that were checked; of one kind of credential, or of all. */
const answers = (head: string, kind: string): ColumnRule => ({
  head,
  cell({ measures }) {
    const count = (name: string) => measures[`${name}${kind}`]?.value ?? 0;
    const wrong = count('falseAccepts') + count('falseRejects') + count('errors');
    return measures[`checkedAnswers${kind}`] ? `${thousands(wrong)} / ${thousands(count('checkedAnswers'))}` : '';
  },
});

/** What each of them takes: sessions, tokens, whatever the cell is of. */
const bytesEach = (head: string, tier: string): ColumnRule => ({
  head,
  cell({ measures }) {
    const name = Object.keys(measures).find((key) => new RegExp(`^bytesPer\\w+\\.${tier}$`).test(key));
    return name ? eachText((measures[name] as Measure).value) : '';
  },
});

const rules: readonly ColumnRule[] = [
  {
    head: 'strategy',
    align: 'left',
    tells: ['strategy', 'alg'],
    cell: ({ factors }) => (factors.strategy ? strategyLabel(factors) : ''),
  },
  { head: 'algorithm', align: 'left', cell: ({ factors }) => (factors.strategy ? '' : String(factors.alg ?? '')) },
  factor('control', 'control'),
  factor('TTL', 'ttlSeconds', (value) => `${thousands(Number(value))} s`),
  factor('callers', 'callers', (value) => thousands(Number(value))),
  factor('library', 'library'),
  factor('tokens', 'tokens'),
  factor('operation', 'operation'),
  factor('law', 'law'),
  factor('arrivals', 'arrivals'),
  factor('told by', 'source'),
  factor('generator', 'generator'),
  factor('rate', 'rate', (value) => `${thousands(Number(value))}/s`),
  factor('CPU put in', 'injected', (value) => (value === 0 ? 'none' : `+${percent(value)}`)),
  factor('load', 'load', percent),
  factor('instances', 'instances'),
  factor('credential', 'event'),
  factor('carried in', 'carriage'),
  factor('roles', 'roles'),
  factor('state', 'state'),
  factor('items', 'items', (value) => thousands(Number(value))),
  factor('revoked', 'revokedTokens', (value) => thousands(Number(value))),
  factor('requests with one', 'revokedShare', percent),
  measured('stolen', 'stolenCredentials', ({ value }) => thousands(value)),
  measured('window p50', 'exposureWindowMedian', windowText),
  measured('window p99', 'exposureWindowP99', windowText),
  {
    head: 'window max',
    cell: ({ measures: { exposureWindowMax: max, exposureWindowWithin: within } }) =>
      max ? longestWindowText(max, within) : '',
  },
  measured('accepted after', 'acceptedAfterRevoke', ({ value }) => value.toFixed(1)),
  measured('tried every', 'useInterval', roughText),
  measured('revoke takes', 'revokeTime', durationText),
  measured('accepted meanwhile', 'acceptedWithoutRedis', shareText),
  measured('answer within', 'longestWaitWithoutRedis', durationText),
  measured('accepted after return', 'beyondReturnMax', windowText),
  measured('cuts', 'cuts', whole),
  measured('valid again', 'recoveryMax', tenthsText),
  measured('not valid again', 'cutsWithoutRecovery', ({ value }) => (value > 0 ? thousands(value) : '')),
  factor('token life', 'tokenLifeSeconds', (value) => spanText(Number(value))),
  measured('added CPU', 'addedCpuPerRequest', durationText),
  measured('put in', 'injectedCpuPerRequest', durationText),
  measured('CPU of a hop', 'cpuPerHop', durationText),
  measured('of it to know the caller', 'knowingPerHop', durationText),
  measured('requests/s', 'requestsPerSecond', ({ value }) => thousands(value)),
  measured('predicted', 'predictedRequestsPerSecond', ({ value }) => thousands(value)),
  measured('of the baseline', 'throughputVsBaseline', ratioText),
  measured('balancer busy', 'balancerBusyShare', shareText),
  measured('ratio to wrk', 'ratioToWrk', ratioText),
  measured('times one instance', 'scalingRatio', ratioText),
  measured("of the baseline's scaling", 'scalingVsBaseline', ratioText),
  measured('CPU relative to no quota', 'quotaOverhead', percentText),
  measured('mean', 'latencyMean', durationText),
  quantile('p50', 'latencyP50'),
  quantile('p90', 'latencyP90'),
  quantile('p99', 'latencyP99'),
  quantile('p99.9', 'latencyP999'),
  measured('stalls', 'stalls', whole),
  quantile('send lag p50', 'sendLagP50'),
  quantile('send lag p99', 'sendLagP99'),
  measured('cost', 'costRatio', percentText),
  measured('cost, whole load', 'wholeCostRatio', percentText),
  measured('sd of a block', 'deviation', ({ value }) => `${(value * 100).toFixed(2)} %`),
  measured('regressed', 'regressedRate', shareText),
  measured('improved', 'improvedRate', shareText),
  measured('inconclusive', 'inconclusiveRate', shareText),
  measured('blocks, 19 in 20', 'blocksP95', ({ value }) => String(value)),
  measured('time, 19 in 20', 'secondsP95', ({ value }) => `${Math.round(value)} s`),
  measured('server CPU', 'cpuPerRequest.servers', durationText),
  measured('authorization CPU', 'cpuPerRequest.authorization', durationText),
  measured('server instructions', 'instructionsPerRequest.servers', ({ value }) => thousands(value)),
  measured('Redis CPU', 'cpuPerRequest.redis', typicalText),
  measured('balancer CPU', 'cpuPerRequest.balancer', typicalText),
  { head: 'Redis commands', align: 'left', cell: commandsText },
  measured('derived: refreshes/s of 1,000 users', 'derived.refreshesPerSecondPer1000Users', ({ value }) =>
    significant(value),
  ),
  measured('derived: CPU per user and hour', 'derived.cpuPerUserHour', durationText),
  measured('derived: longest exposure', 'derived.exposureMax', ({ value }) => spanText(value)),
  measured('derived: mean exposure', 'derived.exposureMean', ({ value }) => spanText(value)),
  {
    head: 'credential bytes',
    cell: ({ factors, measures }) =>
      factors.carriage && measures.credentialBytes ? whole(measures.credentialBytes) : '',
  },
  measured('false positives', 'falsePositiveRate', ({ value }) => `${(value * 100).toFixed(2)} %`),
  bytesEach('Redis bytes each', 'redis'),
  bytesEach('instance bytes each', 'servers'),
  measured('bytes sent', 'requestBytes', whole),
  measured('cases', 'cases', whole),
  {
    head: 'bytes received',
    cell: ({ factors, measures }) => (factors.carriage && measures.responseBytes ? whole(measures.responseBytes) : ''),
  },
  answers('valid', '.valid'),
  answers('expired', '.expired'),
  answers('tampered', '.tampered'),
  answers('wrong audience', '.wrongAudience'),
  answers('wrong key', '.wrongKey'),
  answers('revoked', '.revoked'),
  answers('missing', '.missing'),
  answers('wrong / checked', ''),
  {
    head: 'trials',
    cell: ({ trials }) => String(trials.completed),
  },
];

/** Columns that an experiment with many of them has no use for. */
const withoutUse: Readonly<Record<string, readonly string[]>> = {
  saturation: ['instances', 'of', 'mean', 'p90', 'p99', 'p99.9'],
  'revocation-impact': ['bytes sent'],
  'horizontal-scale': ['mean', 'p90', 'p99.9', 'balancer CPU', 'bytes sent'],
  'number-of-callers': ['bytes sent'],
  'exposure-window': ['instances', 'wrong / checked'],
  login: ['instances', 'mean', 'p90', 'p99.9', 'balancer CPU'],
  'refresh-cost': ['mean', 'p90', 'p99.9'],
  'latency-at-rate': ['mean', 'of the baseline', 'bytes sent', 'balancer CPU', 'Redis CPU'],
  'send-lag': ['requests/s', 'mean', 'bytes sent', 'wrong / checked'],
  truth: ['requests/s', 'mean', 'bytes sent', 'wrong / checked'],
};

const told = new Set(rules.flatMap(({ tells = [] }) => tells));

/** Columns of factors that have no rule of their own: they are called as the factor is. */
const otherFactors = (findings: readonly Finding[]): ColumnRule[] =>
  [...new Set(findings.flatMap(({ factors }) => Object.keys(factors)))]
    .filter((name) => !told.has(name))
    .map((name) => factor(name, name));

/** One table per experiment, in the report's order. */
export function tablesOf({ findings }: Report): Table[] {
  const byExperiment = Map.groupBy(findings, ({ experiment }) => experiment);
  return [...byExperiment].map(([experiment, own]) => {
    const used = [...rules.slice(0, 1), ...otherFactors(own), ...rules.slice(1)].filter(
      (rule) => !withoutUse[experiment]?.includes(rule.head) && own.some((finding) => rule.cell(finding) !== ''),
    );
    return {
      experiment,
      columns: used.map(({ head, align }): Column => ({ head, align: align ?? 'right' })),
      rows: own.map((finding) => used.map((rule) => rule.cell(finding))),
    };
  });
}
