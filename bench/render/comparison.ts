// A comparison of two revisions: the verdict in a sentence, then the gates in a table; for the terminal and as Markdown.
import { styleText } from 'node:util';
import { durationUnit, significant, thousands, voidText } from '../analyse/wording.ts';
import type { Comparison, GateResult, Verdict } from '../record/comparison.ts';
import { markdownTable } from './markdown.ts';
import type { Table } from './tables.ts';
import { textTable } from './text-table.ts';

const colours: Record<Verdict, 'green' | 'red' | 'yellow'> = {
  pass: 'green',
  improved: 'green',
  regressed: 'red',
  invalid: 'red',
  inconclusive: 'yellow',
};

/** The text that a finished comparison prints. */
export function renderComparison(comparison: Comparison, directory: string, colour: boolean): string {
  const strong = (text: string) => (colour ? styleText(['bold', colours[comparison.verdict]], text) : text);
  return [
    '',
    strong(verdictSentence(comparison)),
    '',
    ...textTable(gateTable(comparison)),
    '',
    ...notes(comparison),
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

function verdictSentence({ verdict, base, head, gates, complete }: Comparison): string {
  const [one, other] = [nameOf(head), nameOf(base)];
  const named = (wanted: Verdict) =>
    gates
      .filter((gate) => gate.verdict === wanted)
      .map(gateName)
      .join(', ');
  switch (verdict) {
    case 'pass':
      return `pass: a request costs ${one} no more server CPU than ${other}, within the margins.`;
    case 'regressed':
      return `regressed: ${one} costs more than ${other}: ${named('regressed')}.`;
    case 'improved':
      return `improved: ${one} costs less than ${other}: ${named('improved')}.`;
    case 'invalid':
      return `invalid: ${one} and ${other} cannot be compared: ${gates.find((gate) => gate.verdict === 'invalid')?.reason ?? 'there are no data'}.`;
    case 'inconclusive':
      return complete
        ? `inconclusive: whether ${one} costs more than ${other} cannot be told from so many pairs: ${named('inconclusive')}.`
        : `not decided yet: ${one} against ${other}.`;
  }
}

const nameOf = ({ name, commit }: Comparison['base']) =>
  commit.startsWith(name) ? commit.slice(0, 10) : `${name} (${commit.slice(0, 10)})`;

const gateName = ({ strategy, measure, ratio }: GateResult) =>
  `${strategy} ${measure}${ratio ? ` ${percent(ratio.value)}` : ''}`;

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
      right('pairs'),
      right('to decide, about'),
    ],
    rows: gates.map((gate) => [
      gate.verdict,
      gate.strategy,
      gate.measure,
      gate.base === undefined ? '' : level(gate, gate.base),
      gate.ratio ? percent(gate.ratio.value) : '',
      gate.ratio
        ? `${percent(gate.ratio.low)} to ${percent(gate.ratio.high)} (${(gate.ratio.confidence * 100).toFixed(1)} %)`
        : '',
      percent(1 + gate.margin),
      String(gate.ratios.length),
      gate.pairsNeeded === null || gate.ratio === undefined
        ? ''
        : `${gate.pairsNeeded >= 1_000 ? '1,000 or more' : gate.pairsNeeded} pairs`,
    ]),
  };
}

function level({ measure }: GateResult, value: number): string {
  if (measure === 'instructionsPerRequest.servers') return thousands(value);
  const { unit, scale } = durationUnit(value);
  return `${significant(value * scale)} ${unit}`;
}

function notes({ notAvailable, loadSeconds, unsteady, risk, ...comparison }: Comparison): string[] {
  const byReason = Map.groupBy(notAvailable, ({ reason }) => reason);
  return [
    `The change is the mean over pairs, head beside base in turns; the intervals together leave a risk of ${risk * 100} % of a wrong "regressed".`,
    ...[...byReason].map(([reason, gates]) => {
      return `Not available: ${gates.map(({ strategy, measure }) => `${strategy} ${measure}`).join(', ')}: ${reason}.`;
    }),
    ...(unsteady > 0 ? [`${unsteady} of the pairs began to count before both servers were steady.`] : []),
    `${Math.round(loadSeconds)} s of load, pairs: ${voidText(comparison.void)}.`,
  ];
}
