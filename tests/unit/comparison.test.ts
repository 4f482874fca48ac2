import { expect, test } from 'vitest';
import { gateResults, type StrategyPairs, withPair } from '../../bench/analyse/comparison.ts';
import { interquartileMean, pairedLogRatio } from '../../bench/analyse/pair.ts';
import type { Gates } from '../../bench/plan/gates.ts';
import { comparisonSchema } from '../../bench/record/comparison.ts';
import type { PairFacts } from '../../bench/record/facts.ts';
import { renderComparison, renderComparisonMarkdown } from '../../bench/render/comparison.ts';
import { pairOf, pairSide, start } from './samples.ts';

const gates: Gates = {
  looks: [4],
  seconds: 100,
  risk: 0.025,
  gates: [{ strategy: 'jwt', measure: 'cpuPerRequest.servers', margin: 0.03 }],
};
const outcome = (facts: PairFacts) => ({ status: 'completed' as const, rows: [{ factors: {}, facts }] });
const after = (pairs: readonly PairFacts[]) =>
  pairs.reduce<StrategyPairs | undefined>(
    (known, facts) => withPair(known, outcome(facts)),
    undefined,
  ) as StrategyPairs;
const found = (pairs: readonly PairFacts[]) => new Map([['jwt', after(pairs)]]);
const about = (ratio: number) => [ratio * 0.999, ratio * 1.001, ratio, ratio].map((one) => pairOf(one));

test('the ratio of a pair is that of turns side by side, and a few disturbed ones do not move it', () => {
  const base = pairSide(0, { cpuPerRequest: [1, 2, 1, 2, 1, 2, 1, 2] });
  const head = pairSide(0, { cpuPerRequest: [1.1, 2.2, 9, 2.2, 1.1, 2.2, 0.1, 2.2] });
  expect(pairedLogRatio({ ...pairOf(1), base, head })).toBeCloseTo(Math.log(1.1), 12);
});

test('what a server puts off and does all at once is part of its cost', () => {
  // Of 300 turns every fifth collects the garbage of five, of which head makes twice as much.
  const turns = (collection: number) => Array.from({ length: 300 }, (_, turn) => (turn % 5 === 0 ? 1 + collection : 1));
  const base = pairSide(0, { cpuPerRequest: turns(1) });
  const head = pairSide(0, { cpuPerRequest: turns(2) });
  expect(pairedLogRatio({ ...pairOf(1), base, head })).toBeCloseTo(Math.log(7 / 6), 12);
});

test('the interquartile mean is the mean of the middle half', () => {
  expect(interquartileMean([100, 3, 1, 2, 4, -50, 2, 3])).toBe(2.5);
});

test.each([
  [1, 'pass'],
  [1.1, 'regressed'],
  [0.9, 'improved'],
])('pairs of ratio %d: %s', (ratio, verdict) => {
  expect(gateResults(gates, found(about(ratio)), [], true)[0]).toMatchObject({ verdict, pairsNeeded: null });
});

test('a gate that has been decided stays as it was', () => {
  const first = gateResults(gates, found(about(1.1)), [], false);
  expect(gateResults(gates, found([...about(1.1), ...about(0.5)]), first, true)).toEqual(first);
});

test('without data a gate is invalid, never passed', () => {
  expect(gateResults(gates, new Map(), [], true)[0]).toMatchObject({ verdict: 'invalid' });
});

test('a head that lets in whom it must refuse is objected to, however much it saves', () => {
  const { objection } = after([pairOf(0.5, { falseAccepts: 3 })]);
  expect(objection).toBe('head accepted 3 credentials that it had to refuse, of 400');
});

test('a base that is wrong is no measure of anything', () => {
  expect(after([{ ...pairOf(1), base: pairSide(1, { falseRejects: 1 }) }]).objection).toMatch(/^base refused 1 /);
});

const comparison = comparisonSchema.parse({
  schemaVersion: 1,
  base: { name: 'main', commit: 'a'.repeat(40) },
  head: { name: 'working tree', commit: 'b'.repeat(40) },
  seed: 1,
  startedAt: start.at,
  finishedAt: start.at,
  command: 'npm run bench:compare -- --base main',
  complete: true,
  verdict: 'regressed',
  gates: gateResults(gates, found(about(1.1)), [], true),
  notAvailable: [{ strategy: 'jwt', measure: 'instructionsPerRequest.servers', reason: 'there is no perf on PATH' }],
  risk: 0.025,
  loadSeconds: 4,
  unsteady: 1,
  void: { starved: 1 },
  environment: start.environment,
});

test('the terminal says the verdict, and what it rests on', () => {
  expect(renderComparison(comparison, 'results/one', false)).toMatchInlineSnapshot(`
    "
    regressed: working tree (bbbbbbbbbb) costs more than main (aaaaaaaaaa): jwt cpuPerRequest.servers +10.0 %.

    verdict    strategy  measure                  base   change                    interval  margin  pairs  to decide, about
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    regressed  jwt       cpuPerRequest.servers  100 µs  +10.0 %  +9.9 % to +10.1 % (95.0 %)  +3.0 %      4

    The change is the mean over pairs, head beside base in turns; the intervals together leave a risk of 2.5 % of a wrong "regressed".
    Not available: jwt instructionsPerRequest.servers: there is no perf on PATH.
    1 of the pairs began to count before both servers were steady.
    4 s of load, pairs: 1 void (1 starved).
    Written: results/one/comparison.json (also comparison.md)"
  `);
});

test('Markdown holds the same table', () => {
  expect(renderComparisonMarkdown(comparison)).toContain(
    '| regressed | jwt | cpuPerRequest.servers | 100 µs | +10.0 % |',
  );
});
