// Are the intervals honest? Short runs against one long run: how often the interval of a short one holds the long one's value.
// node scripts/coverage.ts LONG SHORT [SHORT ...] prints tables in Markdown; it measures nothing.
import { basename } from 'node:path';
import { holds, microseconds } from '../bench/analyse/controls.ts';
import { median } from '../bench/analyse/median.ts';
import { reportOf } from '../bench/analyse/report.ts';
import { experiments } from '../bench/experiments/index.ts';
import { factorsKey } from '../bench/plan/plan.ts';
import type { Factors } from '../bench/record/facts.ts';
import { readJournal } from '../bench/record/journal.ts';
import type { Finding, Measure } from '../bench/record/report.ts';

const [long = '', ...short] = process.argv.slice(2);
if (short.length === 0) {
  console.error('usage: node scripts/coverage.ts LONG SHORT [SHORT ...]');
  process.exit(2);
}

interface Run {
  readonly name: string;
  readonly minutes: number;
  readonly costs: readonly Finding[];
  readonly controls: readonly Finding[];
  /** CPU seconds per request of the baseline: the speed that the machine had. */
  readonly baseline: number;
}

function runIn(directory: string): Run {
  const { findings, run } = reportOf(readJournal(directory), experiments, true);
  const of = (experiment: string) => findings.filter((finding) => finding.experiment === experiment);
  const baseline = of('cost').find(({ factors }) => factors.strategy === 'none')?.measures.cpuPerRequest;
  return {
    name: basename(directory),
    minutes: run.minutes.used,
    costs: of('cost').filter(({ measures }) => measures.addedCpuPerRequest),
    controls: of('control'),
    baseline: baseline?.value ?? Number.NaN,
  };
}

const truth = runIn(long);
const runs = short.map(runIn);

/** A measure of a lane in a run; of added CPU also at the speed that the machine had in the long run. */
const readings = {
  'added CPU': ({ measures }: Finding) => measures.addedCpuPerRequest as Measure,
  'at one speed': ({ measures }: Finding, { baseline }: Run) =>
    times(measures.addedCpuPerRequest as Measure, truth.baseline / baseline),
  'throughput of the baseline': ({ measures }: Finding) => measures.throughputVsBaseline as Measure,
};
type Reading = keyof typeof readings;
const names = Object.keys(readings) as Reading[];

const times = (measure: Measure, factor: number): Measure => {
  return { ...measure, value: measure.value * factor, low: measure.low * factor, high: measure.high * factor };
};

const labelOf = (factors: Factors) => Object.values(factors).join(' ');

/** For each short run that has the lane: whether its interval holds the long run's value. */
function heldIn(finding: Finding, reading: Reading): boolean[] {
  const { value } = readings[reading](finding, truth);
  return runs.flatMap((run) => {
    const own = run.costs.find(({ factors }) => factorsKey(factors) === factorsKey(finding.factors));
    return own ? [holds(readings[reading](own, run), value)] : [];
  });
}

const row = (texts: readonly (string | number)[]) => console.log(`| ${texts.join(' | ')} |`);
const rule = (columns: number) => row(['---', ...new Array<string>(columns - 1).fill('---:')]);
const countText = (held: readonly boolean[]) => `${held.filter(Boolean).length} of ${held.length}`;
const shareText = (held: readonly boolean[]) =>
  `${countText(held)} (${((100 * held.filter(Boolean).length) / held.length).toFixed(0)} %)`;

const lanes = truth.costs.filter((finding) =>
  runs.some(({ costs }) => costs.some(({ factors }) => factorsKey(factors) === factorsKey(finding.factors))),
);

row(['lane', 'added CPU in the long run', ...names.map((name) => `${name}: held`)]);
rule(2 + names.length);
for (const lane of lanes)
  row([
    labelOf(lane.factors),
    microseconds(lane.measures.addedCpuPerRequest as Measure),
    ...names.map((name) => countText(heldIn(lane, name))),
  ]);
row(['all', '', ...names.map((name) => shareText(lanes.flatMap((lane) => heldIn(lane, name))))]);

/** Half of an interval, as a share of what a request costs. */
const halfWidth = ({ measures: { addedCpuPerRequest: added, cpuPerRequest: cost } }: Finding) =>
  added && cost ? (added.high - added.low) / 2 / cost.value : Number.NaN;
const isNarrow = (finding: Finding) =>
  halfWidth(finding) <= 0.05 || halfWidth(finding) * (finding.measures.cpuPerRequest?.value ?? 0) <= 1e-6;

const controlOf = ({ controls }: Run, name: string) =>
  controls.find(({ factors }) => factors.control === name)?.measures;
const holdsZero = (run: Run) => holds(controlOf(run, 'a/a')?.addedCpuPerRequest as Measure, 0);
const holdsInjected = (run: Run) => {
  const { addedCpuPerRequest: added, injectedCpuPerRequest: injected } = controlOf(run, 'injected') ?? {};
  return holds(added as Measure, injected?.value ?? Number.NaN);
};

console.log('');
row(['run', 'minutes', 'baseline', 'A/A lane', 'injected lane', 'median half width', 'within 5 % or 1 µs']);
rule(7);
for (const run of [truth, ...runs])
  row([
    run.name,
    run.minutes.toFixed(1),
    `${(run.baseline * 1e6).toFixed(1)} µs`,
    microseconds(controlOf(run, 'a/a')?.addedCpuPerRequest as Measure),
    microseconds(controlOf(run, 'injected')?.addedCpuPerRequest as Measure),
    `${(100 * median(run.costs.map(halfWidth))).toFixed(1)} % of the cost`,
    countText(run.costs.map(isNarrow)),
  ]);
console.log(
  `\nThe A/A lane held zero in ${countText(runs.map(holdsZero))} short runs, the injected lane the injected cost in ${countText(runs.map(holdsInjected))}.`,
);
