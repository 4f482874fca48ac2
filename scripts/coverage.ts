// Are the intervals honest? Short runs against one long run: how often the interval of a short one holds the long one's value.
// node scripts/coverage.ts LONG SHORT [SHORT ...] prints a table in Markdown; it measures nothing.
import { holds } from '../bench/analyse/controls.ts';
import { reportOf } from '../bench/analyse/report.ts';
import { experiments } from '../bench/experiments/index.ts';
import { factorsKey } from '../bench/plan/plan.ts';
import { readJournal } from '../bench/record/journal.ts';
import type { Finding, Measure } from '../bench/record/report.ts';

/** The leading measures of `cost`; added CPU depends on the machine's speed in each run, the ratio does not. */
const measures = ['addedCpuPerRequest', 'throughputVsBaseline'] as const;

const [long = '', ...short] = process.argv.slice(2);
if (short.length === 0) {
  console.error('usage: node scripts/coverage.ts LONG SHORT [SHORT ...]');
  process.exit(2);
}

const findingsIn = (directory: string): Finding[] =>
  reportOf(readJournal(directory), experiments, true).findings.filter(({ experiment }) =>
    ['cost', 'control'].includes(experiment),
  );

const truth = findingsIn(long);
const runs = short.map(findingsIn);

const same = (findings: readonly Finding[], { experiment, factors }: Finding) =>
  findings.find((other) => other.experiment === experiment && factorsKey(other.factors) === factorsKey(factors));

/** How many of the runs that have a measure hold a value. */
function heldIn(finding: Finding, name: string, value: (measures: Finding['measures']) => number): [number, number] {
  const told = runs.flatMap((run) => {
    const own = same(run, finding)?.measures;
    const measure = own?.[name];
    return own && measure ? [holds(measure, value(own))] : [];
  });
  return [told.filter(Boolean).length, told.length];
}

const text = ({ value, low, high }: Measure, scale: number, digits: number) =>
  `${(value * scale).toFixed(digits)} (${(low * scale).toFixed(digits)} to ${(high * scale).toFixed(digits)})`;

console.log(
  '| lane | added CPU in the long run, µs | held | of the baseline | held |\n| --- | ---: | ---: | ---: | ---: |',
);
const sums = new Map<string, [number, number]>(measures.map((name) => [name, [0, 0]]));
for (const finding of truth.filter(
  ({ experiment, measures }) => experiment === 'cost' && measures.addedCpuPerRequest,
)) {
  const cells = measures.map((name) => {
    const ofLong = finding.measures[name] as Measure;
    const [held, of] = heldIn(finding, name, () => ofLong.value);
    const [allHeld, all] = sums.get(name) as [number, number];
    sums.set(name, [allHeld + held, all + of]);
    const shown = name === 'addedCpuPerRequest' ? text(ofLong, 1e6, 1) : text(ofLong, 1, 3);
    return `${shown} | ${held} of ${of}`;
  });
  console.log(`| ${Object.values(finding.factors).join(' ')} | ${cells.join(' | ')} |`);
}
const share = ([held, of]: [number, number]) => `${held} of ${of} (${((100 * held) / of).toFixed(0)} %)`;
console.log(
  `| all | | ${share(sums.get(measures[0]) as [number, number])} | | ${share(sums.get(measures[1]) as [number, number])} |`,
);
for (const finding of truth.filter(({ experiment }) => experiment === 'control')) {
  const { control } = finding.factors;
  if (control !== 'a/a' && control !== 'injected') continue;
  const [held, of] = heldIn(finding, 'addedCpuPerRequest', (own) =>
    control === 'a/a' ? 0 : (own.injectedCpuPerRequest?.value ?? Number.NaN),
  );
  console.log(
    `\nThe ${control} lane held ${control === 'a/a' ? 'zero' : 'the injected cost'} in ${held} of ${of} runs.`,
  );
}
