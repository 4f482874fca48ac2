// Copies of the record of revocations over a real Redis: what they hold, and what becomes of them when the connection is cut.
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startRedis, type TrialRedis } from '../../bench/rig/redis.ts';
import type { RevokedToken } from '../../servers/revocation/contract.ts';
import { createRevocationLog, type Follower } from '../../servers/revocation/revocation-log.ts';
import { connectRedis } from '../../servers/store/redis.ts';
import { testScope } from './rig.ts';

const scope = await testScope();
const exp = Math.floor(Date.now() / 1000) + 900;
const token = (): RevokedToken => ({ jti: randomUUID(), exp });

let server: TrialRedis;
let redis: Redis;
const followers: Follower[] = [];
beforeEach(async () => {
  server = await startRedis(scope, null);
  redis = await connectRedis(server.url);
});
afterEach(async () => {
  for (const follower of followers.splice(0)) await follower.close();
  redis.disconnect();
  await server.stop();
});

/** A copy that follows the record, and what it has been told. */
async function follow() {
  const told = new Map<string, number>();
  const readings = { all: 0 };
  const follower = await createRevocationLog(redis, 'test:').follow({
    add: (tokens) => {
      for (const { jti, exp: end } of tokens) told.set(jti, end);
    },
    prepare: async () => {
      readings.all += 1;
    },
  });
  followers.push(follower);
  return { told, readings, follower };
}

const settled = (what: () => void) => vi.waitFor(what, { timeout: 5_000, interval: 5 });

test('a copy begins with all that was revoked before', async () => {
  const tokens = Array.from({ length: 2_500 }, token);
  await createRevocationLog(redis, 'test:').append(tokens);
  const { told, follower } = await follow();
  expect([told.size, follower.inStep]).toEqual([2_500, true]);
  expect(told.get(tokens[0]?.jti as string)).toBe(exp);
});

test('a copy is told what is revoked later, without reading all again', async () => {
  const { told, readings } = await follow();
  const one = token();
  await createRevocationLog(redis, 'test:').append([one]);
  await settled(() => expect(told.get(one.jti)).toBe(exp));
  expect(readings.all).toBe(1);
});

test('a copy whose connection was cut is not in step, and then catches up with what it missed', async () => {
  const { told, follower } = await follow();
  const missed = token();
  await server.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'YES');
  await settled(() => expect(follower.inStep).toBe(false));
  await settled(() => expect(redis.status).toBe('ready'));
  await createRevocationLog(redis, 'test:').append([missed]);
  await settled(() => expect([told.has(missed.jti), follower.inStep]).toEqual([true, true]));
});

test('a copy that has fallen behind further than the stream goes reads all again', async () => {
  await createRevocationLog(redis, 'test:').append([token()]);
  const { told, readings, follower } = await follow();
  const missed = [token(), token(), token()];
  // The stream loses its beginning before the copy has read it.
  const epoch = (await redis.hget('test:revocations:head', 'epoch')) ?? '';
  const batch = redis.multi();
  for (const [index, { jti, exp: end }] of missed.entries()) {
    batch.hincrby('test:revocations:head', 'number', 1).zadd('test:revocations', end, jti);
    if (index === 2) batch.xadd('test:revocations:log', '4-1', 'epoch', epoch, 'jti', jti, 'exp', end);
  }
  await batch.exec();
  await settled(() => expect([told.size, follower.inStep]).toEqual([4, true]));
  expect(readings.all).toBe(2);
});

test('a Redis that has lost its memory does not make a copy forget', async () => {
  const { told, follower } = await follow();
  const [before, after] = [token(), token()];
  await createRevocationLog(redis, 'test:').append([before]);
  await settled(() => expect(told.has(before.jti)).toBe(true));
  await server.client.del('test:revocations', 'test:revocations:head', 'test:revocations:log');
  await createRevocationLog(redis, 'test:').append([after]);
  await settled(() => expect([told.has(before.jti), told.has(after.jti), follower.inStep]).toEqual([true, true, true]));
});

test('what has expired leaves the record with the next revocation', async () => {
  const log = createRevocationLog(redis, 'test:');
  await log.append([{ jti: 'long ago', exp: 1 }]);
  await log.append([token()]);
  expect(await log.has('long ago')).toBe(false);
  expect(await log.count(0, exp)).toBe(1);
});

test('what leaves while tokens are read by their end hides none of the others', async () => {
  const log = createRevocationLog(redis, 'test:');
  const tokens = Array.from({ length: 12_000 }, (_, index) => ({ jti: randomUUID(), exp: exp + index }));
  await log.append(tokens);
  const read = new Set<string>();
  for await (const some of log.between(exp, exp + 12_000)) {
    for (const { jti } of some) read.add(jti);
    await redis.zremrangebyscore('test:revocations', '-inf', exp + 499);
  }
  expect(tokens.slice(500).filter(({ jti }) => !read.has(jti)).length).toBe(0);
});
