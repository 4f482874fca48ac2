import type { Redis } from 'ioredis';
import { describe, expect, test } from 'vitest';
import { clockSkew, requireClocks } from '../../servers/store/clock-skew.ts';

const redisAhead = (seconds: number) => {
  const there = Date.now() / 1_000 + seconds;
  return { time: async () => [Math.floor(there), Math.round((there % 1) * 1e6)] } as unknown as Redis;
};

describe('requireClocks', () => {
  test.each([0, clockSkew - 1, 1 - clockSkew])('takes a Redis whose clock is %i s ahead', async (seconds) => {
    await expect(requireClocks(redisAhead(seconds))).resolves.toBeUndefined();
  });

  test.each([clockSkew + 1, -clockSkew - 1])('rejects a Redis whose clock is %i s ahead', async (seconds) => {
    await expect(requireClocks(redisAhead(seconds))).rejects.toThrow(/differ by 61 s, more than 60/);
  });

  test('rejects a Redis that does not tell its time', async () => {
    const silent = { time: () => Promise.reject(new Error('gone')) } as unknown as Redis;
    await expect(requireClocks(silent)).rejects.toThrow('Redis does not tell its time');
  });
});
