// The ratio of cost of two servers that were loaded in turns. Pure.
import type { PairFacts } from '../record/observation.ts';
import { meanOf } from './intervals.ts';

/**
 * The logarithm of how much dearer a request was at head than at base: the interquartile mean over pairs of neighbouring
 * turns. Other tenants of a machine strike single turns, often by a multiple; the middle half does not hear of them
 * (a trimmed mean: Tukey, in Contributions to Probability and Statistics, 1960; Stigler, Annals of Statistics 5, 1977).
 */
export function pairedLogRatio({ base, head }: PairFacts): number {
  return interquartileMean(
    base.cpuPerRequest.map((cost, slice) => Math.log((head.cpuPerRequest[slice] as number) / cost)),
  );
}

/**
 * The same ratio by another way: the CPU of the whole load as the servers themselves were told it, disturbed turns and all.
 * Noisier, and independent of how turns are read and weighed; null where it is not known.
 */
export function wholeCostRatio({ base, head }: PairFacts): number | null {
  return base.cpuSeconds && head.cpuSeconds ? head.cpuSeconds / base.cpuSeconds : null;
}

/** The mean of the middle half. */
export function interquartileMean(values: readonly number[]): number {
  const cut = Math.floor(values.length / 4);
  return meanOf([...values].sort((a, b) => a - b).slice(cut, values.length - cut));
}
