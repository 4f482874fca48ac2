// A comparison of two revisions: the verdict in a sentence, then the gates in a table; for the terminal and as Markdown.
import { styleText } from 'node:util';
import { voidText } from '../analyse/wording.ts';
import { durationUnit, significant, thousands } from '../catalogue/format.ts';
import { type GateMeasure, gateMeasures, longestMinutes } from '../plan/gates.ts';
import type { Comparison, GateResult, Ratio, Verdict } from '../record/comparison.ts';
import { markdownTable } from './markdown.ts';
import type { Table } from './tables.ts';
import type { TerminalOptions } from './terminal.ts';
import { fitted, textTable, wrapped } from './text-table.ts';

const colours: Record<Verdict, 'green' | 'red' | 'yellow'> = {
  pass: 'green',
  improved: 'green',
  regressed: 'red',
  invalid: 'red',
  inconclusive: 'yellow',
};

/** What a narrow terminal does without, least missed first; comparison.md has all. */
const leftOutFirst = ['to decide, about', 'blocks', 'base', 'margin', 'interval'];

/** The text that a finished comparison prints. */
export function renderComparison(
  comparison: Comparison,
  directory: string,
  { colour, width }: TerminalOptions,
): string {
  const strong = (text: string) => (colour ? styleText(['bold', colours[comparison.verdict]], text) : text);
  return [
    '',
    ...wrapped(verdictSentence(comparison), width).map(strong),
    '',
    ...textTable(fitted(gateTable(comparison), width, leftOutFirst)),
    '',
    ...notes(comparison).flatMap((note) => wrapped(note, width)),
    `Written: ${directory}/comparison.json (also comparison.md)`,
  ].join('\n');
}

/** The same as Markdown, for the summary of a CI job. */
export function renderComparisonMarkdown(comparison: Comparison): string {
  const { environment } = comparison;
  return [
    `# auth-bench: ${comparison.complete ? comparison.verdict : 'not decided'}`,
    '',
    verdictSentence(comparison),
    '',
    ...markdownTable(gateTable(comparison)),
    ...notes(comparison).flatMap((note) => [`${note}`, '']),
    `Node.js ${environment.node} (the bench's own; each revision runs on what it pins), ${environment.redis}, ${environment.cores} cores, ${environment.cpuModel}; ${environment.placement}.`,
    '',
  ].join('\n');
}

function verdictSentence(comparison: Comparison): string {
  const { verdict, base, head, gates, complete } = comparison;
  const [one, other] = [nameOf(head), nameOf(base)];
  const named = (wanted: Verdict) =>
    gates
      .filter((gate) => gate.verdict === wanted)
      .map(gateName)
      .join(', ');
  switch (verdict) {
    case 'pass':
      return `pass: a request costs no more in ${one} than in ${other}, within the margins.`;
    case 'regressed':
      return `regressed: a request costs more in ${one} than in ${other}: ${named('regressed')}.`;
    case 'improved':
      return `improved: a request costs less in ${one} than in ${other}: ${named('improved')}.`;
    case 'invalid':
      return `invalid: ${one} and ${other} cannot be compared: ${gates.find((gate) => gate.verdict === 'invalid')?.reason ?? 'there are no data'}.`;
    case 'inconclusive':
      return complete
        ? `inconclusive: these blocks do not show whether a request costs more in ${one} than in ${other}: ${named('inconclusive')}${toDecide(comparison)}.`
        : `not decided yet: ${one} against ${other}.`;
  }
}

const nameOf = ({ name, commit }: Comparison['base']) =>
  commit.startsWith(name) ? commit.slice(0, 10) : `${name} (${commit.slice(0, 10)})`;

const gateName = (gate: GateResult) => [gate.strategy, gate.measure, changeText(gate)].filter(Boolean).join(' ');

