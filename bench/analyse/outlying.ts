// One block in ten or so lies far off, because of the machine or of how a process happened to be compiled. Alone it would decide the mean of
// its strategy, and the spread that is pooled over all. It counts, but no further than blocks lie apart as a rule. Pure.
import { median } from './median.ts';

/** So many standard deviations from the median of its cell a value counts at most. */
const furthest = 2.5;

/** The standard deviation of normal values in multiples of their median absolute deviation. */
const normalPerDeviation = 1.4826;

/** A few values lie closer to their own median than to that of all: with 4 to 16, by simulation, this leaves 0 to 10 % of it. */
const towardsTruth = (n: number): number => n / (n - 1);

/** How many times smaller the squares of 4 to 16 normal values are once they are drawn in, by simulation. */
export const lostSquares = 1.06;

/**
 * Winsorises each cell about its median (Tukey, Annals of Mathematical Statistics 33, 1962) at 2.5 standard deviations, told by all cells
 * together from their median absolute deviation (Hampel, Journal of the American Statistical Association 69, 1974). Of one value or two none
 * is further off than the other.
 */
export function drawnIn(cells: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const middles = cells.map((cell) => (cell.length > 0 ? median(cell) : 0));
  const deviations = cells.flatMap((cell, index) =>
    cell.length < 2
      ? []
      : cell.map((value) => Math.abs(value - (middles[index] as number)) * towardsTruth(cell.length)),
  );
  const limit = deviations.length > 0 ? furthest * normalPerDeviation * median(deviations) : 0;
  // Where most agree to the last digit nothing tells how far off is far.
  if (limit === 0) return cells;
  return cells.map((cell, index) => {
    const middle = middles[index] as number;
    return cell.map((value) => Math.min(middle + limit, Math.max(middle - limit, value)));
  });
}
