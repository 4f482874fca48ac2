import { expect, test } from 'vitest';
import { censoredTimes, newTimes, recordTime } from '../../bench/load/censored-times.ts';

const timesOf = (answered: number, censored: number) => {
  const histogram = newTimes();
  for (let index = 1; index <= answered; index += 1) recordTime(histogram, index * 1_000);
  return censoredTimes(histogram, censored);
};

test('without censored values the quantiles are those of the answers', () => {
  const times = timesOf(1_000, 0);
  expect(times.p50).toBeCloseTo(500_000, -3);
  expect(times.p99).toBeCloseTo(990_000, -3);
});

test('what was never answered stands above all that was', () => {
  // 900 answers and 100 time-outs: the median of all is the 500th answer, not the 450th.
  expect(timesOf(900, 100).p50).toBeCloseTo(500_000, -3);
});

test('a quantile is the smallest time that so many did not exceed', () => {
  // 9 in 10 of 18 are 16.2 requests: 16 are too few.
  expect(timesOf(18, 0).p90).toBeCloseTo(17_000, -2);
});

test('a quantile among the unanswered has no value', () => {
  const { p90, p99, p999, max } = timesOf(950, 50);
  expect(p90).not.toBeNull();
  expect([p99, p999, max]).toEqual([null, null, null]);
});

test('where nothing was answered there is no quantile at all', () => {
  expect(timesOf(0, 10)).toMatchObject({ p50: null, answered: 0, censored: 10 });
});

test('a time of less than a nanosecond is recorded as one', () => {
  const histogram = newTimes();
  recordTime(histogram, 0);
  expect(histogram.max).toBe(1);
});
