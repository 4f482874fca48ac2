// Times of requests of which some were never answered: those are censored, and counted as worse than any answer.
import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { nearestRank } from '../analyse/nearest-rank.ts';
import type { CensoredTimes } from '../record/facts.ts';

/** A histogram of nanoseconds, exact to a thousandth. */
export const newTimes = (): RecordableHistogram => createHistogram({ figures: 3 });

/** Records a time in nanoseconds; histograms hold whole numbers from 1. */
export const recordTime = (histogram: RecordableHistogram, nanoseconds: number) =>
  histogram.record(Math.max(1, Math.round(nanoseconds)));

/**
 * Quantiles over all requests. Every request that had no answer stands above every one that had: what a time-out would
 * have become is not known, only that it was not good (right censoring; Kaplan and Meier, JASA 53, 1958, with all
 * censored values last).
 */
export function censoredTimes(histogram: RecordableHistogram, censored: number): CensoredTimes {
  const answered = histogram.count;
  // The smallest time that at least this share did not exceed. The histogram rounds ranks; a whole one it leaves as it is.
  const quantile = (share: number) => {
    const rank = nearestRank(share, answered + censored);
    return rank > 0 && rank <= answered ? histogram.percentile((100 * rank) / answered) : null;
  };
  return {
    mean: answered > 0 ? histogram.mean : 0,
    p50: quantile(0.5),
    p90: quantile(0.9),
    p99: quantile(0.99),
    p999: quantile(0.999),
    max: censored === 0 && answered > 0 ? histogram.max : null,
    answered,
    censored,
  };
}
