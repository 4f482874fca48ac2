// Copies of the record of revocations over a real Redis: what they hold, and what becomes of them when the connection is cut.
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startRedis, type TrialRedis } from '../../bench/rig/redis.ts';
import { openRedisLink } from '../../bench/rig/redis-link.ts';
import type { RevokedToken } from '../../servers/revocation/contract.ts';
import { createRevocationLog, type Follower } from '../../servers/revocation/revocation-log.ts';
import { connectRedis } from '../../servers/store/redis.ts';
import { openForgetfulLink } from './forgetful-link.ts';
import { afterSomeRounds, standStill, testScope } from './rig.ts';

const scope = await testScope();
const exp = Math.floor(Date.now() / 1000) + 900;
const token = (): RevokedToken => ({ jti: randomUUID(), exp });

let server: TrialRedis;
let redis: Redis;
const followers: Follower[] = [];
const links: { stop(): Promise<void> }[] = [];
beforeEach(async () => {
  server = await startRedis(scope, null);
  redis = await connectRedis(server.url);
});
afterEach(async () => {
  for (const follower of followers.splice(0)) await follower.close();
  redis.disconnect();
  for (const link of links.splice(0)) await link.stop();
  await server.stop();
});

/** The same Redis over another way. */
async function reachOver<Link extends { readonly url: string; stop(): Promise<void> }>(link: Link): Promise<Link> {
  links.push(link);
  redis.disconnect();
  redis = await connectRedis(link.url);
  return link;
}

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

test('a copy that stood still has lost nothing that came in time', async () => {
  const { follower } = await follow();
  // It waits for news by now.
  await afterSomeRounds();
  standStill(1_000);
  await afterSomeRounds();
  expect(follower.inStep).toBe(true);
});

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
  // The stream loses its beginning before the copy has read it.
  await redis
    .multi()
    .zadd('test:revocations', exp, 'missed', exp, 'missed too', exp, 'the last')
    .xadd('test:revocations:log', '4-1', 'after', '3-1', 'jti', 'the last', 'exp', exp)
    .exec();
  await settled(() => expect([told.size, follower.inStep]).toEqual([4, true]));
  expect(readings.all).toBe(2);
});

test('a Redis that has lost its memory does not make a copy forget', async () => {
  const { told, follower } = await follow();
  const [before, after] = [token(), token()];
  await createRevocationLog(redis, 'test:').append([before]);
  await settled(() => expect(told.has(before.jti)).toBe(true));
  await server.client.del('test:revocations', 'test:revocations:log');
  await createRevocationLog(redis, 'test:').append([after]);
  await settled(() => expect([told.has(before.jti), told.has(after.jti), follower.inStep]).toEqual([true, true, true]));
});

// Fewer than were lost, so many that the last number is the same, and more.
test.each([3, 20, 30])('a Redis put back to an earlier state hides none of %d tokens revoked since', async (count) => {
  const link = await reachOver(await openRedisLink(server.url));
  const { told, follower } = await follow();
  const log = createRevocationLog(server.client, 'test:');
  await log.append(Array.from({ length: 5 }, token));
  const keys = await server.client.keys('test:*');
  const earlier = await Promise.all(keys.map((key) => server.client.dumpBuffer(key)));
  await log.append(Array.from({ length: 20 }, token));
  await settled(() => expect(told.size).toBe(25));

  await link.cut();
  await settled(() => expect(follower.inStep).toBe(false));
  for (const [index, key] of keys.entries()) await server.client.restore(key, 0, earlier[index] as Buffer, 'REPLACE');
  await log.append(Array.from({ length: count }, token));
  await link.mend();
  await settled(() => expect(follower.inStep).toBe(true));
  expect(told.size).toBe(25 + count);
});

test('a copy whose connection was lost without a word makes another', async () => {
  await reachOver(await openForgetfulLink(server.url));
  const { told, follower } = await follow();
  const missed = token();
  await server.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'YES');
  await createRevocationLog(server.client, 'test:').append([missed]);
  await settled(() => expect([told.has(missed.jti), follower.inStep]).toEqual([true, true]));
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
