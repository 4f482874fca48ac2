import { describe, expect, test } from 'vitest';
import { detectionLimitOf, frontierOf, mainWays, type Way, type Window, waysOf } from '../../bench/analyse/ways.ts';
import type { Finding, Measure } from '../../bench/record/report.ts';
import { measureOf } from './samples.ts';

const finding = (experiment: string, factors: Finding['factors'], measures: Record<string, Measure>): Finding => ({
  experiment,
  factors,
  measures,
  trials: { completed: 2, void: 0, failed: 0 },
});
const cost = (factors: Finding['factors'], microseconds = 10) =>
  finding('cost', factors, { addedCpuPerRequest: measureOf(microseconds * 1e-6) });
const stolen = (strategy: string, event: string, measures: Record<string, number>, load = 'loaded') =>
  finding(
    'exposure-window',
    { strategy, load, event },
    Object.fromEntries(Object.entries(measures).map(([name, value]) => [name, measureOf(value)])),
  );

/** A way on a map: its cost in microseconds, and its window. */
const way = (name: string, microseconds: number, window: Window): Way => ({
  name,
  strategy: name,
  cost: cost({ strategy: name }, microseconds),
  added: measureOf(microseconds * 1e-6),
  window,
  inOutage: null,
  revoked: null,
  outage: null,
});
const below = (within: number): Window => ({ kind: 'below', within });
const seen = (longest: number): Window => ({ kind: 'seen', median: longest / 2, longest, within: longest });

describe('waysOf', () => {
  test('a way of which nothing was accepted has a window below its upper bound', () => {
    const revoked = stolen('session', 'revoked', { exposureWindowMax: 0, exposureWindowUpperBound: 0.02 });
    expect(waysOf([cost({ strategy: 'session' }), revoked])[0]?.window).toEqual(below(0.02));
  });

  test('a window that was seen keeps its median, its longest and its bound', () => {
    const revoked = stolen('session', 'revoked', {
      exposureWindowMedian: 1,
      exposureWindowMax: 4,
      exposureWindowUpperBound: 5,
    });
    expect(waysOf([cost({ strategy: 'session' }), revoked])[0]?.window).toEqual({
      kind: 'seen',
      median: 1,
      longest: 4,
      within: 5,
    });
  });

  test('a token without a check is accepted until exp, without a measurement', () => {
    expect(waysOf([cost({ strategy: 'jwt', alg: 'HS256' })])[0]?.window).toEqual({ kind: 'until exp' });
  });

  test('what was not measured has no window', () => {
    expect(waysOf([cost({ strategy: 'session' })])[0]?.window).toBeNull();
  });

  test('a window at one TTL says nothing of another', () => {
    const revoked = stolen('opaque-cached', 'revoked', { exposureWindowMax: 4 });
    const [short, long] = waysOf([
      cost({ strategy: 'opaque-cached', ttlSeconds: 5 }),
      cost({ strategy: 'opaque-cached', ttlSeconds: 3600 }),
      revoked,
    ]);
    expect([short?.window?.kind, long?.window]).toEqual(['seen', null]);
  });

  test('loaded instances tell more than idle ones', () => {
    const both = [
      stolen('session', 'revoked', { exposureWindowMax: 1 }, 'idle'),
      stolen('session', 'revoked', { exposureWindowMax: 2 }),
    ];
    expect(waysOf([cost({ strategy: 'session' }), ...both])[0]?.window).toMatchObject({ longest: 2 });
  });

  test.each([
    [{ acceptedWithoutRedis: 1 }, 'works'],
    [{ acceptedWithoutRedis: 0 }, 'fails closed'],
    [{ acceptedWithoutRedis: 0.4 }, 'accepts some'],
    [{ recoveryMax: 0.2 }, 'gives no answer'],
  ])('in an outage %o is "%s"', (measures, told) => {
    expect(waysOf([cost({ strategy: 'session' }), stolen('session', 'cut off', measures)])[0]?.inOutage).toBe(told);
  });

  test('cached answers are served in an outage while they are cached', () => {
    const outage = stolen('opaque-cached', 'cut off', { acceptedWithoutRedis: 1 });
    expect(waysOf([cost({ strategy: 'opaque-cached' }), outage])[0]?.inOutage).toBe('while cached');
  });
});

describe('frontierOf', () => {
  test('a way that another beats in both is not on it', () => {
    const ways = [way('cheap', 2, below(0.01)), way('costly', 90, below(0.01))];
    expect(frontierOf(ways).map(({ name }) => name)).toEqual(['cheap']);
  });

  test('a way that costs more is on it when its window is shorter', () => {
    const ways = [way('cached', 2, { kind: 'until exp' }), way('ttl', 4, seen(5)), way('copy', 6, below(0.01))];
    expect(frontierOf(ways).map(({ name }) => name)).toEqual(['cached', 'ttl', 'copy']);
  });

  test('bounds have no order among themselves', () => {
    const ways = [way('a', 2, below(0.03)), way('b', 5, below(0.001))];
    expect(frontierOf(ways).map(({ name }) => name)).toEqual(['a']);
  });

  test('a window that was seen is no longer than a bound above it', () => {
    const ways = [way('seen once', 2, seen(0.02)), way('never', 5, below(0.03))];
    expect(frontierOf(ways).map(({ name }) => name)).toEqual(['seen once']);
  });

  test('a window that was seen is longer than a bound below it', () => {
    const ways = [way('seen once', 2, seen(0.02)), way('never', 5, below(0.01)), way('coarse', 9, below(0.03))];
    expect(frontierOf(ways).map(({ name }) => name)).toEqual(['seen once', 'never']);
  });

  test('what has no window is not on it', () => {
    expect(frontierOf([{ ...way('unknown', 1, below(1)), window: null }])).toEqual([]);
  });
});

test('detectionLimitOf: the longest upper bound where nothing was accepted', () => {
  expect(detectionLimitOf([way('a', 1, below(0.02)), way('b', 1, below(0.05)), way('c', 1, seen(4))])).toBe(0.05);
});

test('mainWays: neither other algorithms nor other lives of a cache', () => {
  const ways = waysOf([
    cost({ strategy: 'jwt', alg: 'HS256' }),
    cost({ strategy: 'jwt', alg: 'ES256' }),
    cost({ strategy: 'opaque-cached', ttlSeconds: 5 }),
    cost({ strategy: 'opaque-cached', ttlSeconds: 3600 }),
  ]);
  expect(mainWays(ways).map(({ name }) => name)).toEqual(['jwt', 'opaque-cached, TTL 5 s']);
});
