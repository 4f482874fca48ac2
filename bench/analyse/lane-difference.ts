// One lane of a block beside the block's baseline, cycle by cycle: what it adds, and how surely one block tells it. Pure.
import type { SliceFacts } from '../record/slices.ts';
import { meanOf } from './intervals.ts';

/** A value that one block gives, in nanoseconds or as a logarithm, and the variance of its error within the block. */
export interface BlockValue {
  readonly value: number;
  readonly variance: number;
}

/** So many times a value. */
export const scaled = ({ value, variance }: BlockValue, factor: number): BlockValue => ({
  value: value * factor,
  variance: variance * factor ** 2,
});

/** What one block tells of a lane. CPU in nanoseconds per request. */
export interface LaneValues {
  /** Added over the baseline, of all tiers together and of each that both could be told of. */
  readonly added: BlockValue;
  readonly addedByTier: Readonly<Record<string, BlockValue>>;
  /** What a request costs, of all tiers together and by tier. */
  readonly cost: BlockValue;
  readonly costByTier: Readonly<Record<string, BlockValue>>;
  /** The logarithm of the cost over the baseline's. */
  readonly logRatio: BlockValue;
}

/** The cycles of a load are put into so many groups: each as long as several collections of a server's garbage are apart. */
const groups = 30;

/**
 * Sets a lane against the baseline of its block.
 * @param kept which cycles count, in their order; all unless told.
 */
export function laneValues(
  lane: Pick<SliceFacts, 'cpu'>,
  baseline: Pick<SliceFacts, 'cpu'>,
  kept?: readonly number[],
): LaneValues {
  const [own, its] = [groupedTiers(lane, kept), groupedTiers(baseline, kept)];
  const shared = Object.keys(own).filter((tier) => its[tier]);
  const [total, baseTotal] = [sumOf(Object.values(own)), sumOf(Object.values(its))];
  const difference = (a: readonly number[], b: readonly number[]) =>
    trimmedMean(a.map((cost, group) => cost - (b[group] as number)));
  return {
    added: difference(total, baseTotal),
    // A tier that the baseline does not have is added as a whole.
    addedByTier: mapValues(own, (costs, tier) =>
      shared.includes(tier) ? difference(costs, its[tier] ?? []) : trimmedMean(costs),
    ),
    cost: trimmedMean(total),
    costByTier: mapValues(own, trimmedMean),
    logRatio: trimmedMean(total.map((cost, group) => Math.log(cost / (baseTotal[group] as number)))),
  };
}

/** Of each tier the means of its groups of cycles. */
const groupedTiers = ({ cpu }: Pick<SliceFacts, 'cpu'>, kept?: readonly number[]): Record<string, number[]> =>
  mapValues(cpu as Record<string, number[]>, (costs) =>
    groupMeans(kept ? kept.map((cycle) => costs[cycle] as number) : costs),
  );

/** Means of neighbouring values: single slices would not hear of the collections of garbage, which are part of what a request costs. */
export function groupMeans(values: readonly number[]): number[] {
  const size = Math.ceil(values.length / groups);
  return Array.from({ length: Math.ceil(values.length / size) }, (_, group) =>
    meanOf(values.slice(group * size, (group + 1) * size)),
  );
}

/**
 * The mean of the middle half, for whatever strikes single groups, often by a multiple (Stigler, Annals of Statistics 5, 1977), and
 * the variance of its error from the Winsorised values (Tukey and McLaughlin, Sankhya A 25, 1963).
 */
export function trimmedMean(values: readonly number[]): BlockValue {
  const ascending = [...values].sort((a, b) => a - b);
  const n = ascending.length;
  const cut = Math.floor(n / 4);
  const middle = ascending.slice(cut, n - cut);
  const [lowest = 0, highest = 0] = [middle[0], middle.at(-1)];
  const winsorised = ascending.map((value) => Math.min(highest, Math.max(lowest, value)));
  const centre = meanOf(winsorised);
  const squares = winsorised.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  const variance = n < 2 ? 0 : squares / (n - 1) / ((1 - (2 * cut) / n) ** 2 * n);
  return { value: meanOf(middle), variance };
}

const sumOf = (tiers: readonly (readonly number[])[]): number[] =>
  (tiers[0] ?? []).map((_, group) => tiers.reduce((sum, costs) => sum + (costs[group] as number), 0));

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

/**
 * The cycles of a block without the noisiest tenth: those in which the lanes lay furthest from their own medians.
 * @returns the numbers of the cycles that stay, ascending.
 */
export function quieterCycles(lanes: readonly Pick<SliceFacts, 'cpu'>[]): number[] {
  const totals = lanes.map(({ cpu }) => sumOf(Object.values(cpu as Record<string, number[]>)));
  const medians = totals.map((costs) => [...costs].sort((a, b) => a - b)[Math.floor(costs.length / 2)] as number);
  const noise = (totals[0] ?? []).map((_, cycle) =>
    totals.reduce((sum, costs, lane) => sum + Math.abs((costs[cycle] as number) / (medians[lane] as number) - 1), 0),
  );
  const limit = [...noise].sort((a, b) => a - b)[Math.ceil(noise.length * 0.9) - 1] ?? 0;
  return noise.flatMap((one, cycle) => (one <= limit ? [cycle] : []));
}
