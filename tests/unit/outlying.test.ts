import { describe, expect, test } from 'vitest';
import { pooledSpread } from '../../bench/analyse/block-spread.ts';
import { drawnIn, lostSquares } from '../../bench/analyse/outlying.ts';
import { seededRandom } from '../../bench/plan/random.ts';
import { drawCells } from './blocks.ts';

describe('drawnIn', () => {
  test('values that lie alike stay as they are', () => {
    const cells = [
      [1, 2, 3, 4],
      [11, 12, 13, 14],
    ];
    expect(drawnIn(cells)).toEqual(cells);
  });

  test('one that lies far off counts as 2.5 standard deviations', () => {
    // Absolute deviations of five values 0, 1, 1, 2 and 97: their median is 1, and 5/4 of it counts.
    expect(drawnIn([[1, 2, 3, 4, 100]])).toEqual([[1, 2, 3, 4, expect.closeTo(3 + (2.5 * 1.4826 * 5) / 4, 10)]]);
  });

  test('where most agree to the last digit nothing is drawn in', () => {
    const cells = [[5, 5, 5, 6]];
    expect(drawnIn(cells)).toEqual(cells);
  });

  test('cells of one value or none stay as they are', () => {
    expect(drawnIn([[], [1]])).toEqual([[], [1]]);
  });

  test('the spread of normal values is told within 2 %', () => {
    const random = seededRandom(1, 'normal');
    const squares = Array.from(
      { length: 3_000 },
      () => pooledSpread(drawnIn(drawCells(8, [0.012, 0.012, 0.012], random)), lostSquares).deviation ** 2,
    );
    const spread = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
    expect(spread / 0.012).toBeGreaterThan(0.98);
    expect(spread / 0.012).toBeLessThan(1.02);
  });

  test('with a tenth of the blocks outlying the spread is three quarters as large at most', () => {
    const random = seededRandom(1, 'widths');
    const drawn = Array.from({ length: 500 }, () => drawCells(8, [0.012, 0.012, 0.012], random, 10));
    const sum = (all: number[]) => all.reduce((total, one) => total + one, 0);
    const plain = sum(drawn.map((cells) => pooledSpread(cells).deviation));
    const robust = sum(drawn.map((cells) => pooledSpread(drawnIn(cells), lostSquares).deviation));
    expect(robust / plain).toBeLessThan(3 / 4);
  });
});
