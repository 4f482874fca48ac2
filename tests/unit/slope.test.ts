import { expect, test } from 'vitest';
import { slopeOf } from '../../bench/analyse/slope.ts';

test('the slope of points on a line is the slope of the line', () => {
  expect(
    slopeOf([
      [0, 5],
      [1, 8],
      [4, 17],
    ]),
  ).toBeCloseTo(3);
});

test('the slope of other points is that of the line with the least squares', () => {
  // Anscombe's first quartet, The American Statistician 27, 1973.
  const xs = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
  const ys = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
  expect(slopeOf(xs.map((x, index) => [x, ys[index] as number]))).toBeCloseTo(0.5, 3);
});
