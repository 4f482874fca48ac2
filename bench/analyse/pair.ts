// The ratio of cost of two servers that were loaded in turns. Pure.
import type { PairFacts } from '../record/facts.ts';
import { meanOf } from './intervals.ts';

/** Into so many groups of turns a load is divided: each as long as several collections of a server's garbage are apart. */
const groups = 30;

/**
 * The logarithm of how much dearer a request was at head than at base: the interquartile mean over groups of turns that lay side
 * by side. Other tenants of a machine strike single groups, often by a multiple; the middle half does not hear of them
 * (a trimmed mean: Tukey, in Contributions to Probability and Statistics, 1960; Stigler, Annals of Statistics 5, 1977). Over
 * single turns it would not hear of the collections either, which are part of what a request costs.
 */
export function pairedLogRatio({ base, head }: PairFacts): number {
  const bases = groupMeans(base.cpuPerRequest);
  return interquartileMean(
    groupMeans(head.cpuPerRequest).map((cost, group) => Math.log(cost / (bases[group] as number))),
  );
}

/** What a request cost on one side, in the unit given: the same mean, of that side alone. */
export const typicalCost = (cpuPerRequest: readonly number[]): number => interquartileMean(groupMeans(cpuPerRequest));

function groupMeans(values: readonly number[]): number[] {
  const size = Math.ceil(values.length / groups);
  return Array.from({ length: Math.ceil(values.length / size) }, (_, group) =>
    meanOf(values.slice(group * size, (group + 1) * size)),
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
