// One block in ten or so lies far off, because of the machine or of how a process happened to be compiled. Alone it would decide the mean of
// its strategy, and the spread that is pooled over all. It counts, but no further than blocks lie apart as a rule. Pure.
import type { BlockValue } from './lane-difference.ts';
import { median } from './median.ts';
import { type Component, pooledComponent } from './pooled.ts';

/** So many standard deviations from the median of its cell a value counts at most. */
const furthest = 2.5;

/** The standard deviation of normal values in multiples of their median absolute deviation. */
const normalPerDeviation = 1.4826;

/** A few values lie closer to their own median than to that of all: with 4 to 16, by simulation, this leaves 0 to 10 % of it. */
const towardsTruth = (n: number): number => n / (n - 1);

/** Normal values spread less once they are drawn in: with 4 to 16, by simulation, so many times less. */
const shrinkage = 1.03;

/** Values of one measure that spread alike, cell by cell, with those that lay far off drawn in, and the spread between blocks. */
export interface RobustCells {
  readonly cells: readonly (readonly BlockValue[])[];
  readonly component: Component;
}

/**
 * Winsorises each cell about its median (Tukey, Annals of Mathematical Statistics 33, 1962) at a distance that all cells give together:
 * the median absolute deviation (Hampel, Journal of the American Statistical Association 69, 1974).
 */
export function withoutOutlying(cells: readonly (readonly BlockValue[])[]): RobustCells {
  const middles = cells.map((cell) => (cell.length > 0 ? median(cell.map(({ value }) => value)) : 0));
  const deviations = cells.flatMap((cell, index) =>
    cell.length < 2
      ? []
      : cell.map(({ value }) => Math.abs(value - (middles[index] as number)) * towardsTruth(cell.length)),
  );
  const limit = deviations.length > 0 ? furthest * normalPerDeviation * median(deviations) : 0;
  const drawnIn = cells.map((cell, index) => {
    const middle = middles[index] as number;
    // Where most agree to the last digit nothing tells how far off is far.
    return limit === 0
      ? cell
      : cell.map((one) => ({ ...one, value: Math.min(middle + limit, Math.max(middle - limit, one.value)) }));
  });
  const { deviation, degrees } = pooledComponent(drawnIn.map((values) => ({ values, scale: 1 })));
  return { cells: drawnIn, component: { deviation: deviation * shrinkage, degrees } };
}
