// What a row of the table of all ways says, in the terminal and in the report.
import type { Way } from '../analyse/ways.ts';
import { plusMinus } from '../catalogue/format.ts';

/** "98 ±2": added microseconds; of the baseline all that it costs. */
export function addedCell({ added, cost }: Way): string {
  if (!added) return `${((cost.measures.cpuPerRequest?.value ?? 0) * 1e6).toFixed(1)} in all`;
  const { value, half } = plusMinus(added);
  return `${value} ±${half}`;
}

const tierMarks = { servers: '█', authorization: '▓', redis: '▒' } as const;

/** Characters of the longest bar. */
const barWidth = 12;

/** What a way adds, drawn by tier. @param costliest CPU of a whole bar, in seconds. */
export function barOf({ cost: { measures } }: Way, costliest: number): string {
  let [drawn, sum] = ['', 0];
  for (const [tier, mark] of Object.entries(tierMarks)) {
    sum += Math.max(0, measures[`addedCpuPerRequest.${tier}`]?.value ?? 0);
    drawn = drawn.padEnd(Math.round((barWidth * sum) / costliest), mark);
  }
  return drawn || (sum > 0 ? '▏' : '');
}
