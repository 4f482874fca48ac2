import { describe, expect, test } from 'vitest';
import { withoutOutlying } from '../../bench/analyse/outlying.ts';
import { pooledComponent, pooledEstimate } from '../../bench/analyse/pooled.ts';
import { type Random, seededRandom } from '../../bench/plan/random.ts';

/** A normal deviate (Box and Muller). */
const normal = (random: Random) =>
  Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());

const exactly = (...values: number[]) => values.map((value) => ({ value, variance: 0 }));
const valuesOf = (cells: ReturnType<typeof withoutOutlying>['cells']) =>
  cells.map((cell) => cell.map(({ value }) => value));

/** Three strategies of so many blocks; each block but for `outlying` of them, in hundredths, spreads by 0.012, the others by five times that. */
const drawCells = (blocks: number, outlying: number, random: Random) =>
  Array.from({ length: 3 }, () =>
    Array.from({ length: blocks }, () => {
      const spread = random.below(100) < outlying ? 0.06 : 0.012;
      return { value: spread * normal(random), variance: 0 };
    }),
  );

describe('withoutOutlying', () => {
  test('values that lie alike stay as they are', () => {
    const cells = [exactly(1, 2, 3, 4), exactly(11, 12, 13, 14)];
    expect(withoutOutlying(cells).cells).toEqual(cells);
  });

  test('one that lies far off counts as 2.5 standard deviations', () => {
    // Absolute deviations of five values 0, 1, 1, 2 and 97: their median is 1, and 5/4 of it counts.
    const { cells } = withoutOutlying([exactly(1, 2, 3, 4, 100)]);
    expect(valuesOf(cells)).toEqual([[1, 2, 3, 4, expect.closeTo(3 + (2.5 * 1.4826 * 5) / 4, 10)]]);
  });

  test('where most agree to the last digit nothing is drawn in', () => {
    const cells = [exactly(5, 5, 5, 6)];
    expect(withoutOutlying(cells).cells).toEqual(cells);
  });

  test('a cell without values stays empty', () => {
    expect(withoutOutlying([[], exactly(1)])).toEqual({
      cells: [[], exactly(1)],
      component: { deviation: 0, degrees: 0 },
    });
  });

  test('the spread of normal values is told within 2 %', () => {
    const random = seededRandom(1, 'normal');
    const squares = Array.from(
      { length: 3_000 },
      () => withoutOutlying(drawCells(8, 0, random)).component.deviation ** 2,
    );
    const spread = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / squares.length);
    expect(spread / 0.012).toBeGreaterThan(0.98);
    expect(spread / 0.012).toBeLessThan(1.02);
  });

  test.each([
    [4, 0],
    [8, 0],
    [4, 10],
    [8, 10],
  ])(
    '%d blocks, %d in a hundred of them outlying: intervals hold the truth 93 to 97.5 times in 100',
    (blocks, outlying) => {
      const random = seededRandom(1, 'coverage');
      let held = 0;
      for (let draw = 0; draw < 2_000; draw += 1) {
        const { cells, component } = withoutOutlying(drawCells(blocks, outlying, random));
        const { low, high } = pooledEstimate({ values: cells[0] ?? [], scale: 1 }, component, 0.95);
        if (low <= 0 && 0 <= high) held += 1;
      }
      expect(held / 2_000).toBeGreaterThan(0.93);
      expect(held / 2_000).toBeLessThan(0.975);
    },
  );

  test('with a tenth of the blocks outlying intervals are three quarters as wide at most', () => {
    const random = seededRandom(1, 'widths');
    const drawn = Array.from({ length: 500 }, () => drawCells(8, 10, random));
    const sum = (widths: number[]) => widths.reduce((all, width) => all + width, 0);
    const plain = sum(drawn.map((cells) => pooledComponent(cells.map((values) => ({ values, scale: 1 }))).deviation));
    const robust = sum(drawn.map((cells) => withoutOutlying(cells).component.deviation));
    expect(robust / plain).toBeLessThan(3 / 4);
  });
});
