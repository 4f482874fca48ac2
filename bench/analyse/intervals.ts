// Intervals for the mean of a few independent values, such as the paired log-ratios of blocks. Pure.
import jstat from 'jstat';
import type { Random } from '../plan/random.ts';

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

/**
 * Bias-corrected and accelerated bootstrap interval of the mean (Efron, JASA 82, 1987).
 * @param random where the resamples come from.
 */
export function bcaInterval(
  values: readonly number[],
  confidence: number,
  random: Random,
  resamples = 2_000,
): Interval {
  const n = values.length;
  const mean = meanOf(values);
  if (n < 2) return { mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let draw = 0; draw < n; draw += 1) sum += values[random.below(n)] as number;
    return sum / n;
  }).sort();
  if (means[0] === means.at(-1)) return { mean, low: mean, high: mean };
  const below = means.findIndex((value) => value >= mean);
  const bias = jstat.normal.inv(Math.min(Math.max(below, 1), resamples - 1) / resamples, 0, 1);
  const leftOut = values.map((value) => (mean * n - value) / (n - 1));
  const centre = meanOf(leftOut);
  const cubes = leftOut.reduce((sum, value) => sum + (centre - value) ** 3, 0);
  const squares = leftOut.reduce((sum, value) => sum + (centre - value) ** 2, 0);
  const acceleration = cubes / (6 * squares ** 1.5);
  const at = (p: number) => {
    const z = bias + jstat.normal.inv(p, 0, 1);
    const share = jstat.normal.cdf(bias + z / (1 - acceleration * z), 0, 1);
    return means[Math.min(resamples - 1, Math.max(0, Math.floor(share * resamples)))] as number;
  };
  return { mean, low: at((1 - confidence) / 2), high: at((1 + confidence) / 2) };
}

export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The standard deviation of a sample, with n - 1. */
export function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}
