// One block in ten or so lies far off, because of the machine or of how a process happened to be compiled. Alone it would decide the mean of
// its strategy, and the spread that is pooled over all. It counts, but no further than blocks lie apart as a rule. Pure.
import { meanOf } from './intervals.ts';
import type { BlockValue } from './lane-difference.ts';
import { median } from './median.ts';
import { type Component, pooledComponent } from './pooled.ts';

/** So many standard deviations from the median of its cell a value counts at most. */
const furthest = 2.5;

/** The standard deviation of normal values in multiples of their median absolute deviation. */
const normalPerDeviation = 1.4826;

/** A few values lie closer to their own median than to that of all: with 4 to 16, by simulation, this leaves 0 to 10 % of it. */
const towardsTruth = (n: number): number => n / (n - 1);

/** How many times smaller the squares of 4 to 16 normal values are once they are drawn in, by simulation. */
const lostSquares = 1.06;

/** Values of one measure, cell by cell, with those that lay far off drawn in, and the spread between blocks. */
export interface RobustCells {
  readonly cells: readonly (readonly BlockValue[])[];
  readonly component: Component;
}

/**
 * Winsorises each cell about its median (Tukey, Annals of Mathematical Statistics 33, 1962) at 2.5 standard deviations: of what lies between
 * blocks, told by all cells together from their median absolute deviation (Hampel, Journal of the American Statistical Association 69, 1974),
 * and of the block's own error. Of one value or two none is further off than the other.
 */
export function withoutOutlying(cells: readonly (readonly BlockValue[])[]): RobustCells {
  const middles = cells.map((cell) => (cell.length > 0 ? median(cell.map(({ value }) => value)) : 0));
  const several = cells.flatMap((cell, index) =>
    cell.length < 2
      ? []
      : cell.map(({ value, variance }) => ({
          deviation: Math.abs(value - (middles[index] as number)) * towardsTruth(cell.length),
          variance,
        })),
  );
  const total = several.length > 0 ? normalPerDeviation * median(several.map(({ deviation }) => deviation)) : 0;
  const between = Math.max(0, total ** 2 - meanOf(several.map(({ variance }) => variance)));
  const drawnIn = cells.map((cell, index) =>
    cell.map((one) => {
      const middle = middles[index] as number;
      const limit = furthest * Math.sqrt(between + one.variance);
      // Where most agree to the last digit nothing tells how far off is far.
      return total === 0 ? one : { ...one, value: Math.min(middle + limit, Math.max(middle - limit, one.value)) };
    }),
  );
  const component = pooledComponent(
    drawnIn.map((values) => ({ values, scale: 1 })),
    lostSquares,
  );
  return { cells: drawnIn, component };
}
