// Services in a row on a real Redis: each recognises the caller for itself, and what one refuses, all refuse.

import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readRedisCounters } from '../../bench/measure/redis-counters.ts';
import { strategyNames } from '../../bench/plan/strategies.ts';
import { issueCredentials, revokeCredentials } from '../../bench/rig/admin.ts';
import { freePort } from '../../bench/rig/ports.ts';
import { type Rig, startRig } from '../../bench/rig/rig.ts';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { mostHops } from '../../servers/app.ts';
import { ask, startInstances, testScope } from './rig.ts';

const scope = await testScope();
const startChain = (strategy: string, instances: number, settings: Readonly<Record<string, string>> = {}) =>
  startRig(scope, { strategy, algorithm: 'HS256', instances, balancer: 'none', chained: true, settings }, null);
const issue = async (rig: Rig) => (await issueCredentials(rig, ['ada']))[0] as IssuedCredential;
const me = async (rig: Rig, hops: number | string, { header, value }: IssuedCredential, instance = 0) => {
  const { status, body } = await ask(rig, instance, 'GET', `/me/hops/${hops}`, { [header]: value });
  return [status, body];
};
const accepted = [200, { user: 'ada' }];
const refused = [401, expect.anything()];
const unavailable = [503, { error: 'service unavailable' }];

describe.each(strategyNames.filter((name) => !name.includes('+')))('three services with %s', (strategy) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startChain(strategy, 3);
  });
  afterAll(() => rig.stop());

  test('know the caller, however many of them are on the way', async () => {
    const credential = await issue(rig);
    for (const hops of [0, 1, 2]) expect(await me(rig, hops, credential), `${hops} hops`).toEqual(accepted);
  });

  test('end where there is no next one', async () => {
    expect(await me(rig, 3, await issue(rig))).toEqual(unavailable);
  });

  test('refuse who has no credential', async () => {
    expect((await ask(rig, 0, 'GET', '/me/hops/1')).status).toBe(401);
  });
});

test('a token in a cookie is passed on in the cookie', async () => {
  const rig = await startChain('jwt', 2, { CARRIAGE: 'cookie' });
  expect(await me(rig, 1, await issue(rig))).toEqual(accepted);
  await rig.stop();
});

test.each(['session', 'session-cached', 'jwt+redis-blocklist', 'jwt-cached+replicated-blocklist'])(
  'a credential of %s that was revoked at the first service is refused by the second',
  async (strategy) => {
    const rig = await startChain(strategy, 2);
    const credential = await issue(rig);
    expect(await me(rig, 1, credential)).toEqual(accepted);
    await revokeCredentials(rig, [credential]);
    // An instance that keeps a copy hears of it a moment later.
    await vi.waitFor(async () => expect(await me(rig, 0, credential, 1)).toEqual(refused), { timeout: 5_000 });
    expect(await me(rig, 1, credential)).toEqual(refused);
    await rig.stop();
  },
);

describe('behind a service that accepts the caller', () => {
  /** Two services, each of its own rig, so that the second can be of another mind, or gone. */
  async function twoServices(second: Readonly<Record<string, string>>) {
    const behind = await startInstances(scope, 'jwt', 1, second);
    const front = await startInstances(scope, 'jwt', 1, { NEXT_SERVICE_URL: behind.instances[0]?.url as string });
    return { front, behind, credential: await issue(front) };
  }

  test('one that refuses him is heard', async () => {
    const { front, behind, credential } = await twoServices({ TOKEN_AUDIENCE: 'https://other.test' });
    expect(await me(front, 0, credential)).toEqual(accepted);
    expect(await me(front, 1, credential)).toEqual(refused);
    await Promise.all([front.stop(), behind.stop()]);
  });

  test('one that has gone is no answer', async () => {
    const { front, behind, credential } = await twoServices({});
    expect(await me(front, 1, credential)).toEqual(accepted);
    await behind.stop();
    expect(await me(front, 1, credential)).toEqual(unavailable);
    await front.stop();
  });
});

describe('a service that is its own next one', () => {
  let rig: Rig;
  beforeAll(async () => {
    const port = String(await freePort());
    const settings = { PORT: port, NEXT_SERVICE_URL: `http://127.0.0.1:${port}` };
    rig = await startInstances(scope, 'jwt+redis-blocklist', 1, settings);
  });
  afterAll(() => rig.stop());
  const looksAtBlocklist = async ({ redis }: Rig) =>
    (await readRedisCounters(redis?.client as Redis)).calls.exists ?? 0;

  test('is called as often as was asked for, and no more', async () => {
    const credential = await issue(rig);
    const before = await looksAtBlocklist(rig);
    expect(await me(rig, mostHops, credential)).toEqual(accepted);
    // One look at the blocklist for each time that the caller was recognised.
    expect((await looksAtBlocklist(rig)) - before).toBe(mostHops + 1);
  });

  test.each([mostHops + 1, -1, 1.5, 'all'])('is not asked for %s hops', async (hops) => {
    expect((await me(rig, hops, await issue(rig)))[0]).toBe(400);
  });
});
