// A runtime without an algorithm; the one that is pinned has them all, so its lack is acted.
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { cost } from '../../bench/experiments/cost.ts';
import type { Choices } from '../../bench/record/observation.ts';
import type { Machine } from '../../bench/rig/machine.ts';

beforeEach(() => {
  vi.resetModules();
  vi.doMock('node:crypto', async (original) => ({
    ...(await original<typeof import('node:crypto')>()),
    generateKeyPairSync() {
      throw new TypeError("The argument 'type' must be a supported key type. Received 'ml-dsa-44'");
    },
  }));
});

afterAll(() => {
  vi.doUnmock('node:crypto');
  vi.resetModules();
});

test('an algorithm that the runtime lacks is not offered', async () => {
  const { algorithms, missingAlgorithms } = await import('../../servers/tokens/algorithms.ts');
  expect([algorithms, missingAlgorithms]).toEqual([['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'], ['ML-DSA-44']]);
});

test('a server is not set to it', async () => {
  const { readSettings } = await import('../../servers/settings.ts');
  const environment = { REDIS_URL: 'redis://127.0.0.1:6379', AUTH_STRATEGY: 'jwt', TOKEN_KEY: '{}' };
  expect(() => readSettings({ ...environment, TOKEN_ALGORITHM: 'ML-DSA-44' }, ['jwt'])).toThrow('TOKEN_ALGORITHM');
});

const machine: Machine = {
  redisCommand: 'redis-server',
  balancerCommand: 'haproxy',
  placement: { generator: null, systems: null },
  quota: { kind: 'unavailable', reason: 'a test' },
  cpuClock: 'kernel',
  instructions: { kind: 'unavailable', reason: 'a test' },
};

test.each([
  ['says so where algorithms are compared', 'jwt', ['ALGORITHM_LEFT_OUT']],
  ['says nothing of it elsewhere', 'session', []],
])('a report %s', async (_what, strategy, expected) => {
  const { orderRun } = await import('../../bench/order.ts');
  const choices: Choices = {
    suite: 'bench',
    profile: 'quick',
    seed: 1,
    balancer: 'haproxy',
    strategies: [strategy],
    minutes: 5,
  };
  const { warnings } = orderRun(choices, [cost], machine, { redisUrl: null, adminSecret: null });
  expect(warnings.map(({ code }) => code)).toEqual(expected);
});
