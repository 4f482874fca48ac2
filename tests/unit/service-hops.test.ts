import { expect, test } from 'vitest';
import { slopeOf } from '../../bench/analyse/slope.ts';
import { serviceHops } from '../../bench/experiments/service-hops.ts';
import type { Row } from '../../bench/record/facts.ts';
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

/** Rows of a chain: what a request costs alone, and more of each hop, in µs of the servers; and Redis commands of each service. */
const chain = (strategy: string, alone: number, perHop: number, commands = 0): Row[] =>
  [0, 1, 4].map((hops) => {
    const cost = (alone + perHop * hops) / 1e6;
    const facts = httpFacts({
      requests: 1_000,
      seconds: 1_000 * cost,
      cpuSeconds: { servers: 1_000 * cost, redis: 0.01 * commands * (hops + 1), generator: 0 },
      redisCommands: { get: 1_000 * commands * (hops + 1) },
    });
    return { factors: { strategy, hops }, facts };
  });
const sideBySide = (block: number, ...chains: Row[][]): TrialObservation => ({
  ...trial('', block),
  experiment: 'service-hops',
  factors: {},
  outcome: { status: 'completed', rows: chains.flat() },
});
const voided = (block: number, ...chains: Row[][]): TrialObservation => ({
  ...sideBySide(block),
  outcome: { status: 'void', cause: 'starved', reason: 'other processes', rows: chains.flat() },
});
const derived = (...trials: TrialObservation[]) => serviceHops.derive?.(trials) as Finding[];
const marginOf = (findings: readonly Finding[], strategy: string) =>
  findings.find(({ factors }) => factors.strategy === strategy && factors.hops === undefined)?.measures;

test('what each further service costs is the slope over the hops of each trial, and its median over the trials', () => {
  const findings = derived(...[90, 100, 120].map((perHop, block) => sideBySide(block, chain('jwt', 60, perHop))));
  const cost = marginOf(findings, 'jwt')?.['cpuPerHop.servers'];
  expect(cost?.value).toBeCloseTo(100e-6);
  expect(cost?.low).toBeCloseTo(90e-6);
  expect(cost?.high).toBeCloseTo(120e-6);
  expect(cost?.trials).toBe(3);
});

test('a void trial has no part in it', () => {
  const findings = derived(sideBySide(0, chain('jwt', 60, 100)), voided(0, chain('jwt', 60, 900)));
  expect(marginOf(findings, 'jwt')?.['cpuPerHop.servers']?.value).toBeCloseTo(100e-6);
});

test('a strategy of which no trial was completed tells of no cost', () => {
  expect(marginOf(derived(voided(0, chain('jwt', 60, 100))), 'jwt')).toEqual({});
});

test('the ratio to no authentication is to that with as many hops', () => {
  const findings = derived(sideBySide(0, chain('none', 20, 40), chain('jwt', 40, 90)));
  const ratios = findings.flatMap(({ factors, measures }) =>
    factors.strategy === 'jwt' && measures.throughputRatio ? measures.throughputRatio.value : [],
  );
  expect(ratios).toEqual([20 / 40, 60 / 130, 180 / 400].map((ratio) => expect.closeTo(ratio)));
});

test('what it is to know the caller is the difference to the call alone in the same trial', () => {
  const findings = derived(
    sideBySide(0, chain('none', 20, 40), chain('jwt', 60, 70)),
    sideBySide(1, chain('none', 20, 80), chain('jwt', 60, 111)),
    sideBySide(2, chain('none', 20, 60), chain('jwt', 60, 92)),
  );
  expect(marginOf(findings, 'jwt')?.['knowingPerHop.servers']?.value).toBeCloseTo(31e-6);
  expect(marginOf(findings, 'none')).not.toHaveProperty('knowingPerHop.servers');
});

test('where some trials show less with asking than without, no part of the cost is told', () => {
  const findings = derived(
    sideBySide(0, chain('none', 20, 40), chain('jwt', 60, 70)),
    sideBySide(1, chain('none', 20, 80), chain('jwt', 60, 70)),
  );
  expect(serviceHops.answer(findings)[0]).toContain('jwt, of which it cannot be told what it is to know the caller');
});

test('the answer tells the cost of a service, what of it is to know the caller, and what it asks of Redis', () => {
  const findings = derived(sideBySide(0, chain('none', 20, 40), chain('jwt', 60, 71), chain('session', 75, 96, 2)));
  expect(serviceHops.answer(findings).slice(0, 2)).toEqual([
    'Each further service costs so much server CPU: 40.0 µs without asking who it is; 71.0 µs with jwt, 31.0 µs of it to know the caller; 96.0 µs with session, 56.0 µs of it to know the caller.',
    'With session each further service sends Redis 2.00 commands more, 20.0 µs of its CPU.',
  ]);
});

test('who carries more is said where three trials show it, and for each number of hops', () => {
  const trials = [0, 1, 2].map((block) =>
    sideBySide(block, chain('none', 20, 40), chain('jwt', 60, 70), chain('session', 75, 95, 2)),
  );
  expect(serviceHops.answer(derived(...trials)).slice(2)).toEqual([
    'With one service alone, a session in Redis carries 0.80 (0.80 to 0.80) of what a signed token does.',
    'With 1 further service, a session in Redis carries 0.76 of what a signed token does.',
    'With 4 further services, a session in Redis carries 0.75 of what a signed token does.',
  ]);
});
