import { expect, test } from 'vitest';
import { stateFindings, stateSentences } from '../../bench/analyse/state.ts';
import { stateSize } from '../../bench/experiments/state-size.ts';
import type { MemoryFacts, Row } from '../../bench/record/facts.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';

const row = (items: number, facts: Omit<MemoryFacts, 'type' | 'items'> & { held?: number }): Row => {
  const { held = items, ...memory } = facts;
  return { factors: { items }, facts: { type: 'memory', items: held, ...memory } };
};
const trial = (strategy: string, state: string, rows: Row[], block = 0): TrialObservation => ({
  kind: 'trial',
  experiment: 'state-size',
  factors: { strategy, state },
  block,
  at: '2026-01-02T03:04:05.000Z',
  seconds: 2,
  outcome: { status: 'completed', rows },
});
const sessions = (block: number, each: number) =>
  trial('session', 'session', [row(0, { redis: 5_000 }), row(100, { redis: 5_000 + 100 * each })], block);
const filter: Row = {
  factors: { items: 1_000 },
  facts: { type: 'filter', asked: 200_000, confirmed: 220, stated: 0.001 },
};
const revoked = trial('jwt+bloom-blocklist', 'revoked token', [
  row(0, { redis: 1_000, instance: 8_000 }),
  row(1_000, { held: 990, redis: 100_000, instance: 9_980 }),
  filter,
]);
const findings = (...trials: TrialObservation[]) => stateFindings(trials, 'state-size');

test('each item takes what there is more of than without any, in the same trial', () => {
  const [finding, ...others] = findings(sessions(0, 400), sessions(1, 500), sessions(2, 420));
  expect(others).toEqual([]);
  expect(finding?.factors).toEqual({ strategy: 'session', state: 'session', items: 100 });
  expect(finding?.measures['bytesEach.redis']).toMatchObject({
    // The geometric mean: fewer than six trials are estimated by their logarithms.
    value: expect.closeTo((400 * 500 * 420) ** (1 / 3), 6),
    unit: 'B',
    better: 'lower',
    replicates: 3,
  });
});

test('what is counted is what was really there', () => {
  const [finding] = findings(revoked);
  expect(finding?.measures['bytesEach.redis']?.value).toBe(100);
  expect(finding?.measures['bytesEach.servers']?.value).toBe(2);
});

test('a tier that was not looked at has no measure', () => {
  expect(findings(sessions(0, 400))[0]?.measures).not.toHaveProperty('bytesEach.servers');
});

test('the false positives of a filter stand beside the stated ones', () => {
  const [finding] = findings(revoked);
  expect(finding?.measures.falsePositiveRate?.value).toBeCloseTo(0.0011);
  expect(finding?.measures.statedFalsePositiveRate?.value).toBe(0.001);
});

test('the answer is what one takes, from the most that were measured', () => {
  expect(stateSentences(findings(sessions(0, 412), revoked))).toMatchInlineSnapshot(`
    [
      "jwt+bloom-blocklist: each of 1,000 revoked tokens takes 100 bytes of Redis and 2.00 bytes of each instance.",
      "jwt+bloom-blocklist: the false-positive rate of the filter is 0.11 %; it was made for 0.10 %.",
      "session: each of 100 sessions takes 412 bytes of Redis.",
    ]
  `);
});

test('every form of state that strategies leave is measured in quick and full', () => {
  const { quick, full } = stateSize.workloads;
  for (const work of [quick, full]) {
    const cells = stateSize.cells({ chosen: null, targets: null }, work);
    expect(new Set(cells.map(({ state }) => state))).toEqual(
      new Set(['session', 'refresh family', 'user', 'token', 'revoked token', 'cached session', 'cached token']),
    );
  }
});
