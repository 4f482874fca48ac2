import { expect, test } from 'vitest';
import { arrivalTimes } from '../../bench/load/arrivals.ts';

const gapsOf = (times: Float64Array) => [...times].slice(1).map((at, index) => at - (times[index] as number));

test('constant arrivals are whole multiples of the gap, however many there are', () => {
  const times = arrivalTimes({ process: 'constant', rate: 3_000, requests: 300_001 }, 1);
  expect(times[0]).toBe(0);
  expect(times[300_000]).toBe(100e9);
});

test('Poisson arrivals come at the rate asked for', () => {
  const times = arrivalTimes({ process: 'poisson', rate: 1_000, requests: 50_000 }, 1);
  expect((times.at(-1) as number) / 1e9).toBeGreaterThan(49);
  expect((times.at(-1) as number) / 1e9).toBeLessThan(51);
});

test('gaps of Poisson arrivals spread as much as they last', () => {
  const gaps = gapsOf(arrivalTimes({ process: 'poisson', rate: 1_000, requests: 50_000 }, 1));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
  expect(deviation / mean).toBeGreaterThan(0.97);
  expect(deviation / mean).toBeLessThan(1.03);
});

test('the same seed gives the same arrivals, another seed others', () => {
  const arrivals = { process: 'poisson', rate: 100, requests: 10 } as const;
  expect(arrivalTimes(arrivals, 7)).toEqual(arrivalTimes(arrivals, 7));
  expect(arrivalTimes(arrivals, 7)).not.toEqual(arrivalTimes(arrivals, 8));
});
