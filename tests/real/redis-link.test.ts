// The way from an instance to Redis: what it carries, and what becomes of those who use it when it is cut.
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type TrialRedis } from '../../bench/rig/redis.ts';
import { openRedisLink, type RedisLink } from '../../bench/rig/redis-link.ts';
import { testScope } from './rig.ts';

const scope = await testScope();
let server: TrialRedis;
let link: RedisLink;
beforeAll(async () => {
  server = await startRedis(scope, null);
  link = await openRedisLink(server.url);
});
afterAll(async () => {
  await link.stop();
  await server.stop();
});

/** A client over the link that tries everything once. */
async function client() {
  const redis = new Redis(link.url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => {});
  await redis.connect();
  return redis;
}

test('what is asked over the link is answered by the Redis behind it', async () => {
  const redis = await client();
  await redis.set('a', 'b');
  expect(await server.client.get('a')).toBe('b');
  redis.disconnect();
});

test('a cut closes connections and refuses new ones until it is mended', async () => {
  const redis = await client();
  const closed = new Promise((resolve) => redis.once('close', resolve));
  await link.cut();
  await closed;
  await expect(client()).rejects.toThrow();
  await link.mend();
  const again = await client();
  expect(await again.ping()).toBe('PONG');
  again.disconnect();
});

test('what was asked in silence is answered when it ends, on the same connection', async () => {
  const redis = await client();
  link.silence();
  const answer = redis.set('asked', 'in silence');
  // Long enough for it to have arrived, if anything did.
  for (let turn = 0; turn < 100; turn += 1) expect(await server.client.get('asked')).toBeNull();
  await link.mend();
  expect(await answer).toBe('OK');
  redis.disconnect();
});
