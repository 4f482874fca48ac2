// When an open loop means to send each request: laid out before the first one, so that no delay of ours moves a later one.
import { seededRandom } from '../plan/random.ts';

/** How requests arrive: evenly spaced, or as independent callers make them (a Poisson process). */
const arrivalProcesses = ['constant', 'poisson'] as const;
export type ArrivalProcess = (typeof arrivalProcesses)[number];

export interface Arrivals {
  readonly process: ArrivalProcess;
  /** Requests per second, on average. */
  readonly rate: number;
  readonly requests: number;
}

/**
 * Intended send times in nanoseconds from the start, ascending; the same seed gives the same times.
 * Constant: multiples of 1/rate, each from its number, so that no rounding adds up. Poisson: exponential gaps by inversion
 * (Knuth, The Art of Computer Programming, volume 2, section 3.4.1).
 */
export function arrivalTimes({ process, rate, requests }: Arrivals, seed: number): Float64Array {
  const times = new Float64Array(requests);
  if (process === 'constant') return times.map((_, index) => (index / rate) * 1e9);
  const random = seededRandom(seed, 'arrivals');
  let at = 0;
  return times.map(() => {
    at += (-Math.log(1 - random.fraction()) / rate) * 1e9;
    return at;
  });
}
