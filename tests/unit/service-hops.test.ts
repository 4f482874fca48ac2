import { expect, test } from 'vitest';
import { slopeOf } from '../../bench/analyse/slope.ts';
import { serviceHops } from '../../bench/experiments/service-hops.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import type { Finding } from '../../bench/record/report.ts';
import { httpFacts, trial } from './samples.ts';

test('the slope of points on a line is the slope of the line', () => {
  expect(
    slopeOf([
      [0, 5],
      [1, 8],
      [4, 17],
    ]),
  ).toBeCloseTo(3);
});

test('the slope of other points is that of the line with the least squares', () => {
  // Anscombe's first quartet, The American Statistician 27, 1973.
  const xs = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
  const ys = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
  expect(slopeOf(xs.map((x, index) => [x, ys[index] as number]))).toBeCloseTo(0.5, 3);
});

/** A trial of a chain: what a request costs alone, and more of each hop, in µs of the servers; and Redis commands of each service. */
const chain = (
  strategy: string,
  block: number,
  alone: number,
  perHop: number,
  commands = 0,
  status: 'completed' | 'void' = 'completed',
): TrialObservation => {
  const rows = [0, 1, 4].map((hops) => {
    const cost = (alone + perHop * hops) / 1e6;
    const facts = httpFacts({
      requests: 1_000,
      seconds: 1_000 * cost,
      cpuSeconds: { servers: 1_000 * cost, redis: 0.01 * commands * (hops + 1), generator: 0 },
      redisCommands: { get: 1_000 * commands * (hops + 1) },
    });
    return { factors: { hops }, facts };
  });
  const outcome =
    status === 'completed' ? { status, rows } : { status, cause: 'starved' as const, reason: 'other processes', rows };
  return { ...trial(strategy, block), experiment: 'service-hops', factors: { strategy }, outcome };
};
const derived = (trials: readonly TrialObservation[]) => serviceHops.derive?.(trials) as Finding[];
const marginOf = (findings: readonly Finding[], strategy: string) =>
  findings.find(({ factors }) => factors.strategy === strategy && factors.hops === undefined)?.measures;

test('what each further service costs is the slope over the hops of each trial, and its median over the trials', () => {
  const findings = derived([chain('jwt', 0, 60, 90), chain('jwt', 1, 60, 100), chain('jwt', 2, 60, 120)]);
  const cost = marginOf(findings, 'jwt')?.['cpuPerHop.servers'];
  expect(cost?.value).toBeCloseTo(100e-6);
  expect(cost?.low).toBeCloseTo(90e-6);
  expect(cost?.high).toBeCloseTo(120e-6);
  expect(cost?.trials).toBe(3);
});

test('a void trial has no part in it', () => {
  const findings = derived([chain('jwt', 0, 60, 100), chain('jwt', 0, 60, 900, 0, 'void')]);
  expect(marginOf(findings, 'jwt')?.['cpuPerHop.servers']?.value).toBeCloseTo(100e-6);
});

test('a strategy of which no trial was completed tells of no cost', () => {
  expect(marginOf(derived([chain('jwt', 0, 60, 100, 0, 'void')]), 'jwt')).toEqual({});
});

test('the ratio to no authentication is to that with as many hops', () => {
  const findings = derived([chain('none', 0, 20, 40), chain('jwt', 0, 40, 90)]);
  const ratios = findings.flatMap(({ factors, measures }) =>
    factors.strategy === 'jwt' && measures.throughputRatio ? measures.throughputRatio.value : [],
  );
  expect(ratios).toEqual([20 / 40, 60 / 130, 180 / 400].map((ratio) => expect.closeTo(ratio)));
});

test('the answer tells the cost of a service, of the call alone, and what it asks of Redis', () => {
  const findings = derived([chain('none', 0, 20, 40), chain('jwt', 0, 60, 71), chain('session', 0, 75, 96, 2)]);
  expect(serviceHops.answer(findings).slice(0, 2)).toEqual([
    'Each further service costs so much server CPU: 71.0 µs with jwt, 96.0 µs with session; of this the call itself, without asking who it is, is 40.0 µs.',
    'With session each further service sends Redis 2.00 commands more, 20.0 µs of its CPU.',
  ]);
});

test('who carries more is said where three trials show it, and for each number of hops', () => {
  const blocks = [0, 1, 2].flatMap((block) => [
    chain('none', block, 20, 40),
    chain('jwt', block, 60, 70),
    chain('session', block, 75, 95, 2),
  ]);
  expect(serviceHops.answer(derived(blocks)).slice(2)).toEqual([
    'With one service alone, a session in Redis carries 0.80 (0.80 to 0.80) of what a signed token does.',
    'With 1 further service, a session in Redis carries 0.76 of what a signed token does.',
    'With 4 further services, a session in Redis carries 0.75 of what a signed token does.',
  ]);
});
