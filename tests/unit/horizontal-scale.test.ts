import { describe, expect, test } from 'vitest';
import { horizontalScale, scaleFindings, scaleSentences } from '../../bench/experiments/horizontal-scale.ts';
import type { Factors } from '../../bench/record/facts.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import { httpFacts } from './samples.ts';

/** A row whose rounds had these rates, with so many microseconds of server CPU a request. */
const row = (factors: Factors, rates: readonly number[], cpu = 50) => ({
  factors,
  facts: httpFacts({
    windows: rates.map((requests) => ({ requests, seconds: 1, latencyMean: 1e6 })),
    cpuSeconds: { servers: (cpu / 1e6) * 1_000, generator: 0.1 },
  }),
});

/** The machine is half as fast in the second round. */
const trial = (
  strategy: string,
  block: number,
  gain: { baseline: number; own: number; free?: number },
): TrialObservation => ({
  kind: 'trial',
  experiment: 'horizontal-scale',
  factors: { strategy },
  block,
  at: '2026-01-02T03:04:05.000Z',
  seconds: 40,
  outcome: {
    status: 'completed',
    rows: [
      row({ strategy: 'none', instances: 1 }, [1_000, 500], 40),
      row({ strategy: 'none', instances: 4 }, [1_000 * gain.baseline, 500 * gain.baseline], 44),
      row({ strategy, instances: 1 }, [200, 100]),
      row({ strategy, instances: 4 }, [200 * gain.own, 100 * gain.own]),
      row({ strategy: 'none', instances: 1, quota: 'none' }, [9_000, 9_000], gain.free ?? 30),
    ],
  },
});

const measuresOf = (trials: readonly TrialObservation[], factors: Factors) =>
  scaleFindings(trials).find((finding) => JSON.stringify(finding.factors) === JSON.stringify(factors))?.measures ?? {};

test('cells: one for each strategy but the baseline, which stands in all of them', () => {
  const cells = horizontalScale.cells({ chosen: ['none', 'jwt'], targets: null }, horizontalScale.workloads.quick);
  expect(cells).toEqual([{ strategy: 'jwt' }]);
});

describe('scaleFindings', () => {
  const trials = [trial('session', 0, { baseline: 3.6, own: 2.7 }), trial('session', 1, { baseline: 3.6, own: 2.7 })];

  test('scaling is relative to one instance under the same quota', () => {
    expect(measuresOf(trials, { strategy: 'session', instances: 4 }).scalingRatio?.value).toBeCloseTo(2.7);
    expect(measuresOf(trials, { strategy: 'none', instances: 4 }).scalingRatio?.value).toBeCloseTo(3.6);
  });

  test("scaling relative to the baseline's is paired within the trial", () => {
    const others = [...trials, trial('jwt', 0, { baseline: 3, own: 3 })];
    const relative = measuresOf(others, { strategy: 'session', instances: 4 }).scalingVsBaseline;
    expect(relative).toMatchObject({ replicates: 2, better: 'higher' });
    expect(relative?.value).toBeCloseTo(0.75);
    expect(measuresOf(others, { strategy: 'jwt', instances: 4 }).scalingVsBaseline?.value).toBeCloseTo(1);
    expect(measuresOf(others, { strategy: 'none', instances: 4 })).not.toHaveProperty('scalingVsBaseline');
  });

  test('the overhead of the quota is that of one instance of the baseline', () => {
    expect(measuresOf(trials, { strategy: 'none', instances: 1 }).quotaOverhead?.value).toBeCloseTo(4 / 3);
    for (const factors of [
      { strategy: 'none', instances: 4 },
      { strategy: 'session', instances: 1 },
      { strategy: 'none', instances: 1, quota: 'none' },
    ])
      expect(measuresOf(trials, factors)).not.toHaveProperty('quotaOverhead');
  });

  test('strategies are not compared by their throughput under the quota', () => {
    for (const { measures } of scaleFindings(trials)) expect(measures).not.toHaveProperty('throughputVsBaseline');
  });

  test('a discarded trial gives no ratio', () => {
    const [first] = trials as [TrialObservation];
    const outcome = {
      ...first.outcome,
      status: 'void',
      cause: 'wrong answer',
      reason: 'one',
    } as TrialObservation['outcome'];
    expect(measuresOf([{ ...first, outcome }], { strategy: 'session', instances: 4 })).not.toHaveProperty(
      'scalingRatio',
    );
  });
});

test('scaleSentences: the most instances of each strategy, and what the quota costs', () => {
  const trials = [0, 1].flatMap((block) => [
    trial('session', block, { baseline: 3.6, own: 2.7 }),
    trial('jwt', block, { baseline: 3.6, own: 3.5 + block / 10 }),
  ]);
  expect(scaleSentences(scaleFindings(trials))).toMatchInlineSnapshot(`
    [
      "4 instances of jwt carry 3.55 (2.97 to 4.25) times the throughput of one: 0.99 (0.82 to 1.18) of the baseline's scaling.",
      "4 instances of session carry 2.70 times the throughput of one: 0.75 of the baseline's scaling.",
      "The CPU quota of 10 % of a core for each instance changes the baseline's server CPU per request by +33.3 %.",
    ]
  `);
});

test('scaleSentences: a quota that may cost nothing or all is not told as a cost', () => {
  const trials = [30, 40, 50].map((free, block) => trial('session', block, { baseline: 3.6, own: 2.7, free }));
  expect(scaleSentences(scaleFindings(trials)).at(-1)).toMatch(/by an amount that these trials cannot tell: \+/);
});

test('scaleSentences: a single trial has no interval, and the sentence says so', () => {
  expect(scaleSentences(scaleFindings([trial('session', 0, { baseline: 3.6, own: 2.7 })]))[0]).toMatch(
    /of the baseline's scaling; one trial cannot tell whether they differ\.$/,
  );
});
