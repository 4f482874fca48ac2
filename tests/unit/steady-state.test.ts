import { expect, test } from 'vitest';
import { steadyFrom } from '../../bench/analyse/steady-state.ts';
import { seededRandom } from '../../bench/plan/random.ts';

/** Windows at given levels, with noise of about 2 %. */
function windows(levels: readonly number[], seed = 1): number[] {
  const random = seededRandom(seed, 'windows');
  return levels.map((level) => level * (1 + 0.04 * (random.fraction() + random.fraction() - 1)));
}
const level = (value: number, length: number) => new Array<number>(length).fill(value);

test('a flat series is steady from its first window', () => {
  expect(steadyFrom(windows(level(5, 30)))).toBe(0);
});

test.each([1, 2, 3, 4, 5])('a warm-up is cut where it ends (seed %i)', (seed) => {
  expect(steadyFrom(windows([...level(3, 4), ...level(2, 4), ...level(1, 30)], seed))).toBe(8);
});

test('a series that becomes slower before it is steady is cut, too', () => {
  expect(steadyFrom(windows([...level(1, 6), ...level(1.5, 24)]))).toBe(6);
});

test('a series that changes in its last third is never steady', () => {
  expect(steadyFrom(windows([...level(2, 24), ...level(1, 6)]))).toBeNull();
});

test('a series that drifts all the time is never steady', () => {
  expect(steadyFrom(windows(Array.from({ length: 40 }, (_, index) => 1 + index * 0.05)))).toBeNull();
});

test('single windows that the machine disturbed change nothing', () => {
  const series = windows(level(1, 30));
  for (const index of [7, 15, 16, 29]) series[index] = 4;
  expect(steadyFrom(series)).toBe(0);
});

test('a change too small to matter is no change', () => {
  expect(steadyFrom(windows([...level(1, 20), ...level(1.03, 10)]))).toBe(0);
});

test('too few windows say nothing', () => {
  expect(steadyFrom([1, 1, 1, 1, 1])).toBeNull();
});

test.each([
  [1, 10, 0.02],
  [0.8, 14, 0.03],
])(
  'a slow warm-up (%d more at first, over %i windows) is not taken for a steady state after 18',
  (more, windowsLong, noise) => {
    const random = seededRandom(1, 'slow');
    const taken = Array.from({ length: 100 }, () => {
      const series = Array.from(
        { length: 18 },
        (_, index) =>
          (1 + more * Math.exp(-index / windowsLong)) * (1 + noise * (random.fraction() + random.fraction() - 1)),
      );
      return steadyFrom(series);
    }).filter((first) => first !== null);
    expect(taken.length).toBeLessThan(30);
  },
);

test.each([[0], [Number.NaN], [-1], [Number.POSITIVE_INFINITY]])('a series with %d in it says nothing', (value) => {
  expect(steadyFrom([...level(1, 20), value])).toBeNull();
});
