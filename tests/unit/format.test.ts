import { describe, expect, test } from 'vitest';
import { boundText, durationText, ratioText } from '../../bench/catalogue/format.ts';

describe('a figure in words', () => {
  test.each([
    [{ value: 55.2e-6, low: 54e-6, high: 57.1e-6 }, '55.2 µs (54.0 to 57.1)'],
    [{ value: 55.2e-6, low: 55.2e-6, high: 55.2e-6 }, '55.2 µs'],
    // Three medians that agree in nothing.
    [{ value: 14.8e-3, low: 18e-6, high: 12.2 }, 'about 14.8 ms (cannot tell)'],
    // What is left of a difference of equal numbers.
    [{ value: 0, low: -9e-16, high: 9e-16 }, '0 µs (0 to 0)'],
  ])('%o is "%s"', (measure, told) => {
    expect(durationText(measure)).toBe(told);
  });

  test('a ratio keeps its interval', () => {
    expect(ratioText({ value: 0.34, low: 0.32, high: 0.36 })).toBe('0.34 (0.32 to 0.36)');
  });
});

test.each([
  [0.0102, '11 ms'],
  [0.011, '11 ms'],
  [0.0994, '100 ms'],
  [0.00302, '3.1 ms'],
  [4.88, '4.9 s'],
])('boundText: a bound of %d s is told as %s, never as less', (seconds, told) => {
  expect(boundText(seconds)).toBe(told);
});
