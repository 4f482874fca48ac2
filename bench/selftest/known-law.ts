// The law of the known server: how long each request would take if nothing but the law were at work. Pure.

import { nearestRank } from '../analyse/nearest-rank.ts';

/** Durations in milliseconds. */
export interface KnownLaw {
  /** What every answer takes while the server runs. */
  readonly serviceTime: number;
  /** From time to time it stands still, for so long, once in each period, beginning half a period after the first request. */
  readonly stall: number;
  readonly period: number;
  /** Every so manieth request is never answered; 0 for none. */
  readonly silentEvery: number;
}

/**
 * When a request is answered: after as much running time of the server as the service takes.
 * @param arrival milliseconds since the beginning of the first period.
 * @returns milliseconds since the same moment.
 */
export function answeredAt({ serviceTime, stall, period }: KnownLaw, arrival: number): number {
  if (stall === 0) return arrival + serviceTime;
  const into = positiveModulo(arrival - period / 2, period);
  // A request that comes while the server stands still, or is caught by it half-way, waits for its end.
  if (into < stall) return arrival + (stall - into) + serviceTime;
  return into + serviceTime > period ? arrival + serviceTime + stall : arrival + serviceTime;
}

const positiveModulo = (value: number, period: number) => ((value % period) + period) % period;

/**
 * The exact quantiles of response time, in nanoseconds, of requests that arrive at the given times; requests that are never
 * answered stand above all others, and a quantile among them is null.
 * @param arrivals milliseconds since the beginning of the first period, ascending.
 */
export function exactQuantiles(law: KnownLaw, arrivals: readonly number[]) {
  const answers = arrivals.map((arrival, index) => (isSilent(law, index) ? Number.NaN : answeredAt(law, arrival)));
  return quantilesOf(arrivals, answers);
}

/**
 * The quantiles of response time, in nanoseconds, from when requests arrived and when they were answered (NaN for never), both
 * in milliseconds on one clock and in the same order.
 */
export function quantilesOf(arrivals: readonly number[], answers: readonly number[]) {
  const times = arrivals
    .map((arrival, index) => (answers[index] ?? Number.NaN) - arrival)
    .filter((time) => !Number.isNaN(time))
    .sort((a, b) => a - b);
  const quantile = (share: number) => {
    const value = times[nearestRank(share, arrivals.length) - 1];
    return value === undefined ? null : value * 1e6;
  };
  return { p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99), p999: quantile(0.999) };
}

/** Whether a request, numbered from 0 as the server receives them, is one that is never answered. */
export const isSilent = ({ silentEvery }: KnownLaw, index: number) =>
  silentEvery > 0 && index % silentEvery === silentEvery - 1;
