// The tables of a report, free of any form: terminal, Markdown and HTML draw the same ones.
import { longestWindowText, strategyLabel } from '../analyse/wording.ts';
import { significant, spanText, thousands } from '../catalogue/format.ts';
import { definitionOf } from '../catalogue/measures.ts';
import type { Finding, Report } from '../record/report.ts';

export interface Table {
  readonly experiment: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
}

/** A column: its head, and what of a finding stands in it; a column that is empty in every row is left out. */
interface ColumnRule {
  /** The measure or the factor that it tells, or what it is about. */
  readonly id: string;
  readonly head: string;
  readonly align?: 'left';
  /** Factors that are told in it. */
  readonly tells?: readonly string[];
  cell(finding: Finding): string;
}

/** A measure, under the catalogue's label and in its form. */
function measured(name: string): ColumnRule {
  const { label, format } = definitionOf(name);
  return { id: name, head: label, cell: ({ measures }) => (measures[name] ? format(measures[name]) : '') };
}

const factor = (head: string, name: string, show = (value: string | number) => String(value)): ColumnRule => ({
  id: name,
  head,
  align: 'left',
  tells: [name],
  cell: ({ factors }) => (factors[name] === undefined ? '' : show(factors[name])),
});

const percent = (value: string | number) => (typeof value === 'number' ? `${value * 100} %` : value);

/** What is told only where ways to carry a credential are compared. */
function ofCarriage(name: string): ColumnRule {
  const rule = measured(name);
  return { ...rule, cell: (finding) => (finding.factors.carriage ? rule.cell(finding) : '') };
}

