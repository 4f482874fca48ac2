import { expect, test } from 'vitest';
import { estimateMedian, median } from '../../bench/analyse/bootstrap.ts';
import { seededRandom } from '../../bench/plan/random.ts';

test('the median of an even number of values lies between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test('equal trials have an interval without width', () => {
  expect(estimateMedian([5, 5, 5])).toEqual({ value: 5, low: 5, high: 5, confidence: 0.75 });
});

test('with three trials the interval is their range', () => {
  expect(estimateMedian([10, 30, 20])).toEqual({ value: 20, low: 10, high: 30, confidence: 0.75 });
});

test('one trial gives a value without an interval', () => {
  expect(estimateMedian([7])).toEqual({ value: 7, low: 7, high: 7, confidence: 0 });
});

test('the order of the trials does not matter to the value', () => {
  expect(estimateMedian([1, 9, 5, 3, 7]).value).toBe(estimateMedian([9, 7, 5, 3, 1]).value);
});

test('over ten normal trials the 95 % interval holds the true median at least nine times in ten', () => {
  const random = seededRandom(1, 'coverage');
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
  const held = Array.from({ length: 200 }, () => estimateMedian(Array.from({ length: 10 }, normal))).filter(
    ({ low, high }) => low <= 0 && high >= 0,
  );
  expect(held.length / 200).toBeGreaterThan(0.9);
});
