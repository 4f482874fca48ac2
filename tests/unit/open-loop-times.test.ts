import { describe, expect, test } from 'vitest';
import { inFlightByTimes, longestGap, slowAfter, stallsIn, timesOf } from '../../bench/load/open-loop-times.ts';

const ms = 1e6;

/** Requests a millisecond apart; each is sent `lag` late and answered after `service`, NaN for never. */
function moments(requests: number, of: (index: number) => { lag?: number; service: number; waited?: boolean }) {
  const start = 1e12;
  const planned = Float64Array.from({ length: requests }, (_, index) => index * ms);
  const each = Array.from({ length: requests }, (_, index) => of(index));
  const sentAt = planned.map((at, index) => start + at + (each[index]?.lag ?? 0));
  const endedAt = sentAt.map((at, index) => at + (each[index]?.service ?? 0));
  const waited = Uint8Array.from(each, (one) => (one.waited ? 1 : 0));
  return { start, planned, sentAt, endedAt, waited };
}

test('response time counts from the intended send, service time from the actual one', () => {
  const { response, service, sendLag } = timesOf(moments(100, () => ({ lag: 3 * ms, service: 2 * ms })));
  expect([response.p50, service.p50, sendLag.p50].map((time) => Math.round((time as number) / ms))).toEqual([5, 2, 3]);
});

test('a wait for a free connection is in the response time, and is no lag of the generator', () => {
  const waiting = moments(100, (index) => ({ lag: index < 50 ? 30 * ms : 1_000, service: 2 * ms, waited: index < 50 }));
  const { response, sendLag } = timesOf(waiting);
  expect(response.p90).toBeGreaterThan(31 * ms);
  expect(sendLag.p99).toBeLessThan(2_000);
});

test('requests without an answer are censored', () => {
  const { response } = timesOf(moments(100, (index) => ({ service: index % 10 === 0 ? Number.NaN : 2 * ms })));
  expect(response).toMatchObject({ answered: 90, censored: 10, p99: null });
});

test('a slow episode early in a load stays in its times', () => {
  const { response } = timesOf(moments(1_000, (index) => ({ service: (index >= 100 && index < 300 ? 6 : 2) * ms })));
  expect((response.p90 as number) / ms).toBeCloseTo(6, 1);
});

test("Little's law: the number under way is the sum of the service times over the time", () => {
  expect(
    inFlightByTimes(
      moments(100, () => ({ service: 5 * ms })),
      100 * ms,
    ),
  ).toBeCloseTo(5, 9);
  expect(
    inFlightByTimes(
      moments(100, () => ({ service: Number.NaN })),
      100 * ms,
    ),
  ).toBeNull();
});

describe('stallsIn', () => {
  /** Of 1,000 requests those slow whose numbers are in one of these ranges, ends not included. */
  const stalls = (...ranges: [number, number][]) =>
    stallsIn(
      moments(1_000, (index) => ({
        service: ranges.some(([from, to]) => index >= from && index < to) ? slowAfter + ms : 2 * ms,
      })),
    );

  test('requests that were answered in time are no stall', () => {
    expect(stalls()).toEqual({ count: 0, largest: 0 });
    expect(stallsIn(moments(10, () => ({ service: slowAfter })))).toEqual({ count: 0, largest: 0 });
  });

  test('slow neighbours are one stall of as many requests', () => {
    expect(stalls([100, 140])).toEqual({ count: 1, largest: 40 });
  });

  test('a single slow request is a stall of one', () => {
    expect(stalls([100, 101])).toEqual({ count: 1, largest: 1 });
  });

  test('stalls at both ends of a load are counted', () => {
    expect(stalls([0, 3], [990, 1_000])).toEqual({ count: 2, largest: 10 });
  });

  test('a few requests in time do not end a stall, and are no part of it', () => {
    expect(stalls([100, 140], [140 + longestGap, 150])).toEqual({ count: 1, largest: 50 - longestGap });
  });

  test('more requests in time than that part two stalls, of which the larger is told', () => {
    expect(stalls([100, 140], [141 + longestGap, 150])).toEqual({ count: 2, largest: 40 });
  });

  test('requests without an answer are slow', () => {
    const unanswered = moments(100, (index) => ({ service: index >= 20 && index < 30 ? Number.NaN : 2 * ms }));
    expect(stallsIn(unanswered)).toEqual({ count: 1, largest: 10 });
  });

  test('a wait before the send makes a request slow, however soon it is served', () => {
    expect(stallsIn(moments(100, () => ({ lag: slowAfter, service: ms })))).toEqual({ count: 1, largest: 100 });
  });
});
