// The median over trials, with an interval that assumes nothing of how they are distributed. Pure.
import jstat from 'jstat';
import { tInterval } from './intervals.ts';

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

/** From so many values on two of them make an interval that holds the median 95 % of the time. */
const fewestForRanks = 6;

/**
 * The middle of one value per trial, with an interval. From six trials on it lies between two of the values themselves: as many ranks
 * from either end as leave at least 95 %; the confidence is exact for any continuous distribution (the sign test's: Conover,
 * Practical Nonparametric Statistics, 1999, section 3.4). Of fewer trials it is the t interval of the mean, of the logarithms where
 * all are positive: a range of three values that happened to agree says nothing. A single trial has no interval.
 * @param values at least one.
 */
export function estimateMedian(values: readonly number[]): Estimate {
  const n = values.length;
  const value = median(values);
  if (n === 1) return { value, low: value, high: value, confidence: 0 };
  if (n < fewestForRanks) return estimateMean(values);
  const ascending = [...values].sort((a, b) => a - b);
  const confidenceAt = (rank: number) => 1 - 2 * jstat.binomial.cdf(rank - 1, n, 0.5);
  let rank = 1;
  while (2 * (rank + 1) <= n && confidenceAt(rank + 1) >= wanted) rank += 1;
  return {
    value,
    low: ascending[rank - 1] as number,
    high: ascending[n - rank] as number,
    confidence: confidenceAt(rank),
  };
}

function estimateMean(values: readonly number[]): Estimate {
  const positive = values.every((value) => value > 0);
  const { mean, low, high } = tInterval(positive ? values.map(Math.log) : values, wanted);
  const back = positive ? Math.exp : (value: number) => value;
  return { value: back(mean), low: back(low), high: back(high), confidence: wanted };
}
