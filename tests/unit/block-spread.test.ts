import { describe, expect, test } from 'vitest';
import { moderated, pooledSpread, usualSpread } from '../../bench/analyse/block-spread.ts';
import { meanOf } from '../../bench/analyse/intervals.ts';
import { drawnIn, lostSquares } from '../../bench/analyse/outlying.ts';
import { intervalOf, verdictsAt } from '../../bench/analyse/verdict.ts';
import { seededRandom } from '../../bench/plan/random.ts';
import { drawCells } from './blocks.ts';

describe('pooledSpread', () => {
  test('squares about the mean of each cell are pooled', () => {
    // Squares 2 and 8, one degree of freedom and two.
    const { deviation, degrees } = pooledSpread([
      [1, 3],
      [10, 12, 14],
    ]);
    expect([deviation, degrees]).toEqual([Math.sqrt(10 / 3), 3]);
  });

  test('a cell of one value has no say', () => {
    expect(pooledSpread([[7], [1, 3], []])).toEqual(pooledSpread([[1, 3]]));
  });

  test('nothing tells none, from no degrees of freedom', () => {
    expect(pooledSpread([[]])).toEqual({ deviation: 0, degrees: 0 });
  });
});

describe('moderated', () => {
  test('both count by their degrees of freedom', () => {
    const { deviation, degrees } = moderated({ deviation: 0.02, degrees: 24 }, { deviation: 0.01, degrees: 8 });
    expect([deviation, degrees]).toEqual([expect.closeTo(Math.sqrt((24 * 4e-4 + 8 * 1e-4) / 32), 12), 32]);
  });

  test('blocks that agree by chance are not taken for ones that always do', () => {
    const { deviation } = moderated({ deviation: 0, degrees: 12 }, usualSpread);
    expect(deviation).toBeGreaterThan(usualSpread.deviation / 2);
  });
});

/** The spread that a comparison reckons with. */
const spreadOf = (cells: readonly (readonly number[])[]) => moderated(pooledSpread(cells, lostSquares), usualSpread);

/** Estimates of strategies from their blocks, as a comparison makes them. */
function estimates(told: readonly (readonly number[])[]) {
  const cells = drawnIn(told);
  const { deviation, degrees } = spreadOf(cells);
  return cells.map((cell) => ({ mean: meanOf(cell), error: deviation / Math.sqrt(cell.length), degrees }));
}

describe('intervals of a comparison', () => {
  test.each([
    ['7 blocks', 7, [0.012, 0.012, 0.012, 0.012], 0, 0.93],
    ['14 blocks', 14, [0.012, 0.012, 0.012, 0.012], 0, 0.93],
    ['7 blocks, a tenth of them far off', 7, [0.012, 0.012, 0.012, 0.012], 10, 0.92],
    ['7 blocks of a machine twice as restless as the usual one', 7, [0.026, 0.026, 0.026, 0.026], 0, 0.91],
    ['7 blocks of a strategy that spreads a quarter more than the others', 7, [0.015, 0.012, 0.012, 0.012], 0, 0.88],
  ])('%s: 95 of 100 hold the truth, or as many as is said', (_what, blocks, spreads, outlying, atLeast) => {
    const random = seededRandom(1, 'coverage');
    let held = 0;
    for (let draw = 0; draw < 2_000; draw += 1) {
      const [first] = estimates(drawCells(blocks, spreads, random, outlying));
      const { low, high } = intervalOf(first as NonNullable<typeof first>, 0.95);
      if (low <= 0 && 0 <= high) held += 1;
    }
    expect(held / 2_000).toBeGreaterThan(atLeast);
    expect(held / 2_000).toBeLessThan(0.98);
  });
});

describe('a change as large as the margin', () => {
  test.each([
    ['as far as the others', 1, 0.025],
    ['half as far again', 1.5, 0.06],
    ['twice as far', 2, 0.12],
  ])('of a strategy that spreads %s: how often "regressed" is said', (_what, times, atMost) => {
    const random = seededRandom(1, 'risk');
    const rule = { looks: [7, 14], risk: 0.025 };
    const margin = 0.03;
    let regressed = 0;
    for (let draw = 0; draw < 1_000; draw += 1) {
      const [slowed = [], ...others] = drawCells(14, [0.012 * times, 0.012, 0.012, 0.012], random);
      const all = [slowed.map((value) => value + Math.log1p(margin)), ...others];
      const isRegressed = rule.looks.some((look) => {
        // The last cell is the controls, which do not gate.
        const gating = estimates(all.map((cell) => cell.slice(0, look))).slice(0, 3);
        const gated = gating.map((estimate) => ({ ...estimate, replicates: look, margin }));
        return verdictsAt(gated, rule, look === rule.looks.at(-1))[0]?.verdict === 'regressed';
      });
      if (isRegressed) regressed += 1;
    }
    expect(regressed / 1_000).toBeLessThan(atMost);
  });
});
