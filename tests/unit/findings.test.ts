import { expect, test } from 'vitest';
import { findingsOf } from '../../bench/analyse/findings.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import { httpFacts, trial } from './samples.ts';

const finding = (trials: ReturnType<typeof trial>[], strategy: string) =>
  findingsOf(trials, ['saturation']).find(({ factors }) => factors.strategy === strategy);

test('a measure is the median over trials, and each of them is a replicate', () => {
  const rates = [1_000, 3_000, 2_000, 4_000, 6_000, 5_000, 7_000];
  const trials = rates.map((requests, block) => trial('jwt', block, { requests }));
  expect(finding(trials, 'jwt')?.measures.requestsPerSecond).toMatchObject({
    value: 4_000,
    low: 1_000,
    high: 7_000,
    replicates: 7,
  });
});

test('the ratio to the baseline is paired within each block', () => {
  // Both halve from block to block; the ratio is the same in each.
  const trials = [1, 2, 4].flatMap((slowness, block) => [
    trial('none', block, { seconds: slowness }),
    trial('jwt', block, { seconds: slowness * 4 }),
  ]);
  const ratio = finding(trials, 'jwt')?.measures.throughputVsBaseline;
  expect(ratio?.value).toBeCloseTo(0.25);
  expect(ratio?.low).toBeCloseTo(0.25);
  expect(ratio?.high).toBeCloseTo(0.25);
});

test('the ratio of loads that shared a trial is paired within each of its rounds', () => {
  // Four rounds; the machine is slow in another one for each of the two, and in the last for both.
  const rates = { none: [10, 10, 2, 1], jwt: [1, 5, 5, 0.5] };
  const rows = Object.entries(rates).map(([strategy, of]) => ({
    factors: { strategy },
    facts: httpFacts({ windows: of.map((rate) => ({ requests: rate * 100, seconds: 1, latencyMean: 1e6 })) }),
  }));
  const shared = { ...trial('', 0), factors: {}, outcome: { status: 'completed' as const, rows } };
  expect(finding([shared], 'jwt')?.measures.throughputVsBaseline?.value).toBeCloseTo(0.5);
});

test('a block without a valid baseline gives no ratio', () => {
  const trials = [trial('none', 0), trial('jwt', 0), trial('none', 1, {}, 'void'), trial('jwt', 1)];
  expect(finding(trials, 'jwt')?.measures.throughputVsBaseline?.replicates).toBe(1);
});

test('a void trial gives no throughput, but its wrong answers count', () => {
  const trials = [trial('jwt', 0, { requests: 500 }), trial('jwt', 1, { requests: 9_000, falseAccepts: 3 }, 'void')];
  const measures = finding(trials, 'jwt')?.measures;
  expect(measures?.requestsPerSecond).toMatchObject({ value: 500, replicates: 1 });
  expect(measures?.falseAccepts?.value).toBe(3);
  expect(measures?.checkedAnswers?.value).toBe(9_500);
});

test.each([
  [24, []],
  [100, ['latencyP90']],
  [1_000, ['latencyP90', 'latencyP99']],
  [10_000, ['latencyP90', 'latencyP99', 'latencyP999']],
])('of %d requests the quantiles beyond which ten lie are told: %o', (requests, told) => {
  const measures = finding([trial('jwt', 0, { requests })], 'jwt')?.measures ?? {};
  expect(Object.keys(measures).filter((name) => /^latencyP9/.test(name))).toEqual(told);
});

test('CPU is given per request and tier, in seconds', () => {
  const measures = finding([trial('jwt', 0)], 'jwt')?.measures;
  expect(measures?.['cpuPerRequest.servers']).toMatchObject({ value: 0.0005, unit: 's', better: 'lower' });
  expect(measures?.['cpuPerRequest.balancer']?.value).toBe(0.00005);
});

test('a tier that could not be seen has no measure', () => {
  const measures = finding([trial('jwt', 0, { cpuSeconds: { generator: 1 } })], 'jwt')?.measures;
  expect(measures).not.toHaveProperty('cpuPerRequest.servers');
});

test('Redis commands are given per request, in all and by name', () => {
  const found = finding([trial('session', 0)], 'session');
  expect(found?.measures.redisCommandsPerRequest?.value).toBe(2);
  expect(found?.redisCommands).toEqual({ expire: 1, get: 1 });
});

test('factors that vary inside a trial make findings of their own', () => {
  const row = (library: string, mean: number) => ({
    factors: { library },
    facts: { type: 'operation' as const, samples: 9, mean },
  });
  const observation = {
    ...trial('x', 0),
    experiment: 'verification-cost',
    factors: { alg: 'HS256' },
    outcome: { status: 'completed' as const, rows: [row('jose', 5e4), row('fast-jwt', 1e4)] },
  };
  const found = findingsOf([observation], ['verification-cost']);
  expect(found.map(({ factors, measures }) => [factors.library, measures.latencyMean?.value])).toEqual([
    ['fast-jwt', 1e-5],
    ['jose', 5e-5],
  ]);
});

test('the baseline stands first', () => {
  const trials = ['jwt', 'none', 'session'].map((strategy) => trial(strategy, 0));
  expect(findingsOf(trials, ['saturation']).map(({ factors }) => factors.strategy)).toEqual(['none', 'jwt', 'session']);
});

test('a row that only some trials of its experiment measured has as many trials as measured it', () => {
  const rowOf = (alg: string) => ({ factors: { alg }, facts: httpFacts() });
  const of = (block: number, ...algs: string[]): TrialObservation => ({
    ...trial('jwt', block),
    outcome: { status: 'completed', rows: algs.map(rowOf) },
  });
  const findings = findingsOf([of(0, 'HS256', 'ES256'), of(1, 'HS256'), of(2, 'HS256')], ['saturation']);
  expect(findings.map(({ factors, trials }) => [factors.alg, trials.completed])).toEqual([
    ['ES256', 1],
    ['HS256', 3],
  ]);
});
