import { expect, test } from 'vitest';
import { estimateMedian, median } from '../../bench/analyse/median.ts';
import { seededRandom } from '../../bench/plan/random.ts';

test('the median of an even number of values lies between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test('equal trials have an interval without width', () => {
  const { low, high, confidence } = estimateMedian([5, 5, 5, 5, 5, 5]);
  expect([low, high, confidence]).toEqual([5, 5, 1 - 2 / 64]);
});

test('estimateMedian: fewer than six positive values have the t interval of their logarithms', () => {
  // ln 10, ln 20, ln 40: mean ln 20, s = ln 2, t(0.975, 2) = 4.3027.
  const { value, low, high, confidence } = estimateMedian([10, 40, 20]);
  const half = (4.3027 * Math.LN2) / Math.sqrt(3);
  expect([value, low, high, confidence]).toEqual([
    expect.closeTo(20, 9),
    expect.closeTo(20 * Math.exp(-half), 3),
    expect.closeTo(20 * Math.exp(half), 1),
    0.95,
  ]);
});

test('estimateMedian: fewer than six values of which one is not positive have the t interval of their mean', () => {
  // Mean 20, s = 20, t(0.975, 2) = 4.3027.
  const { value, low, high } = estimateMedian([0, 20, 40]);
  expect([value, low, high]).toEqual([20, expect.closeTo(20 - 49.68, 2), expect.closeTo(20 + 49.68, 2)]);
});

test('one trial gives a value without an interval', () => {
  expect(estimateMedian([7])).toEqual({ value: 7, low: 7, high: 7, confidence: 0 });
});

test('the order of the trials does not matter to the value', () => {
  expect(estimateMedian([1, 9, 5, 3, 7, 11]).value).toBe(estimateMedian([11, 9, 7, 5, 3, 1]).value);
});

test.each([
  [6, 1, 1 - 2 / 64],
  [7, 1, 1 - 2 / 128],
  [8, 1, 1 - 2 / 256],
  [9, 2, 1 - 20 / 512],
  [10, 2, 1 - 22 / 1024],
])(
  'of %d trials the interval leaves out as many ranks as 95 %% allow, and says what it holds',
  (n, rank, confidence) => {
    const estimate = estimateMedian(Array.from({ length: n }, (_, index) => index + 1));
    expect([estimate.low, estimate.high]).toEqual([rank, n + 1 - rank]);
    expect(estimate.confidence).toBeCloseTo(confidence, 12);
  },
);

test.each([6, 7, 8, 10])('over %d normal trials the interval holds the true median as often as it says', (n) => {
  const random = seededRandom(1, 'coverage');
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
  const estimates = Array.from({ length: 2_000 }, () => estimateMedian(Array.from({ length: n }, normal)));
  const held = estimates.filter(({ low, high }) => low <= 0 && high >= 0).length / estimates.length;
  expect(held).toBeGreaterThan((estimates[0]?.confidence as number) - 0.015);
  expect(held).toBeGreaterThan(0.935);
});
