import { expect, test } from 'vitest';
import { reportOf } from '../../bench/analyse/report.ts';
import { revocationFindings, revocationSentences } from '../../bench/analyse/revocation.ts';
import { revocationImpact } from '../../bench/experiments/revocation-impact.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import type { SliceFacts } from '../../bench/record/slices.ts';
import { blockOf, recordOf, sliceFacts } from './samples.ts';

const name = 'revocation-impact';
const { workloads } = revocationImpact;
const cells = ({ chosen = null as readonly string[] | null, profile = 'full' as keyof typeof workloads } = {}) =>
  revocationImpact.cells({ chosen, targets: null }, workloads[profile]);

/** What a way to take a token back costs, in ns per request. */
interface Measured {
  readonly servers: number;
  readonly facts?: Partial<SliceFacts>;
}

/** A block of some ways beside the baseline, with so many tokens revoked. */
function trialOf(revokedTokens: number, measured: Record<string, Measured>, block = 0, share = 0.1): TrialObservation {
  const lanes = Object.entries(measured).map(
    ([strategy, { servers, facts }]) => [{ strategy }, sliceFacts({ servers }, facts)] as const,
  );
  const factors = { revokedTokens, revokedShare: revokedTokens > 0 ? share : 0 };
  return blockOf(name, factors, [[{ strategy: 'none' }, { servers: 100_000 }], ...lanes], block);
}
const bloom = 'jwt+bloom-blocklist';
const trials = [
  trialOf(0, { jwt: { servers: 140_000 }, [bloom]: { servers: 145_000 } }),
  trialOf(1_000, {
    jwt: { servers: 140_000 },
    [bloom]: { servers: 150_000, facts: { requests: 1_000, invalid: 100, redisCommands: { zscore: 109 } } },
  }),
];
const found = (revokedTokens: number, strategy: string) =>
  revocationFindings(trials, name).find(
    ({ factors }) => factors.revokedTokens === revokedTokens && factors.strategy === strategy,
  )?.measures;

test('revocationFindings: what a way adds is told over the baseline of its own block', () => {
  expect(found(0, bloom)?.addedCpuPerRequest?.value).toBeCloseTo(45e-6, 12);
  expect(found(1_000, bloom)?.addedCpuPerRequest?.value).toBeCloseTo(50e-6, 12);
});

test('revocationFindings: the controls of a block are no findings', () => {
  const block = blockOf(name, { revokedTokens: 0, revokedShare: 0 }, [
    [{ strategy: 'none' }, { servers: 100_000 }],
    [{ strategy: 'none', control: 'a/a' }, { servers: 100_000 }],
  ]);
  expect(revocationFindings([block], name).map(({ factors }) => factors.control)).toEqual([undefined]);
});

test('the false positives of a filter are the questions to Redis for tokens that were not revoked', () => {
  expect(found(1_000, bloom)?.falsePositiveRate?.value).toBeCloseTo(0.01);
  expect(found(0, bloom)).not.toHaveProperty('falsePositiveRate');
});

test('revocationSentences: a way is told once, from the fewest revoked to the most, with what it asks', () => {
  const sentences = revocationSentences(revocationFindings(trials, name));
  expect(sentences).toEqual([
    expect.stringMatching(
      /^jwt\+bloom-blocklist adds 45 µs \(±\d+\) with 0 revoked, 50 µs \(±\d+\) with 1,000 revoked \(presented by 10 % of the requests\)\. Redis is asked for 1\.00 % of the valid tokens\.$/,
    ),
  ]);
});

test('what a machine has no memory for is no finding, but a warning', () => {
  const trial: TrialObservation = {
    ...(trials[1] as TrialObservation),
    outcome: { status: 'completed', rows: [{ factors: {}, facts: { type: 'leftOut', reason: 'it needs 9 GB' } }] },
  };
  const report = reportOf(recordOf([trial]), [revocationImpact], true);
  expect([report.findings, report.run.complete]).toEqual([[], true]);
  expect(report.warnings).toEqual([
    {
      code: 'EXPERIMENT_LEFT_OUT',
      message: 'revocation-impact, revokedTokens 1000, revokedShare 0.1: left out: it needs 9 GB',
    },
  ]);
});

test('revocationImpact: quick and full measure the ways that readers choose among, full with the longest list', () => {
  for (const { strategies } of [workloads.quick, workloads.full])
    expect(strategies).toEqual(expect.arrayContaining(['jwt', 'jwt+redis-blocklist', bloom]));
  expect(cells().map(({ revokedTokens }) => revokedTokens)).toContain(10_000_000);
  expect(cells({ profile: 'quick' }).map(({ revokedTokens }) => revokedTokens)).toEqual([1_000_000, 10_000, 0]);
});

test('revocationImpact: the list of a million is measured before the others', () => {
  const first = cells().filter((cell) => !revocationImpact.isLater?.(cell));
  expect(new Set(first.map(({ revokedTokens }) => revokedTokens))).toEqual(new Set([1_000_000]));
});

test('revocationImpact: more strategies than a block holds are measured in several', () => {
  const chosen = ['jwt', 'jwt+redis-blocklist', 'jwt+bloom-blocklist', 'jwt+not-before', 'opaque'];
  const ofList = cells({ chosen, profile: 'quick' }).filter(({ revokedTokens }) => revokedTokens === 0);
  expect(ofList.map(({ part }) => part)).toEqual([1, 2]);
  expect(cells({ chosen: chosen.slice(0, 4) }).map(({ part }) => part)).not.toContain(1);
});

test('without any way to take a token back there is nothing to measure', () => {
  expect(cells({ chosen: ['none', 'jwt', 'session'] })).toEqual([]);
});
