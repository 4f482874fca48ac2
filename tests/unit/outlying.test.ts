import { describe, expect, test } from 'vitest';
import { withoutOutlying } from '../../bench/analyse/outlying.ts';
import { pooledComponent, pooledEstimate, pooledMean } from '../../bench/analyse/pooled.ts';
import { verdictsAt } from '../../bench/analyse/verdict.ts';
import { type Random, seededRandom } from '../../bench/plan/random.ts';

/** A normal deviate (Box and Muller). */
const normal = (random: Random) =>
  Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());

const exactly = (...values: number[]) => values.map((value) => ({ value, variance: 0 }));
const valuesOf = (cells: ReturnType<typeof withoutOutlying>['cells']) =>
  cells.map((cell) => cell.map(({ value }) => value));

/** Three strategies of so many blocks, of which so many in a hundred lie five times further off than others; with errors of their own. */
const drawCells = (blocks: number, outlying: number, random: Random, errors: readonly number[] = [0, 0, 0]) =>
  errors.map((error) =>
    Array.from({ length: blocks }, () => {
      const spread = random.below(100) < outlying ? 0.06 : 0.012;
      return { value: spread * normal(random) + error * normal(random), variance: error ** 2 };
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
    ['4 blocks', 4, 0, [0, 0, 0]],
    ['8 blocks', 8, 0, [0, 0, 0]],
    ['4 blocks, a tenth of them far off', 4, 10, [0, 0, 0]],
    ['8 blocks, a tenth of them far off', 8, 10, [0, 0, 0]],
    ['8 blocks whose own errors are most of their spread', 8, 0, [0.03, 0.03, 0.03]],
    ['8 blocks of a strategy with larger errors than another', 8, 10, [0.009, 0.0085, 0.004]],
    ['4 blocks of a strategy with smaller errors than the others', 4, 10, [0.004, 0.0085, 0.009]],
  ])('%s: intervals hold the truth 91 to 97.5 times in 100', (_what, blocks, outlying, errors) => {
    const random = seededRandom(1, 'coverage');
    let held = 0;
    for (let draw = 0; draw < 2_000; draw += 1) {
      const { cells, component } = withoutOutlying(drawCells(blocks, outlying, random, errors));
      const { low, high } = pooledEstimate({ values: cells[0] ?? [], scale: 1 }, component, 0.95);
      if (low <= 0 && 0 <= high) held += 1;
    }
    expect(held / 2_000).toBeGreaterThan(0.91);
    expect(held / 2_000).toBeLessThan(0.975);
  });

  test('a block that tells little may lie further off than one that tells more', () => {
    const sure = [1, 2, 3, 4].map((value) => ({ value, variance: 0 }));
    const { cells } = withoutOutlying([
      [...sure, { value: 100, variance: 0 }],
      [...sure, { value: 100, variance: 1e4 }],
    ]);
    const [drawnIn = 0, left = 0] = cells.map((cell) => cell.at(-1)?.value ?? 0);
    expect([drawnIn < 20, left]).toEqual([true, 100]);
  });

  test('with a tenth of the blocks outlying intervals are three quarters as wide at most', () => {
    const random = seededRandom(1, 'widths');
    const drawn = Array.from({ length: 500 }, () => drawCells(8, 10, random));
    const sum = (widths: number[]) => widths.reduce((all, width) => all + width, 0);
    const plain = sum(drawn.map((cells) => pooledComponent(cells.map((values) => ({ values, scale: 1 }))).deviation));
    const robust = sum(drawn.map((cells) => withoutOutlying(cells).component.deviation));
    expect(robust / plain).toBeLessThan(3 / 4);
  });
});

test.each([
  ['as far as the others', 1, 0.025],
  ['twice as far as the others', 2, 0.1],
  ['three times as far as the others', 3, 0.19],
])(
  'a change as large as the margin, of a strategy that spreads %s: how often "regressed" is said',
  (_what, times, atMost) => {
    const random = seededRandom(1, 'risk');
    const rule = { looks: [4, 8], risk: 0.025 };
    const margin = 0.03;
    const drawn = (blocks: number, middle: number, spread: number) =>
      Array.from({ length: blocks }, () => ({ value: middle + spread * normal(random), variance: 0.006 ** 2 }));
    let regressed = 0;
    for (let draw = 0; draw < 1_000; draw += 1) {
      const all = [
        drawn(8, Math.log1p(margin), 0.012 * times),
        drawn(8, 0, 0.012),
        drawn(8, 0, 0.012),
        drawn(8, 0, 0.012),
      ];
      const isRegressed = rule.looks.some((look) => {
        const { cells, component } = withoutOutlying(all.map((cell) => cell.slice(0, look)));
        // The last cell is the controls, which do not gate.
        const gated = cells.slice(0, 3).map((values) => ({
          ...pooledMean({ values, scale: 1 }, component.deviation),
          degrees: component.degrees,
          replicates: look,
          margin,
        }));
        return verdictsAt(gated, rule, look === rule.looks.at(-1))[0]?.verdict === 'regressed';
      });
      if (isRegressed) regressed += 1;
    }
    expect(regressed / 1_000).toBeLessThan(atMost);
  },
);
