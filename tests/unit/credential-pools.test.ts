import { expect, test } from 'vitest';
import { reuseMilliseconds } from '../../bench/rig/credential-pools.ts';

test.each([
  ['session-cached', 900_000],
  ['jwt+redis-blocklist', 450_000],
  ['opaque', 450_000],
])('a pool of %s serves for half of the life of its credentials', (strategy, milliseconds) => {
  const settings = { SESSION_IDLE_SECONDS: '1800', TOKEN_LIFE_SECONDS: '900' };
  expect(reuseMilliseconds({ strategy, settings })).toBe(milliseconds);
});