/** "; about 14 blocks would, with --minutes 11". */
function toDecide({ gates, secondsPerBlock }: Comparison): string {
  const needed = Math.max(...gates.map(({ replicatesNeeded, ratio }) => (ratio && replicatesNeeded) || 0));
  if (needed === 0 || secondsPerBlock === null) return '';
  const minutes = Math.ceil((needed * secondsPerBlock) / 60);
  const how = minutes <= longestMinutes ? `with --minutes ${minutes}` : `${thousands(minutes)} minutes`;
  return `; about ${needed >= 1_000 ? '1,000 or more' : needed} blocks would, ${how}`;
}

/** "+5.1 %" of an estimate, "+1.00" of a count. */
function changeText({ measure, ratio, base, head }: GateResult): string {
  if (ratio) return percent(ratio.value);
  if (base === undefined || head === undefined || !isCount(measure)) return '';
  const change = (head - base).toFixed(2);
  return Number(change) > 0 ? `+${change}` : `${Number(change) === 0 ? '0.00' : change}`;
}

const isCount = (measure: string) => gateMeasures[measure as GateMeasure]?.kind === 'count';

/** A ratio as a change: "+5.1 %". */
function percent(ratio: number): string {
  const text = ((ratio - 1) * 100).toFixed(1);
  return `${Number(text) === 0 ? '0.0' : ratio > 1 ? `+${text}` : text} %`;
}

function gateTable({ gates }: Comparison): Table {
  const left = (head: string) => ({ head, align: 'left' as const });
  const right = (head: string) => ({ head, align: 'right' as const });
  return {
    experiment: 'compare',
    columns: [
      left('verdict'),
      left('strategy'),
      left('measure'),
      right('base'),
      right('change'),
      right('interval'),
      right('margin'),
      right('blocks'),
      right('to decide, about'),
    ],
    rows: gates.map((gate) => [
      gate.verdict,
      gate.strategy,
      gate.measure,
      gate.base === undefined ? '' : level(gate, gate.base),
      changeText(gate),
      gate.ratio
        ? `${percent(gate.ratio.low)} to ${percent(gate.ratio.high)} (${(gate.ratio.confidence * 100).toFixed(1)} %)`
        : '',
      marginText(gate),
      String(gate.replicates),
      gate.replicatesNeeded === null || gate.ratio === undefined
        ? ''
        : `${gate.replicatesNeeded >= 1_000 ? '1,000 or more' : gate.replicatesNeeded} blocks`,
    ]),
  };
}

/** Of a count what may come and go, such as a poll. */
function marginText({ measure, margin = 0 }: GateResult): string {
  const known = gateMeasures[measure as GateMeasure];
  return known?.kind === 'count' ? String(known.tolerance) : percent(1 + margin);
}

function level({ measure }: GateResult, value: number): string {
  if (isCount(measure)) return value.toFixed(2);
  if (measure === 'instructionsPerRequest.servers') return thousands(value);
  const { unit, scale } = durationUnit(value);
  return `${significant(value * scale)} ${unit}`;
}

function notes({ notAvailable, control, risk, ...comparison }: Comparison): string[] {
  const byReason = Map.groupBy(notAvailable, ({ reason }) => reason);
  return [
    `The change is the mean over blocks of fresh processes, in which both sides are loaded in turns (one far off counts as 2.5 standard deviations); all intervals together leave a risk of ${risk * 100} % of a wrong "regressed".`,
    ...(control ? [controlSentence(control)] : []),
    ...[...byReason].map(([reason, gates]) => {
      return `Not available: ${gates.map(({ strategy, measure }) => `${strategy} ${measure}`).join(', ')}: ${reason}.`;
    }),
    ...(Object.keys(comparison.void).length > 0 ? [`Blocks: ${voidText(comparison.void)}.`] : []),
  ];
}

function controlSentence({ value, low, high }: Ratio): string {
  const seen = `two equal servers differed by ${percent(value)} (${percent(low)} to ${percent(high)})`;
  return low <= 1 && 1 <= high
    ? `Control lane: ${seen}.`
    : `Changes of this size are not to be trusted here: ${seen}; compare again on a quieter machine.`;
}
