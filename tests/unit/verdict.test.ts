import { expect, test } from 'vitest';
import { gatedFrom, verdictsAt, wholeVerdict } from '../../bench/analyse/verdict.ts';
import { seededRandom } from '../../bench/plan/random.ts';
import { verdictOn, verdictRates } from '../../bench/selftest/verdict-rates.ts';

const rule = { looks: [4, 8, 12], risk: 0.025 };
const margin = 0.03;

/** Log-ratios with an exact mean and a standard deviation of about 1 %. */
const logRatios = (mean: number, n = 12, spread = 0.01) =>
  Array.from({ length: n }, (_, index) => mean + (index % 2 === 0 ? spread : -spread));
const verdictOf = (values: readonly number[], last = true) =>
  verdictsAt([gatedFrom(values, margin)], rule, last)[0] as ReturnType<typeof verdictsAt>[number];

test.each([
  ['twice the same', 0, 'pass'],
  ['ten percent more', 0.1, 'regressed'],
  ['ten percent less', -0.1, 'improved'],
  ['one percent more', 0.01, 'pass'],
  ['on the margin', Math.log(1.03), 'inconclusive'],
])('%s: %s', (_what, mean, verdict) => {
  expect(verdictOf(logRatios(mean)).verdict).toBe(verdict);
});

test('a mean beyond the margin is no regression while the interval reaches back over it', () => {
  const result = verdictOf(logRatios(0.05, 12, 0.05));
  expect(result.interval.mean).toBeGreaterThan(Math.log(1 + margin));
  expect(result.verdict).toBe('inconclusive');
});

test('what is not clear yet is not decided before the last look', () => {
  expect(verdictOf(logRatios(0.03, 4), false)).toMatchObject({ verdict: 'inconclusive', decided: false });
});

test('what lies about the margin of improvement waits, and passes at the last look', () => {
  const values = logRatios(-Math.log(1.03), 12);
  expect(verdictOf(values, false).decided).toBe(false);
  expect(verdictOf(values, true).verdict).toBe('pass');
});

test('an inconclusive verdict tells how many replicates it would take, and so many suffice', () => {
  const { replicatesNeeded } = verdictOf(logRatios(0.05, 12, 0.05));
  expect(replicatesNeeded).toBeGreaterThan(12);
  expect(verdictOf(logRatios(0.05, (replicatesNeeded as number) + 2, 0.05)).verdict).toBe('regressed');
});

test('with twice as many gates each has to be more certain', () => {
  // Certain enough alone, not certain enough as one of two.
  const cell = gatedFrom(logRatios(0.0388, 12), margin);
  const [alone] = verdictsAt([cell], rule, true);
  const [one, other] = verdictsAt([cell, cell], rule, true);
  expect(alone?.verdict).toBe('regressed');
  expect([one?.verdict, other?.verdict]).toEqual(['inconclusive', 'inconclusive']);
});

test('a gate that is certain leaves the next one its full share of the risk', () => {
  const certain = gatedFrom(logRatios(0.2), margin);
  const less = gatedFrom(logRatios(0.0388), margin);
  expect(verdictsAt([less, certain], rule, true).map(({ verdict }) => verdict)).toEqual(['regressed', 'regressed']);
});

test('a change that just does not matter is called a regression no more often than the risk allows', () => {
  const random = seededRandom(1, 'null');
  const noise = () => (random.fraction() + random.fraction() + random.fraction() - 1.5) * 0.02;
  const draws = Array.from({ length: 2_000 }, () => Array.from({ length: 12 }, () => Math.log(1 + margin) + noise()));
  const regressed = draws.filter((drawn) => verdictOn(drawn, margin, rule).verdict === 'regressed').length;
  expect(regressed / draws.length).toBeLessThan(rule.risk * 1.3);
});

test('equal replicates pass, and none is called changed', () => {
  const { rates, blocksP95 } = verdictRates(logRatios(0, 60), margin, rule, 500, seededRandom(1, 'rates'));
  expect(rates.pass).toBe(1);
  expect(rates.regressed + rates.improved).toBe(0);
  expect(blocksP95).toBeLessThanOrEqual(12);
});

test('what a gate is told does not depend on its place', () => {
  const exact = gatedFrom([0.1, 0.1, 0.1, 0.1], margin);
  const spread = gatedFrom([0.19, 0.2, 0.21, 0.2], margin);
  const equal = gatedFrom([0.001, 0, -0.001, 0], margin);
  const verdictsIn = (cells: (typeof exact)[]) =>
    new Map(verdictsAt(cells, rule, true).map(({ verdict }, at) => [cells[at], verdict]));
  const expected = new Map([
    [exact, 'regressed'],
    [spread, 'regressed'],
    [equal, 'pass'],
  ]);
  for (const order of [
    [exact, spread, equal],
    [equal, exact, spread],
    [spread, equal, exact],
  ])
    expect(verdictsIn(order)).toEqual(expected);
});

test.each([
  [['pass', 'regressed', 'invalid'], 'invalid'],
  [['pass', 'regressed', 'inconclusive'], 'regressed'],
  [['improved', 'inconclusive'], 'inconclusive'],
  [['pass', 'improved'], 'improved'],
  [['pass', 'pass'], 'pass'],
  [[], 'invalid'],
] as const)('%j together are %s', (cells, whole) => {
  expect(wholeVerdict(cells)).toBe(whole);
});