/** A quantile of latency, without its interval; in words where one stall decides it, or so many had no answer that it has no value. */
const quantile = (name: string): ColumnRule => ({
  id: name,
  head: definitionOf(name).label,
  cell({ measures }) {
    const measure = measures[name];
    if (measure) return definitionOf(name).format(measure);
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
  id: `checkedAnswers${kind}`,
  head,
  cell({ measures }) {
    const count = (name: string) => measures[`${name}${kind}`]?.value ?? 0;
    const wrong = count('falseAccepts') + count('falseRejects') + count('errors');
    return measures[`checkedAnswers${kind}`] ? `${thousands(wrong)} / ${thousands(count('checkedAnswers'))}` : '';
  },
});

const rules: readonly ColumnRule[] = [
  {
    id: 'strategy',
    head: 'strategy',
    align: 'left',
    tells: ['strategy', 'alg'],
    cell: ({ factors }) => (factors.strategy ? strategyLabel(factors) : ''),
  },
  {
    id: 'alg',
    head: 'algorithm',
    align: 'left',
    cell: ({ factors }) => (factors.strategy ? '' : String(factors.alg ?? '')),
  },
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
  measured('stolenCredentials'),
  measured('exposureWindowMedian'),
  measured('exposureWindowP99'),
  {
    id: 'exposureWindowMax',
    head: definitionOf('exposureWindowMax').label,
    cell: ({ measures: { exposureWindowMax: max, exposureWindowUpperBound: within } }) =>
      max ? longestWindowText(max, within) : '',
  },
  measured('acceptedAfterRevoke'),
  measured('probeInterval'),
  measured('revokeTime'),
  measured('acceptedWithoutRedis'),
  measured('longestWaitWithoutRedis'),
  measured('beyondReturnMax'),
  measured('cuts'),
  measured('recoveryMax'),
  measured('cutsWithoutRecovery'),
  factor('token life', 'tokenLifeSeconds', (value) => spanText(Number(value))),
  measured('addedCpuPerRequest'),
  measured('injectedCpuPerRequest'),
  measured('cpuPerHop'),
  measured('knowingPerHop'),
  measured('requestsPerSecond'),
  measured('predictedRequestsPerSecond'),
  measured('throughputVsBaseline'),
  measured('balancerBusyShare'),
  measured('ratioToWrk'),
  measured('scalingRatio'),
  measured('scalingVsBaseline'),
  measured('quotaOverhead'),
  measured('latencyMean'),
  quantile('latencyP50'),
  quantile('latencyP90'),
  quantile('latencyP99'),
  quantile('latencyP999'),
  quantile('serviceTimeP50'),
  quantile('serviceTimeP99'),
  measured('stalls'),
  quantile('sendLagP50'),
  quantile('sendLagP99'),
  measured('cpuPerRequest.servers'),
  measured('cpuPerRequest.authorization'),
  measured('instructionsPerRequest.servers'),
  measured('cpuPerRequest.redis'),
  measured('cpuPerRequest.balancer'),
  {
    id: 'redisCommandsPerRequest',
    head: definitionOf('redisCommandsPerRequest').label,
    align: 'left',
    cell: commandsText,
  },
  measured('derived.refreshesPerSecondPer1000Users'),
  measured('derived.cpuPerUserHour'),
  measured('derived.exposureMax'),
  measured('derived.exposureMean'),
  ofCarriage('credentialBytes'),
  measured('falsePositiveRate'),
  measured('bytesEach.redis'),
  measured('bytesEach.servers'),
  measured('requestBytes'),
  measured('cases'),
  ofCarriage('responseBytes'),
  answers('valid', '.valid'),
  answers('expired', '.expired'),
  answers('tampered', '.tampered'),
  answers('wrong audience', '.wrongAudience'),
  answers('wrong key', '.wrongKey'),
  answers('revoked', '.revoked'),
  answers('missing', '.missing'),
  answers('wrong / checked', ''),
];

const trials: ColumnRule = { id: 'trials', head: 'trials', cell: ({ trials }) => String(trials.completed) };

/** Measures that a sentence, a chart or another measure's column tells, with all their parts. */
export const toldElsewhere: readonly string[] = [
  'cpuPerRequest',
  'addedCpuPerRequest',
  'offeredRequestsPerSecond',
  'decidedByStall',
  'unansweredShare',
  'warmUpRequests',
  'falseAccepts',
  'falseRejects',
  'errors',
  'checkedAnswers',
  'wrongCases',
  'exposureWindowUpperBound',
  'cutTime',
  'itemsHeld',
  'memory',
  'statedFalsePositiveRate',
  'beyondLaw',
  'beyondServer',
  'blocksMedian',
  'intervalCoverage',
];

const ruled = new Set(rules.map(({ id }) => id));

/** Columns of measures that have no rule of their own, and are told nowhere else. */
const otherMeasures = (findings: readonly Finding[]): ColumnRule[] =>
  [...new Set(findings.flatMap(({ measures }) => Object.keys(measures)))]
    .filter((name) => !ruled.has(name) && !toldElsewhere.includes(name.split('.')[0] as string))
    .map(measured);

/** Columns that an experiment with many of them has no use for. */
const withoutUse: Readonly<Record<string, readonly string[]>> = {
  saturation: ['instances', 'of', 'latencyMean', 'latencyP90', 'latencyP99', 'latencyP999'],
  'revocation-impact': ['requestBytes'],
  'horizontal-scale': ['latencyMean', 'latencyP90', 'latencyP999', 'cpuPerRequest.balancer', 'requestBytes'],
  'number-of-callers': ['requestBytes'],
  'exposure-window': ['instances', 'checkedAnswers'],
  login: ['instances', 'latencyMean', 'latencyP90', 'latencyP999', 'cpuPerRequest.balancer'],
  'refresh-cost': ['latencyMean', 'latencyP90', 'latencyP999'],
  'latency-at-rate': ['latencyMean', 'requestBytes', 'cpuPerRequest.balancer', 'cpuPerRequest.redis'],
  'send-lag': ['latencyMean', 'serviceTimeP50', 'serviceTimeP99', 'requestBytes', 'checkedAnswers'],
  truth: ['latencyMean', 'serviceTimeP50', 'serviceTimeP99', 'requestBytes', 'checkedAnswers'],
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
    const used = [...rules.slice(0, 1), ...otherFactors(own), ...rules.slice(1), ...otherMeasures(own), trials].filter(
      (rule) => !withoutUse[experiment]?.includes(rule.id) && own.some((finding) => rule.cell(finding) !== ''),
    );
    return {
      experiment,
      columns: used.map(({ head, align }): Column => ({ head, align: align ?? 'right' })),
      rows: own.map((finding) => used.map((rule) => rule.cell(finding))),
    };
  });
}
