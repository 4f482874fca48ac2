// The median over trials, with an interval that assumes nothing of how they are distributed. Pure.
import jstat from 'jstat';

export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** How often such an interval holds the true median. */
  readonly confidence: number;
}

const wanted = 0.95;

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  const half = Math.floor(ascending.length / 2);
  const upper = ascending[half] as number;
  return ascending.length % 2 === 1 ? upper : ((ascending[half - 1] as number) + upper) / 2;
}

/**
 * The median of one value per trial, between two of the values themselves: as many ranks from either end as leave at least 95 %.
 * The confidence is exact for any continuous distribution (the sign test's: Conover, Practical Nonparametric Statistics, 1999,
 * section 3.4). Fewer than six trials do not give 95 %: their range holds the true median with 1 - 2^(1 - n), three times in
 * four with three trials.
 * @param values at least one.
 */
export function estimateMedian(values: readonly number[]): Estimate {
  const n = values.length;
  const ascending = [...values].sort((a, b) => a - b);
  const confidenceAt = (rank: number) => 1 - 2 * jstat.binomial.cdf(rank - 1, n, 0.5);
  let rank = 1;
  while (2 * (rank + 1) <= n && confidenceAt(rank + 1) >= wanted) rank += 1;
  return {
    value: median(values),
    low: ascending[rank - 1] as number,
    high: ascending[n - rank] as number,
    confidence: n === 1 ? 0 : confidenceAt(rank),
  };
}
