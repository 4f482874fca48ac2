import { expect, test } from 'vitest';
import { turnsCosting } from '../../bench/selftest/calibration.ts';

const measured = [
  { turns: 1, cost: 0.05 },
  { turns: 3, cost: 0.09 },
];

test.each([
  ['below the first point', 0.02, 0.4],
  ['at a point', 0.05, 1],
  ['between two points', 0.07, 2],
  ['beyond the last point', 0.13, 5],
])('%s the cost is read from a straight line', (_where, share, turns) => {
  expect(turnsCosting(share, measured)).toBeCloseTo(turns, 10);
});

test.each([
  ['nothing was measured', []],
  ['turns cost nothing', [{ turns: 1, cost: -0.001 }]],
  ['more turns cost less', [measured[1], { turns: 4, cost: 0.08 }]],
])('when %s there is no number of turns', (_why, points) => {
  expect(turnsCosting(0.05, points as typeof measured)).toBeNull();
});
