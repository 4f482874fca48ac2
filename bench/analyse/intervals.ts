// Intervals for the mean of a few independent values, such as the paired log-ratios of blocks. Pure.
import jstat from 'jstat';

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Student's t interval of the mean (Gosset, Biometrika 6(1), 1908). Endless for a single value.
 * @param confidence 0 to 1.
 */
export function tInterval(values: readonly number[], confidence: number): Interval {
  const n = values.length;
  const mean = meanOf(values);
  if (n < 2) return { mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const half = (jstat.studentt.inv((1 + confidence) / 2, n - 1) * deviationOf(values)) / Math.sqrt(n);
  return { mean, low: mean - half, high: mean + half };
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The standard deviation of a sample, with n - 1. */
export function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
