// How narrow the answer to a question is so far: what the next trial is chosen by. Pure.
import { type Cell, factorsKey } from '../plan/plan.ts';
import type { Finding, Measure } from '../record/report.ts';

/** The half width of an interval, relative to its value; at most 1, and 1 for a value of a single replicate. */
export function relativeWidth({ value, low, high, replicates }: Measure): number {
  if (replicates < 2 && low === high) return 1;
  return value === 0 ? 0 : Math.min(1, Math.abs((high - low) / 2 / value));
}

/**
 * The mean relative half width of the measures that lead, over the findings of a cell; 1 where there are none.
 * @param leads the name of the measure; where no finding has it, replicates alone count.
 */
export function widthOf(
  findings: readonly Finding[],
  { experiment, factors }: Cell,
  leads: string | undefined,
): number {
  const own = findings.filter((finding) => finding.experiment === experiment);
  const ofCell = own.filter(
    (finding) => factorsKey({ ...finding.factors, ...factors }) === factorsKey(finding.factors),
  );
  // A cell whose factors are in no finding is a part of all of them.
  const told = ofCell.length > 0 ? ofCell : own;
  if (told.length === 0) return 1;
  const led = told.flatMap(({ measures }) => (leads === undefined ? [] : (measures[leads] ?? [])));
  const widths =
    led.length > 0 ? led.map(relativeWidth) : told.map(({ trials }) => 1 / Math.sqrt(trials.completed + 1));
  return widths.reduce((sum, width) => sum + width, 0) / widths.length;
}
