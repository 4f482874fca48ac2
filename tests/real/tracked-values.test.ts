// Values that an instance keeps until a real Redis says that they changed, and what becomes of them when it can no longer be heard.
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startRedis, type TrialRedis } from '../../bench/rig/redis.ts';
import { connectRedis } from '../../servers/store/redis.ts';
import { type Tracked, type TrackedValues, trackValues } from '../../servers/store/tracked-values.ts';
import { type ForgetfulLink, openForgetfulLink } from './forgetful-link.ts';
import { afterSomeRounds, standStill, testScope } from './rig.ts';

const scope = await testScope();
let server: TrialRedis;
let link: ForgetfulLink;
let redis: Redis;
let values: TrackedValues<{ version: number }>;
let tracked: Tracked<{ version: number }>;
beforeEach(async () => {
  server = await startRedis(scope, null);
  link = await openForgetfulLink(server.url);
  redis = await connectRedis(link.url);
  values = await trackValues(redis, (text) => JSON.parse(text) as { version: number });
  await write(1);
  tracked = values.track('key');
  await values.get(tracked);
});
afterEach(async () => {
  await values.close();
  redis.disconnect();
  await link.stop();
  await server.stop();
});

const write = (version: number) => server.client.set('key', JSON.stringify({ version }), 'EX', 1_000);

/** What is kept, and null when Redis was asked. */
async function kept() {
  const answer = values.get(tracked);
  await answer;
  return answer instanceof Promise ? null : answer;
}

/** The connection that reads has flag t (tracking); the one that is told has flag P (subscriber). */
async function forget(flag: 't' | 'P') {
  const clients = String(await server.client.client('LIST')).split('\n');
  const [, id = ''] = /^id=(\d+)/.exec(clients.find((line) => line.includes(` flags=${flag} `)) as string) ?? [];
  expect(await server.client.client('KILL', 'ID', id)).toBe(1);
}

test('a value is kept until it changes', async () => {
  expect(values.get(tracked)).toEqual({ version: 1 });
  await write(2);
  await vi.waitFor(async () => expect(await values.get(tracked)).toEqual({ version: 2 }));
});

test('a value is kept by an instance that stood still, for its questions were answered in time', async () => {
  // Between its question and the answer.
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const monitor = await server.client.monitor();
  monitor.on('monitor', (_time, [command]) => command.toLowerCase() === 'ping' && resolve());
  await asked;
  standStill(1_000);
  await afterSomeRounds();
  monitor.disconnect();
  expect(await kept()).toEqual({ version: 1 });
});

test.each(['t', 'P'] as const)('a change is heard of after a connection (%s) was lost without a word', async (flag) => {
  await forget(flag);
  await write(2);
  await vi.waitFor(async () => expect(await values.get(tracked)).toEqual({ version: 2 }), { timeout: 10_000 });
  // And the next one is kept again, and dropped in its turn.
  await vi.waitFor(() => expect(values.get(tracked)).toEqual({ version: 2 }), { timeout: 10_000 });
  await write(3);
  await vi.waitFor(async () => expect(await values.get(tracked)).toEqual({ version: 3 }));
});

test("changes are heard of at the Redis that has taken the place of another, though there the number of a connection is a stranger's", async () => {
  const another = await startRedis(scope, null);
  const strangers = await Promise.all(Array.from({ length: 20 }, () => connectRedis(another.url)));
  try {
    link.leadTo(another.url);
    await another.client.set('key', JSON.stringify({ version: 2 }), 'EX', 1_000);
    await forget('t');
    await vi.waitFor(async () => expect(await kept()).toEqual({ version: 2 }), { timeout: 10_000 });
    await another.client.set('key', JSON.stringify({ version: 3 }), 'EX', 1_000);
    await vi.waitFor(async () => expect(await values.get(tracked)).toEqual({ version: 3 }));
  } finally {
    for (const stranger of strangers) stranger.disconnect();
    await another.stop();
  }
});

test('of what was released nothing is kept, and it can be asked for still', async () => {
  values.release(tracked);
  expect(await values.get(tracked)).toEqual({ version: 1 });
  await write(2);
  expect(await values.get(tracked)).toEqual({ version: 2 });
});

test('where no change is heard of, a question is not answered by a read that began before it', async () => {
  values.release(tracked);
  const [before, after] = [values.get(tracked), values.get(tracked)];
  expect(after).not.toBe(before);
  expect(await Promise.all([before, after])).toEqual([{ version: 1 }, { version: 1 }]);
});

test('what is tracked anew takes the place of what was tracked under the same key', async () => {
  const anew = values.track('key');
  await values.get(tracked);
  await values.get(anew);
  await write(2);
  expect(await values.get(tracked)).toEqual({ version: 2 });
  await vi.waitFor(async () => expect(await values.get(anew)).toEqual({ version: 2 }));
});
