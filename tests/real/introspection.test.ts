// Resource servers that ask an authorization server: what they ask, what they remember, and what they do without an answer.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readRedisCounters } from '../../bench/measure/redis-counters.ts';
import { issueCredentials } from '../../bench/rig/admin.ts';
import type { Rig } from '../../bench/rig/rig.ts';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { algorithms } from '../../servers/tokens/algorithms.ts';
import { clientOf, startAuthorizationServers } from './authorization.ts';
import { ask, startInstances, testScope } from './rig.ts';

const scope = await testScope();
const issue = async (rig: Rig) => (await issueCredentials(rig, ['ada']))[0] as IssuedCredential;
const me = async (rig: Rig, { value }: Pick<IssuedCredential, 'value'>) =>
  (await ask(rig, 0, 'GET', '/me', { authorization: value })).status;
const introspections = async ({ redis }: Rig) =>
  (await readRedisCounters(redis?.client as NonNullable<typeof redis>['client'])).calls.hmget ?? 0;

test.each([
  { state: 'has gone', signal: 'SIGKILL' },
  { state: 'is there and does not answer', signal: 'SIGSTOP' },
] as const)('a token is refused with 503 when the authorization server $state', async ({ signal }) => {
  const rig = await startInstances(scope, 'opaque', 1);
  const credential = await issue(rig);
  process.kill(rig.authorizationServers[0]?.pid as number, signal);
  await vi.waitFor(async () => expect(await me(rig, credential)).toBe(503), { timeout: 10_000 });
  await rig.stop();
});

test('a token that is meant for another resource server is refused', async () => {
  const other = await startAuthorizationServers(scope, {
    strategy: 'opaque',
    settings: { TOKEN_AUDIENCE: 'https://other.test' },
  });
  const rig = await startInstances(scope, 'opaque', 1, { AUTHORIZATION_SERVER_URL: clientOf(scope, other).url('') });
  expect(await me(rig, await issue(rig))).toBe(401);
  await Promise.all([rig.stop(), other.stop()]);
});

test.skipIf(!algorithms.includes('ML-DSA-44'))(
  'a token of the authorization server is asked about however long its claims have made it',
  async () => {
    const server = await startAuthorizationServers(scope, {
      strategy: 'jwt',
      algorithm: 'ML-DSA-44',
      settings: { CLAIM_ROLES: '100' },
    });
    const [credential] = await issueCredentials(
      { instances: server.authorizationServers, adminSecret: scope.adminSecret },
      ['ada'],
    );
    expect(credential?.value.length).toBeGreaterThan(5_000);
    const rig = await startInstances(scope, 'opaque', 1, { AUTHORIZATION_SERVER_URL: clientOf(scope, server).url('') });
    expect(await me(rig, credential as IssuedCredential)).toBe(200);
    await Promise.all([rig.stop(), server.stop()]);
  },
);

test('opaque asks on every request', async () => {
  const rig = await startInstances(scope, 'opaque', 1);
  const credential = await issue(rig);
  const before = await introspections(rig);
  for (let request = 0; request < 3; request += 1) await me(rig, credential);
  expect((await introspections(rig)) - before).toBe(3);
  await rig.stop();
});

test('opaque-cached asks once for all who come with one token at the same time', async () => {
  const rig = await startInstances(scope, 'opaque-cached', 1);
  const credential = await issue(rig);
  const authorizationServer = rig.authorizationServers[0]?.pid as number;
  const before = await introspections(rig);
  // Held until all have come: health is answered after they were read.
  process.kill(authorizationServer, 'SIGSTOP');
  const asked = Promise.all(Array.from({ length: 20 }, () => me(rig, credential)));
  await ask(rig, 0, 'GET', '/healthz');
  process.kill(authorizationServer, 'SIGCONT');
  expect(new Set(await asked)).toEqual(new Set([200]));
  expect((await introspections(rig)) - before).toBe(1);
  await rig.stop();
});

