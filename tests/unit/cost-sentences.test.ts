import { describe, expect, test } from 'vitest';
import { carriedShare } from '../../bench/analyse/carried.ts';
import { addedText, costSentences, hitRate } from '../../bench/analyse/cost-sentences.ts';
import type { Factors } from '../../bench/record/facts.ts';
import type { Finding } from '../../bench/record/report.ts';
import { measureOf } from './samples.ts';

/** A finding of `cost` that adds so many µs, two more or less. */
const lane = (factors: Factors, added: number, changes: Partial<Finding> = {}): Finding => {
  const measure = measureOf(added * 1e-6, (added - 2) * 1e-6, (added + 2) * 1e-6);
  return {
    experiment: 'cost',
    factors,
    measures: { addedCpuPerRequest: measure, 'addedCpuPerRequest.quieter': measure },
    trials: { completed: 2, void: 0, failed: 0 },
    ...changes,
  };
};
const baseline: Finding = { ...lane({ strategy: 'none' }, 0), measures: { cpuPerRequest: measureOf(60e-6) } };
const sentences = (...findings: Finding[]) => costSentences([], [baseline, ...findings]);
const session = lane({ strategy: 'session' }, 98);
const jwt = lane({ strategy: 'jwt', alg: 'HS256' }, 39);
const opaque = (added: number, ttlSeconds: number, hmget: number) =>
  lane({ strategy: 'opaque-cached', ttlSeconds }, added, { redisCommands: { hmget } });

describe('carriedShare', () => {
  test('without work of the handler it is the ratio of the costs', () => {
    expect(carriedShare(60e-6, 60e-6, 0)).toBe(0.5);
  });

  test('with 2 ms of work in the handler 98 µs more leave 95 %', () => {
    // 2,060 / 2,158.
    expect(carriedShare(60e-6, 98e-6, 2e-3)).toBeCloseTo(0.95459, 5);
  });
});

describe('costSentences', () => {
  test('the verdict sets a session in Redis beside a signed token', () => {
    expect(sentences(session, jwt)[0]).toBe(
      'A session look-up in Redis (express-session) adds 98 µs (±2) of CPU to a request; checking a signed token (HS256, jose) adds 39 µs (±2).',
    );
  });

  test('what is cached and still revocable is told beside it', () => {
    const cached = lane({ strategy: 'session-cached' }, 4);
    expect(sentences(session, jwt, cached)[1]).toBe(
      'Cached in the instance, and still revocable: session-cached 4 µs (±2).',
    );
  });

  test('how much of the baseline is carried is told for 0.5 and 2 ms of work in the handler', () => {
    // 560 / 599 and 560 / 658; 2,060 / 2,099 and 2,060 / 2,158.
    expect(sentences(session, jwt)).toEqual(
      expect.arrayContaining([
        "With 0.5 ms of work of your own in each request, they carry between 0.85 and 0.93 of the baseline's throughput.",
        "With 2 ms of work of your own in each request, they carry between 0.95 and 0.98 of the baseline's throughput.",
      ]),
    );
  });

  test('a cache is told at its TTL and hit rate, and at every other by what a hit and a miss add', () => {
    const told = sentences(lane({ strategy: 'opaque' }, 300), opaque(40, 5, 0.12), opaque(5, 3_600, 0));
    expect(told).toContain(
      'opaque-cached adds with a TTL of 5 s 40 µs (±2) at a hit rate of 88 %, and with a TTL of 3600 s 5 µs (±2) at a hit rate of 100 %; at a hit rate h it is h × 5.0 µs + (1 - h) × 300 µs.',
    );
  });

  test('the limit of any cached token is a baseline that ignores the bytes of one', () => {
    const limit = lane({ strategy: 'none', control: 'token bytes' }, 3, { experiment: 'control' });
    expect(sentences(jwt, limit)).toContain(
      "The limit of any cached token: a baseline that is sent a token's bytes and ignores them adds 3 µs (±2).",
    );
  });

  test('what the control lanes saw is told', () => {
    const control = (name: string, added: number) =>
      lane({ strategy: 'none', control: name }, added, { experiment: 'control' });
    const injected = control('injected', 5);
    const told = sentences(jwt, control('a/a', 0), {
      ...injected,
      measures: { ...injected.measures, injectedCpuPerRequest: measureOf(5e-6) },
    });
    expect(told).toContainEqual(expect.stringMatching(/^Control lanes: two equal servers differed by 0\.0 µs/));
  });

  test('that the noisiest tenth of the cycles decides nothing is told', () => {
    expect(sentences(jwt).at(-1)).toBe(
      'Without the noisiest tenth of the cycles every figure stays within its interval.',
    );
  });

  test('a figure that leaves its interval without the noisiest tenth of the cycles is named', () => {
    const noisy = { ...jwt, measures: { ...jwt.measures, 'addedCpuPerRequest.quieter': measureOf(30e-6) } };
    expect(sentences(session, noisy).at(-1)).toBe(
      'Without the noisiest tenth of the cycles these figures leave their intervals: jwt HS256.',
    );
  });

  test('without a baseline nothing is told', () => {
    expect(costSentences([], [session, jwt])).toEqual([]);
  });

  test('findings of other experiments have no say', () => {
    expect(sentences({ ...session, experiment: 'number-of-callers' })).toEqual([]);
  });
});

test.each([
  [0.12, 0.88],
  [0, 1],
  [1, 0],
  [1.01, 0],
])('hitRate: %d questions to Redis per request are a hit rate of %d', (hmget, rate) => {
  expect(hitRate(opaque(1, 5, hmget))).toBeCloseTo(rate, 12);
});

test.each([
  [measureOf(98.4e-6, 96.1e-6, 100.7e-6), '98 µs (±2)'],
  [measureOf(4.26e-6, 3.86e-6, 4.66e-6), '4.3 µs (±0.4)'],
  [measureOf(-0.2e-6, -0.5e-6, 0.1e-6), '-0.2 µs (±0.3)'],
])('addedText: %o is told as "%s"', (measure, text) => {
  expect(addedText(measure)).toBe(text);
});
