import { expect, test } from 'vitest';
import { tInterval } from '../../bench/analyse/intervals.ts';
import { ratioMeasure } from '../../bench/analyse/ratio.ts';
import { seededRandom } from '../../bench/plan/random.ts';
import { coverage } from '../../bench/selftest/verdict-rates.ts';

/** Normal deviates (Box and Muller). */
function normal(n: number, seed: number): number[] {
  const random = seededRandom(seed, 'normal');
  return Array.from(
    { length: n },
    () => Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction()),
  );
}

test('the t interval is the one of the tables', () => {
  // n = 5, s = 1.5811, t(0.975, 4) = 2.7764.
  const { mean, low, high } = tInterval([1, 2, 3, 4, 5], 0.95);
  expect(mean).toBe(3);
  expect(high - mean).toBeCloseTo((2.7764 * 1.5811) / Math.sqrt(5), 3);
  expect(mean - low).toBeCloseTo(high - mean, 12);
});

test('tInterval: a single value has an endless interval', () => {
  const { low, high } = tInterval([1], 0.95);
  expect([low, high]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
});

test('tInterval: values that are all alike have an interval of no width', () => {
  expect(tInterval([2, 2, 2], 0.95)).toEqual({ mean: 2, low: 2, high: 2 });
});

test('of normal values the t interval holds the mean as often as it says', () => {
  const held = coverage(normal(2_000, 1), 6, 0.95, 4_000, seededRandom(1, 'coverage'));
  expect(held).toBeGreaterThan(0.94);
  expect(held).toBeLessThan(0.96);
});

test('a ratio is the same whichever way round it is asked', () => {
  const logRatios = [0.1, 0.2, 0.15];
  const [one, other] = [
    ratioMeasure('costRatio', logRatios),
    ratioMeasure(
      'costRatio',
      logRatios.map((value) => -value),
    ),
  ];
  expect(one.value * other.value).toBeCloseTo(1, 12);
  expect(one.low * other.high).toBeCloseTo(1, 12);
});

test('a single pair has a ratio and no interval', () => {
  expect(ratioMeasure('costRatio', [Math.log(2)])).toMatchObject({
    value: 2,
    low: 2,
    high: 2,
    confidence: 0,
    replicates: 1,
  });
});