test('opaque-cached lets nobody wait for an answer that is older than it would keep one', async () => {
  const rig = await startInstances(scope, 'opaque-cached', 1, { INTROSPECTION_CACHE_SECONDS: '1' });
  const credential = await issue(rig);
  const authorizationServer = rig.authorizationServers[0]?.pid as number;
  const before = await introspections(rig);
  process.kill(authorizationServer, 'SIGSTOP');
  const early = me(rig, credential);
  await ask(rig, 0, 'GET', '/healthz');
  const asked = performance.now();
  await vi.waitFor(() => expect(performance.now() - asked).toBeGreaterThan(1_000), { timeout: 5_000 });
  const late = me(rig, credential);
  await ask(rig, 0, 'GET', '/healthz');
  process.kill(authorizationServer, 'SIGCONT');
  expect(await Promise.all([early, late])).toEqual([200, 200]);
  expect((await introspections(rig)) - before).toBe(2);
  await rig.stop();
});

test('opaque-cached remembers no refusal', async () => {
  const rig = await startInstances(scope, 'opaque-cached', 1);
  const before = await introspections(rig);
  for (let request = 0; request < 2; request += 1) expect(await me(rig, { value: 'Bearer made-up' })).toBe(401);
  expect((await introspections(rig)) - before).toBe(2);
  await rig.stop();
});

test('opaque-cached remembers no token beyond its end', async () => {
  const rig = await startInstances(scope, 'opaque-cached', 1, {
    TOKEN_LIFE_SECONDS: '3',
    INTROSPECTION_CACHE_SECONDS: '3600',
  });
  const credential = await issue(rig);
  expect(await me(rig, credential)).toBe(200);
  await vi.waitFor(async () => expect(await me(rig, credential)).toBe(401), { timeout: 5_000 });
  await rig.stop();
});

test('opaque-cached forgets at once, at the instance itself, a token that is logged out there', async () => {
  const rig = await startInstances(scope, 'opaque-cached', 1, { INTROSPECTION_CACHE_SECONDS: '3600' });
  const credential = await issue(rig);
  await ask(rig, 0, 'POST', '/logout', { authorization: credential.value });
  expect(await me(rig, credential)).toBe(401);
  await rig.stop();
});

test('opaque-cached forgets at once, at the instance itself, all tokens of a user who logs out everywhere there, and no others', async () => {
  const rig = await startInstances(scope, 'opaque-cached', 1, { INTROSPECTION_CACHE_SECONDS: '3600' });
  const all = await issueCredentials(rig, ['ada', 'ada', 'grace']);
  for (const credential of all) expect(await me(rig, credential)).toBe(200);
  await ask(rig, 0, 'POST', '/logout-everywhere', { authorization: all[0]?.value ?? '' });
  const before = await introspections(rig);
  expect(await Promise.all(all.map((credential) => me(rig, credential)))).toEqual([401, 401, 200]);
  expect((await introspections(rig)) - before).toBe(2);
  await rig.stop();
});

test('opaque-cached remembers no answer that was under way while its user logged out everywhere', async () => {
  const server = await startAuthorizationServers(scope, { strategy: 'opaque' });
  const client = clientOf(scope, server);
  const [asked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { accessToken: presented } = await client.begin('ada');
  const { accessToken: late } = await client.begin('ada');
  // On the way to the authorization server: the answer about one token has to wait.
  const way = createServer(async (request, reply) => {
    const { method, url = '', headers } = request;
    const [body, type] = [await text(request), headers['content-type'] ?? ''];
    const passed = {
      'content-type': type,
      'x-admin-secret': scope.adminSecret,
      authorization: headers.authorization ?? '',
    };
    const answer = await fetch(client.url(url), { method: method ?? '', headers: passed, body });
    if (body === `token=${late}`) {
      asked.resolve();
      await release.promise;
    }
    reply.writeHead(answer.status).end(await answer.text());
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void way.close());
  await once(way, 'listening');
  const rig = await startInstances(scope, 'opaque-cached', 1, {
    AUTHORIZATION_SERVER_URL: `http://127.0.0.1:${(way.address() as AddressInfo).port}`,
    INTROSPECTION_CACHE_SECONDS: '3600',
  });

  expect(await me(rig, { value: `Bearer ${presented}` })).toBe(200);
  const underWay = me(rig, { value: `Bearer ${late}` });
  await asked.promise;
  await ask(rig, 0, 'POST', '/logout-everywhere', { authorization: `Bearer ${presented}` });
  release.resolve();
  await underWay;
  expect(await me(rig, { value: `Bearer ${late}` })).toBe(401);
  await Promise.all([rig.stop(), server.stop()]);
});
