import { expect, test } from 'vitest';
import { answeredAt, exactQuantiles, quantilesOf } from '../../bench/selftest/known-law.ts';
import { parseWrkQuantiles } from '../../bench/selftest/other-tools.ts';

const law = { serviceTime: 2, stall: 200, period: 2_000, silentEvery: 0 };

test.each([
  ['well before a stall', 0, 2],
  ['caught by a stall half-way', 999, 1_201],
  ['at the beginning of a stall', 1_000, 1_202],
  ['in a stall', 1_100, 1_202],
  ['at the end of a stall', 1_200, 1_202],
  ['in the next period', 3_050, 3_202],
])('a request that comes %s', (_when, arrival, answered) => {
  expect(answeredAt(law, arrival)).toBe(answered);
});

test('without stalls every request takes the service time', () => {
  expect(answeredAt({ ...law, stall: 0 }, 1_100)).toBe(1_102);
});

test('quantiles are exact', () => {
  const arrivals = Array.from({ length: 2_000 }, (_, index) => index);
  // 201 are caught, the first two for 202 ms, each later one for 1 ms less; p99 is the 21st longest.
  const { p50, p99 } = exactQuantiles(law, arrivals);
  expect(p50).toBe(2e6);
  expect(p99).toBe(183e6);
});

test('a quantile among requests that are never answered is null', () => {
  const arrivals = Array.from({ length: 1_000 }, (_, index) => index / 10);
  expect(exactQuantiles({ ...law, silentEvery: 100 }, arrivals)).toMatchObject({ p50: 2e6, p999: null });
});

test('what a server kept is told like what it should have kept', () => {
  expect(quantilesOf([0, 10, 20, 30], [2, 13, 24, Number.NaN])).toMatchObject({ p50: 3e6, p999: null });
});

test('the quantiles of wrk are read, whatever their unit', () => {
  const text =
    '  Latency Distribution\n     50%    2.05ms\n     75%  900.00us\n     90%    2.27ms\n     99%    1.79s \n';
  expect(parseWrkQuantiles(text)).toEqual({ type: 'quantiles', p50: 2.05e6, p90: 2.27e6, p99: 1.79e9, p999: null });
});
