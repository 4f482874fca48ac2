// A ratio from pairs: the geometric mean, with the t interval of the logarithms. Pure.
import { asMeasure } from '../catalogue/measures.ts';
import type { Measure } from '../record/report.ts';
import { tInterval } from './intervals.ts';

/** How often the interval of a ratio is to hold the true one. */
const ratioConfidence = 0.95;

/**
 * The ratio that pairs show, given as logarithms: their geometric mean, for it is the same whichever way round it is asked
 * (Fleming and Wallace, CACM 29(3), 1986). A single pair has no interval.
 * @param name of the measure.
 */
export function ratioMeasure(name: string, logRatios: readonly number[]): Measure {
  const { mean, low, high } = tInterval(logRatios, ratioConfidence);
  const single = logRatios.length < 2;
  const estimate = {
    value: Math.exp(mean),
    low: Math.exp(single ? mean : low),
    high: Math.exp(single ? mean : high),
    confidence: single ? 0 : ratioConfidence,
  };
  return asMeasure(name, estimate, logRatios.length);
}
