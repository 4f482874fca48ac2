// Intervals over trials by the percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, section 13.3).
import { seededRandom } from '../plan/random.ts';

export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** How often such an interval holds the true median. */
  readonly confidence: number;
}

const wanted = 0.95;

const resamples = 2_000;

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

/**
 * The median of one value per trial, with its 95 % interval. With few trials that is their range, which holds the true
 * median with 1 - 2^(1 - n): three times in four with three trials.
 * @param values at least one; the same values always give the same interval.
 */
export function estimateMedian(values: readonly number[]): Estimate {
  const random = seededRandom(values.length, 'bootstrap');
  const medians = Array.from({ length: resamples }, () =>
    median(values.map(() => values[random.below(values.length)] as number)),
  ).sort((a, b) => a - b);
  const tail = (1 - wanted) / 2;
  return {
    value: median(values),
    low: quantile(medians, tail),
    high: quantile(medians, 1 - tail),
    confidence: Math.min(wanted, 1 - 2 ** (1 - values.length)),
  };
}

/** The quantile of ascending values, interpolated between neighbours (type 7 of Hyndman and Fan, 1996). */
function quantile(ascending: readonly number[], share: number): number {
  const position = (ascending.length - 1) * share;
  const below = ascending[Math.floor(position)] as number;
  const above = ascending[Math.ceil(position)] as number;
  return below + (above - below) * (position - Math.floor(position));
}
