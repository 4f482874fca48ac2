import { describe, expect, test } from 'vitest';
import { latencyAtRate, latencyFindings, latencySentences, rateAt } from '../../bench/experiments/latency-at-rate.ts';
import type { OpenLoopFacts } from '../../bench/record/facts.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import { openLoopFacts } from './open-loop-samples.ts';

const trial = (strategy: string, block: number, changes: Partial<OpenLoopFacts> = {}): TrialObservation => ({
  kind: 'trial',
  experiment: 'latency-at-rate',
  factors: { strategy },
  block,
  at: '2026-01-02T03:04:05.000Z',
  seconds: 12,
  outcome: { status: 'completed', rows: [{ factors: { load: 0.5, strategy }, facts: openLoopFacts(changes) }] },
});
const discarded = (strategy: string): TrialObservation => ({
  ...trial(strategy, 0),
  outcome: {
    status: 'void',
    cause: 'starved',
    reason: 'others',
    rows: [{ factors: { load: 0.5 }, facts: openLoopFacts() }],
  },
});

/** p99 is one stall of the load. */
const stalled = { stalls: { count: 1, largest: 30 } };

const measuresIn = (trials: TrialObservation[]) => latencyFindings(trials)[0]?.measures ?? {};

test('cells: one for each strategy, with its algorithm where it is signed', () => {
  const cells = latencyAtRate.cells({ chosen: ['none', 'jwt'], targets: null }, latencyAtRate.workloads.quick);
  expect(cells).toEqual([{ strategy: 'none' }, { strategy: 'jwt', alg: 'HS256' }]);
});

test.each([
  [0.5, 4_321, 2_200],
  [0.8, 4_321, 3_500],
  [0.5, 12, 100],
])('rateAt: %f of %d requests/s is %d, rounded', (load, capacity, rate) => {
  expect(rateAt(load, capacity)).toBe(rate);
});

describe('latencyFindings', () => {
  test('a quantile that one stall decides in half of the trials is not told', () => {
    const measures = measuresIn([trial('none', 0), trial('none', 1, stalled)]);
    expect(measures).not.toHaveProperty('latencyP99');
    expect(measures['decidedByStall.latencyP99']?.value).toBe(1);
    expect(measures.latencyP50?.replicates).toBe(2);
  });

  test('it is told from the others when they are more', () => {
    const measures = measuresIn([trial('none', 0), trial('none', 1, stalled), trial('none', 2)]);
    expect(measures.latencyP99?.value).toBeCloseTo(0.004);
    expect(measures.latencyP99?.replicates).toBe(2);
  });

  test('stalls add up over trials', () => {
    const trials = [2, 0, 3].map((count, block) => trial('none', block, { stalls: { count, largest: 1 } }));
    expect(measuresIn(trials).stalls?.value).toBe(5);
  });
});

describe('latencySentences', () => {
  const sentences = (...trials: TrialObservation[]) => latencySentences(latencyFindings(trials));

  test('names the rate once, and the times of every strategy', () => {
    expect(sentences(trial('none', 0), trial('session', 0))).toMatchInlineSnapshot(`
      [
        "At 2,000 requests/s, 50 % of what session carries, p50 and p99 of response time: none 2.00 ms and 4.00 ms; session 2.00 ms and 4.00 ms.",
        "Each p99 is of one trial: those that are close have no order.",
      ]
    `);
  });

  test('says why a quantile is not told, and how many stalls there were', () => {
    const censored = { ...openLoopFacts().response, p99: null, censored: 80 };
    expect(
      sentences(
        trial('none', 0, stalled),
        trial('session', 0, { response: censored, timeouts: 80 }),
        trial('session-cached', 0, { requests: 400 }),
      ),
    ).toMatchInlineSnapshot(`
      [
        "At 2,000 requests/s, 50 % of what session carries, p50 and p99 of response time: none 2.00 ms and not told (one stall decides it); session 2.00 ms and not answered; session-cached 2.00 ms and not told (too few requests).",
        "Each p99 is of one trial: those that are close have no order.",
        "Stalls (neighbouring requests that took over 10 ms) in all trials: none 1.",
      ]
    `);
  });

  test('leaves out a strategy whose trials were all discarded', () => {
    expect(sentences(trial('none', 0), discarded('session')).join(' ')).not.toContain('session not told');
    expect(sentences(discarded('session'))).toEqual([]);
  });
});
