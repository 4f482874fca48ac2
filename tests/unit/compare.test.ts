import { expect, test } from 'vitest';
import { comparePairs, plannedPairs, type Standing } from '../../bench/compare.ts';
import type { Gates } from '../../bench/plan/gates.ts';
import type { PlannedTrial } from '../../bench/plan/plan.ts';
import type { Outcome } from '../../bench/record/observation.ts';
import { pairOf } from './samples.ts';

const gates: Gates = {
  looks: [4, 8, 12],
  risk: 0.025,
  gates: ['jwt', 'session'].map((strategy) => ({ strategy, measure: 'cpuPerRequest.servers', margin: 0.03 })),
};

const completed = (ratio: number): Outcome => ({ status: 'completed', rows: [{ factors: {}, facts: pairOf(ratio) }] });
const starved: Outcome = {
  status: 'void',
  cause: 'starved',
  reason: 'others',
  rows: [{ factors: {}, facts: pairOf(1) }],
};

/** Runs a comparison whose pairs come out as told; gives its last standing, and the pairs that were run. */
async function compare(outcomeOf: (pair: PlannedTrial, run: number) => Outcome) {
  const ran: PlannedTrial[] = [];
  let standing: Standing | undefined;
  const run = async (pair: PlannedTrial) => outcomeOf(pair, ran.push(pair));
  for await (const next of comparePairs(gates, plannedPairs(gates, 1), run)) standing = next;
  return { ...(standing as Standing), ran };
}
/** A little to either side of a ratio, in turns. */
const about = (ratio: number, { block }: PlannedTrial, spread = 0.002) =>
  completed(ratio * (block % 2 ? 1 + spread : 1 - spread));

test('the plan has every strategy in each round, up to the last look', () => {
  const planned = plannedPairs(gates, 1);
  expect(planned).toHaveLength(24);
  expect(new Set(planned.slice(0, 2).map(({ factors }) => factors.strategy))).toEqual(new Set(['jwt', 'session']));
});

test('equal revisions pass at the first look', async () => {
  const { verdict, complete, ran } = await compare((pair) => about(1, pair));
  expect([verdict, complete, ran.length]).toEqual(['pass', true, 8]);
});

test('one gate that is dearer makes the whole regressed, and names itself alone', async () => {
  const { verdict, gates: results } = await compare((pair) => about(pair.factors.strategy === 'jwt' ? 1.1 : 1, pair));
  expect(verdict).toBe('regressed');
  expect(results.map((gate) => [gate.strategy, gate.verdict])).toEqual([
    ['jwt', 'regressed'],
    ['session', 'pass'],
  ]);
});

test('a gate that is decided is measured no further', async () => {
  const { ran, verdict } = await compare((pair) => about(1, pair, pair.factors.strategy === 'jwt' ? 0.002 : 0.3));
  expect(ran.filter(({ factors }) => factors.strategy === 'jwt')).toHaveLength(4);
  expect(ran.filter(({ factors }) => factors.strategy === 'session')).toHaveLength(12);
  expect(verdict).toBe('inconclusive');
});

test('a budget that ends without a decision says how many pairs it would take', async () => {
  const { complete, gates: results } = await compare((pair) => about(1, pair, 0.1));
  expect(complete).toBe(true);
  expect(results[0]?.pairsNeeded).toBeGreaterThan(12);
});

test('a void pair is run again, and counted by its cause', async () => {
  const { verdict, void: voided, ran } = await compare((pair, run) => (run === 1 ? starved : about(1, pair)));
  expect([verdict, voided, ran.length]).toEqual(['pass', { starved: 1 }, 9]);
});

test('without a single valid pair the comparison is invalid, and the repeats end with their budget', async () => {
  const { verdict, ran, void: voided } = await compare(() => starved);
  expect([verdict, ran.length]).toEqual(['invalid', 24 + 6]);
  expect(voided).toEqual({ starved: 30 });
});

test('wrong answers of head end the comparison at once, complete and invalid', async () => {
  const wrong: Outcome = {
    status: 'void',
    cause: 'wrong answer',
    reason: 'of 800 answers 7 accepted in error',
    rows: [{ factors: {}, facts: pairOf(0.5, { falseAccepts: 7 }) }],
  };
  const { verdict, complete, ran, gates: results } = await compare(() => wrong);
  expect([verdict, complete, ran.length]).toEqual(['invalid', true, 1]);
  expect(results.some(({ reason }) => reason?.includes('head accepted 7 credentials'))).toBe(true);
});

test('errors that come again on every repeat are an objection, not noise', async () => {
  const failing: Outcome = {
    status: 'void',
    cause: 'wrong answer',
    reason: 'of 800 answers 9 errors or time-outs',
    rows: [{ factors: {}, facts: pairOf(1, { errors: 9 }) }],
  };
  const { verdict, ran } = await compare(() => failing);
  expect([verdict, ran.length]).toEqual(['invalid', 3]);
});

test('pairs that were not steady are counted', async () => {
  const unsteady = { ...pairOf(1), warmUp: { requests: 1, windows: [1], steadyFrom: null } };
  const { unsteady: count } = await compare((pair, run) =>
    run === 1 ? { status: 'completed', rows: [{ factors: {}, facts: unsteady }] } : about(1, pair),
  );
  expect(count).toBe(1);
});
