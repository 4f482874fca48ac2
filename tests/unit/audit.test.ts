import { expect, test } from 'vitest';
import {
  objectToAnswers,
  objectToClosedLoop,
  objectToOpenLoop,
  objectToStarvation,
} from '../../bench/analyse/audit.ts';
import type { OpenLoopFacts } from '../../bench/record/facts.ts';
import { withAllAnswers } from '../../bench/trial/outcome.ts';
import { httpFacts } from './samples.ts';

const times = { mean: 2e6, p50: 2e6, p90: 2e6, p99: 2e6, p999: 2e6, max: 2e6, answered: 1_000, censored: 0 };
const openLoop = (changes: Partial<OpenLoopFacts> = {}): OpenLoopFacts => ({
  type: 'openLoop',
  arrivals: { process: 'constant', rate: 1_000, start: 0 },
  requests: 1_000,
  seconds: 1,
  response: times,
  service: times,
  sendLag: { ...times, p99: 1e4 },
  late: 0,
  waited: 0,
  timeouts: 0,
  errors: 0,
  falseAccepts: 0,
  falseRejects: 0,
  inFlightMean: 2,
  inFlightByTimes: 2,
  generatorBusyShare: 0.3,
  generatorStalledShare: 0.001,
  requestBytes: 1,
  responseBytes: 1,
  ...changes,
});

test('a sound load meets no objection', () => {
  expect(objectToClosedLoop([httpFacts()])).toBeNull();
  expect(objectToOpenLoop(openLoop())).toBeNull();
});

test.each([
  ['accepted in error', { falseAccepts: 1 }],
  ['refused in error', { falseRejects: 1 }],
  ['errors', { errors: 1 }],
  ['without an answer', { requests: 999 }],
])('answers that were %s are objected to', (words, changes) => {
  const objection = objectToAnswers([httpFacts({ requests: 1_000, ...changes })], 1_000);
  expect(objection).toMatchObject({ cause: 'wrong answer', reason: expect.stringContaining(words) });
});

test.each([
  ['generator busy', { generatorCoreSeconds: 0.81 }],
  ["Little's law", { windows: Array(4).fill({ requests: 500, seconds: 0.5, latencyMean: 12e6 }) }],
  ['starved', { foreignCpuSeconds: 0.3 }],
  ['starved', { stolenSeconds: 0.3 }],
])('a closed loop is void for: %s', (cause, changes) => {
  expect(objectToClosedLoop([httpFacts(changes)])).toMatchObject({ cause });
});

test('a generator that waited in one load is weighed by the time of all, for they were in the same rounds', () => {
  const waited = httpFacts({ generatorWaitSeconds: 0.08 });
  expect(objectToClosedLoop([waited])).toMatchObject({ cause: 'starved' });
  expect(objectToClosedLoop([waited, httpFacts({ generatorWaitSeconds: 0 })])).toBeNull();
});

test.each([
  ['generator busy', { generatorBusyShare: 0.81 }],
  ['send lag', { sendLag: { ...times, p99: 1.1e6 } }],
  ['event-loop delay', { generatorStalledShare: 0.06 }],
  ["Little's law", { inFlightMean: 2.2 }],
] as const)('an open loop is void for: %s', (cause, changes) => {
  expect(objectToOpenLoop(openLoop(changes))).toMatchObject({ cause });
});

test("Little's law is not asked of a load with few requests per connection", () => {
  const windows = [{ requests: 400, seconds: 1, latencyMean: 40e6 }];
  expect(objectToClosedLoop([httpFacts({ windows })])).toBeNull();
});

test("Little's law is not asked where requests were given up, for their times are not known", () => {
  expect(objectToOpenLoop(openLoop({ inFlightMean: 12, inFlightByTimes: null }))).toBeNull();
});

test('what the kernel may have miscounted in a short load is no starvation', () => {
  expect(objectToStarvation({ foreignCpuSeconds: 0.09, coreSeconds: 0.1 })).toBeNull();
});

test('a trial with a wrong answer in none of its rows is void, and keeps its rows', () => {
  const rows = [{ factors: {}, facts: httpFacts() }];
  const answers = { requests: 9_000, falseAccepts: 1, falseRejects: 0, errors: 0 };
  expect(withAllAnswers({ status: 'completed', rows }, answers)).toEqual({
    status: 'void',
    cause: 'wrong answer',
    reason: 'of 9000 answers 1 accepted in error',
    rows,
    answers,
  });
});

test('a trial in which all answers were right stays as it is, and tells how many they were', () => {
  const answers = { requests: 9_000, falseAccepts: 0, falseRejects: 0, errors: 0 };
  const completed = { status: 'completed', rows: [] } as const;
  expect(withAllAnswers({ ...completed, rows: [] }, answers)).toEqual({ ...completed, answers });
});
