import { expect, test } from 'vitest';
import { groupsOf } from '../../bench/experiments/horizontal-scale.ts';
import { cellKey, planTrials, trialKey } from '../../bench/plan/plan.ts';

const cells = ['a', 'b', 'c', 'd', 'e', 'f'].map((strategy) => ({
  experiment: 'login',
  factors: { strategy },
  blocks: 3,
}));
const order = (seed: number, block: number) =>
  planTrials({ cells }, seed)
    .trials.filter((trial) => trial.block === block)
    .map(cellKey);

test('every block holds every cell once', () => {
  for (const block of [0, 1, 2]) expect(order(1, block).sort()).toEqual(cells.map(cellKey));
});

test('a cell takes part in as many blocks as it asks for', () => {
  const [first, ...others] = cells;
  const { trials } = planTrials({ cells: [{ ...(first as (typeof cells)[number]), blocks: 1 }, ...others] }, 1);
  expect(trials.filter(({ factors }) => factors.strategy === 'a').map(({ block }) => block)).toEqual([0]);
});

test('the same seed gives the same order', () => {
  expect(planTrials({ cells }, 7)).toEqual(planTrials({ cells }, 7));
});

test('another seed gives another order, and another digest', () => {
  expect(order(1, 0)).not.toEqual(order(2, 0));
  expect(planTrials({ cells }, 1).digest).not.toBe(planTrials({ cells }, 2).digest);
});

test('blocks are shuffled apart from each other', () => {
  expect(order(1, 0)).not.toEqual(order(1, 1));
});

test('planTrials: trials that are given keep their order, whatever the seed', () => {
  const trials = cells.map(({ experiment, factors }) => ({ experiment, factors, block: 0 }));
  expect(planTrials({ trials }, 1)).toEqual(planTrials({ trials }, 2));
  expect(planTrials({ trials }, 1).trials).toEqual(trials);
});

test('a trial is the same whichever way round its factors were written', () => {
  const one = { experiment: 'login', factors: { strategy: 'jwt', alg: 'HS256' }, block: 0 };
  const other = { experiment: 'login', factors: { alg: 'HS256', strategy: 'jwt' }, block: 0 };
  expect(trialKey(one)).toBe(trialKey(other));
});

test('every number of instances has a door to the first of them, and one to others', () => {
  expect(groupsOf([1, 2, 4])).toEqual([[0], [0, 1], [0, 1, 2, 3], [2], [2, 3], [2, 3, 0, 1]]);
});
