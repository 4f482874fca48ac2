import { expect, test } from 'vitest';
import { reportOf } from '../../bench/analyse/report.ts';
import { revocationFindings, revocationSentences } from '../../bench/analyse/revocation.ts';
import { revocationImpact } from '../../bench/experiments/revocation-impact.ts';
import { strategyNames } from '../../bench/plan/strategies.ts';
import type { HttpFacts, MemoryFacts } from '../../bench/record/facts.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import { httpFacts, start } from './samples.ts';

const name = 'revocation-impact';
const { amounts } = revocationImpact;
const cells = ({ chosen = null as readonly string[] | null, profile = 'full' as keyof typeof amounts } = {}) =>
  revocationImpact.cells({ chosen, targets: null }, amounts[profile]);

type Measured = Record<string, { http: Partial<HttpFacts>; memory: Omit<MemoryFacts, 'type'> }>;

/** A trial of some strategies side by side, with so many tokens revoked. */
function trialOf(revokedTokens: number, measured: Measured, block = 0, share = 0.1): TrialObservation {
  return {
    kind: 'trial',
    experiment: name,
    factors: { revokedTokens, revokedShare: revokedTokens > 0 ? share : 0 },
    block,
    at: '2026-01-02T03:04:05.000Z',
    seconds: 2,
    outcome: {
      status: 'completed',
      rows: Object.entries(measured).flatMap(([strategy, { http, memory }]) => [
        { factors: { strategy, instances: 1 }, facts: httpFacts(http) },
        { factors: { strategy, instances: 1 }, facts: { type: 'memory' as const, ...memory } },
      ]),
    },
  };
}
const bloom = 'jwt+bloom-blocklist';
const trials = [
  trialOf(0, {
    none: { http: { requests: 8_000 }, memory: { items: 0, redis: 1_000, instance: 50_000 } },
    jwt: { http: { requests: 4_000 }, memory: { items: 0, redis: 1_000, instance: 50_000 } },
    [bloom]: { http: { requests: 2_000 }, memory: { items: 0, redis: 1_000, instance: 50_000 } },
  }),
  trialOf(1_000, {
    none: { http: { requests: 4_000 }, memory: { items: 0, redis: 1_000, instance: 50_000 } },
    jwt: { http: { requests: 2_000 }, memory: { items: 0, redis: 1_000, instance: 50_000 } },
    [bloom]: {
      http: { requests: 1_000, invalid: 100, redisCommands: { zscore: 109 } },
      // A hundred of them are not among those that were counted.
      memory: { items: 900, redis: 91_000, instance: 51_800 },
    },
  }),
];
const found = (revokedTokens: number, strategy: string) =>
  revocationFindings(trials, name).find(
    ({ factors }) => factors.revokedTokens === revokedTokens && factors.strategy === strategy,
  )?.measures;

test('a ratio is to what was measured in the same trial, where several of a block have it', () => {
  expect(found(1_000, bloom)?.throughputRatio?.value).toBeCloseTo(0.25);
  expect(found(1_000, bloom)?.ratioToJwt?.value).toBeCloseTo(0.5);
  expect(found(0, bloom)?.ratioToJwt?.value).toBeCloseTo(0.5);
});

test('where half of the requests are refused there is no ratio to one that refuses none', () => {
  const [first] = trials.slice(1);
  const half = trialOf(
    1_000,
    { jwt: { http: {}, memory: { items: 0 } }, [bloom]: { http: {}, memory: { items: 0 } } },
    0,
    0.5,
  );
  const ofBloom = revocationFindings([first as TrialObservation, half], name).filter(
    (one) => one.factors.strategy === bloom,
  );
  expect(ofBloom.map(({ factors, measures }) => [factors.revokedShare, measures.ratioToJwt?.value])).toEqual([
    [0.1, expect.closeTo(0.5)],
    [0.5, undefined],
  ]);
});

test('server CPU is told as a ratio to the token alone, too', () => {
  expect(found(1_000, bloom)?.['cpuRatioToJwt.servers']).toMatchObject({ better: 'lower', value: expect.closeTo(2) });
});

test('a revoked token takes what there is more of, divided by how many are really held', () => {
  expect(found(1_000, bloom)?.['bytesPerRevokedToken.redis']?.value).toBe(100);
  expect(found(1_000, bloom)?.['bytesPerRevokedToken.servers']?.value).toBe(2);
  expect(found(0, bloom)).not.toHaveProperty('bytesPerRevokedToken.redis');
  expect(found(1_000, 'jwt')).not.toHaveProperty('bytesPerRevokedToken.redis');
});

test('the false positives of a filter are the questions to Redis for tokens that were not revoked', () => {
  expect(found(1_000, bloom)?.falsePositiveRate?.value).toBeCloseTo(0.01);
  expect(found(0, bloom)).not.toHaveProperty('falsePositiveRate');
});

test('a strategy is told once, with the most revoked', () => {
  expect(revocationSentences(revocationFindings(trials, name))).toMatchInlineSnapshot(`
    [
      "jwt+bloom-blocklist carries 0.25 of no authentication, 0.50 of jwt alone, with 1,000 tokens revoked (which 10 % of the requests present). A request costs 500 µs of server and 100 µs of Redis CPU. Redis is asked for 1.00 % of the valid tokens. A revoked token takes 100 bytes of Redis, and 2.00 bytes of each instance.",
    ]
  `);
});

test('what is told rests on a list with trials enough, not on a longer one with one trial', () => {
  const load = { http: {}, memory: { items: 0, redis: 0, instance: 0 } };
  const sides = { none: load, [bloom]: load };
  const several = [0, 1, 2].map((block) => trialOf(1_000, sides, block));
  const [sentence] = revocationSentences(revocationFindings([...several, trialOf(1_000_000, sides)], name));
  expect(sentence).toContain('with 1,000 tokens revoked');
});

test('what a machine has no memory for is no finding, but a warning', () => {
  const trial: TrialObservation = {
    ...(trials[1] as TrialObservation),
    outcome: { status: 'completed', rows: [{ factors: {}, facts: { type: 'leftOut', reason: 'it needs 9 GB' } }] },
  };
  const report = reportOf({ start: { ...start, trials: 1 }, trials: [trial] }, [revocationImpact], true);
  expect([report.findings, report.run.complete]).toEqual([[], true]);
  expect(report.warnings).toEqual([
    {
      code: 'EXPERIMENT_LEFT_OUT',
      message: 'revocation-impact, revokedTokens 1000, revokedShare 0.1: left out: it needs 9 GB',
    },
  ]);
});

test('full has every way to take a token back, quick those that readers choose among', () => {
  expect(amounts.full.strategies).toEqual(expect.arrayContaining(strategyNames.filter((s) => /\+/.test(s))));
  expect(cells()).toContainEqual({ revokedTokens: 10_000_000, revokedShare: 0.01 });
  expect(cells({ profile: 'quick' }).map(({ revokedTokens }) => revokedTokens)).toEqual([1_000_000]);
});

test('without any way to take a token back there is nothing to measure', () => {
  expect(cells({ chosen: ['none', 'jwt', 'session'] })).toEqual([]);
});
