// Keys that rotate under resource servers that fetch them: what goes on to be accepted, and what does not.
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Rig } from '../../bench/rig/rig.ts';
import { importKeys } from '../../servers/tokens/keys.ts';
import { clientOf, startAuthorizationServers } from './authorization.ts';
import { ask, startInstances, testScope } from './rig.ts';

const scope = await testScope();
const algorithm = 'ES256';
let rig: Rig;
let client: ReturnType<typeof clientOf>;
beforeAll(async () => {
  rig = await startAuthorizationServers(scope, { strategy: 'jwt', algorithm, servers: 2 });
  client = clientOf(scope, rig);
});
afterAll(() => rig.stop());

/** A resource server that has no key of its own, and fetches those of an authorization server. */
const resourceServer = (
  settings: Record<string, string> = {},
  url = client.url('/.well-known/jwks.json'),
  strategy = 'jwt',
) => startInstances(scope, strategy, 1, { TOKEN_ALGORITHM: algorithm, TOKEN_KEY: '', JWKS_URL: url, ...settings });
const me = async (server: Rig, token: string) =>
  (await ask(server, 0, 'GET', '/me', { authorization: `Bearer ${token}` })).status;
const kidOf = (token: string) =>
  (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;
const rotate = async (server = 0) => String((await client.admin('/admin/rotate-key', {}, server)).body.kid);

/** A token that is right in all but its key: one that signed first, and is known to whoever stole it. */
async function signedWithTheFirstKey(): Promise<string> {
  const { signing, kid } = await importKeys(JSON.stringify(await scope.keyOf(algorithm)), algorithm);
  return (
    new SignJWT({ client_id: 'auth-bench-client' })
      .setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid })
      .setIssuer('https://issuer.auth-bench.test')
      .setAudience('https://api.auth-bench.test')
      .setSubject('eve')
      .setJti('x')
      .setIssuedAt()
      // No longer than what is issued lives.
      .setExpirationTime('14m')
      .sign(signing)
  );
}

test('the key set holds the public part of the key that signs, and nothing of the private one', async () => {
  const { accessToken } = await client.begin();
  const keys = await client.jwks();
  expect(keys.map(({ kid }) => kid)).toContain(kidOf(accessToken));
  for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
});

test('after a rotation the old tokens and the new ones are accepted, also by a server that has not seen the new key', async () => {
  const server = await resourceServer({ JWKS_COOLDOWN_SECONDS: '1' });
  const { accessToken: before } = await client.begin('ada');
  expect(await me(server, before)).toBe(200);
  const kid = await rotate();
  const { accessToken: after } = await client.begin('ada');
  expect([kidOf(after), kidOf(before)]).toEqual([kid, expect.not.stringContaining(kid)]);
  await vi.waitFor(async () => expect(await me(server, after)).toBe(200), { timeout: 5_000 });
  expect(await me(server, before)).toBe(200);
  await server.stop();
});

test('no token is rejected for a rotation, though the keys may not be fetched again yet', async () => {
  const server = await resourceServer({ JWKS_COOLDOWN_SECONDS: '3600' });
  const tokens = [(await client.begin()).accessToken];
  expect(await me(server, tokens[0] as string)).toBe(200);
  await rotate();
  for (let login = 0; login < 20; login += 1) tokens.push((await client.begin()).accessToken);
  expect(new Set(tokens.map(kidOf)).size).toBe(2);
  expect(new Set(await Promise.all(tokens.map((token) => me(server, token))))).toEqual(new Set([200]));
  await server.stop();
});

test('under load no valid token is rejected for a rotation', async () => {
  const server = await resourceServer({ JWKS_COOLDOWN_SECONDS: '3600' });
  const before = (await client.begin()).accessToken;
  expect(await me(server, before)).toBe(200);
  const counts = new Map<string, number>();
  const kids = new Set<string>();
  const count = (status: number) => counts.set(String(status), (counts.get(String(status)) ?? 0) + 1);
  let rotated: Promise<string> | null = null;
  const loginsEach = 50;
  const user = async () => {
    for (let login = 0; login < loginsEach; login += 1) {
      if (login === loginsEach / 2) rotated ??= rotate();
      const { accessToken } = await client.begin();
      kids.add(kidOf(accessToken));
      for (const token of [accessToken, before]) count(await me(server, token));
    }
  };
  await Promise.all(Array.from({ length: 8 }, user));
  await rotated;
  expect([Object.fromEntries(counts), kids.size]).toEqual([{ 200: 8 * loginsEach * 2 }, 2]);
  await server.stop();
});

test('the keys are not fetched again within the cooldown, whatever name a token gives', async () => {
  const server = await resourceServer({ JWKS_COOLDOWN_SECONDS: '3600' });
  expect(await me(server, (await client.begin()).accessToken)).toBe(200);
  // The first of them was published ahead.
  for (let times = 0; times < 2; times += 1) await rotate();
  expect(await me(server, (await client.begin()).accessToken)).toBe(401);
  await server.stop();
});

test('a rotation at one authorization server is known at the other, which goes on with its own key', async () => {
  const { accessToken: ofOther } = await client.begin('ada', 1);
  const kid = await rotate(0);
  const { accessToken } = await client.begin('ada', 0);
  expect((await client.jwks(1)).map((key) => key.kid)).toContain(kid);
  expect(await client.introspect(accessToken, 1)).toMatchObject({ active: true, sub: 'ada' });
  expect(kidOf((await client.begin('ada', 1)).accessToken)).toBe(kidOf(ofOther));
});

test.each(['jwt', 'jwt-cached'])(
  'a retired key is published until its last token has expired, and %s rejects it from then on',
  async (strategy) => {
    const settings = { TOKEN_LIFE_SECONDS: '4' };
    const short = await startAuthorizationServers(scope, { strategy: 'jwt', algorithm, settings });
    const its = clientOf(scope, short);
    const server = await resourceServer({ JWKS_MAX_AGE_SECONDS: '1' }, its.url('/.well-known/jwks.json'), strategy);
    const { accessToken } = await its.begin();
    const stolen = await signedWithTheFirstKey();
    const newKid = String((await its.admin('/admin/rotate-key', {})).body.kid);
    // The one that is to sign next is published ahead.
    const kids = async () => (await its.jwks()).map(({ kid }) => kid);
    expect(await kids()).toEqual([newKid, expect.any(String), kidOf(accessToken)]);
    expect(await me(server, stolen)).toBe(200);

    await vi.waitFor(async () => expect(await kids()).toEqual([newKid, expect.any(String)]), { timeout: 10_000 });
    expect(await its.introspect(stolen)).toEqual({ active: false });
    await vi.waitFor(async () => expect(await me(server, stolen)).toBe(401), { timeout: 5_000 });
    await Promise.all([server.stop(), short.stop()]);
  },
);

test('a token that names no key is refused', async () => {
  const server = await resourceServer();
  const { signing } = await importKeys(JSON.stringify(await scope.keyOf(algorithm)), algorithm);
  const nameless = await new SignJWT({}).setProtectedHeader({ alg: algorithm, typ: 'at+jwt' }).sign(signing);
  expect(await me(server, nameless)).toBe(401);
  await server.stop();
});

test('when the keys cannot be fetched, a token is refused with 503, for it may be good', async () => {
  const server = await resourceServer({}, 'http://127.0.0.1:1/.well-known/jwks.json');
  expect(await me(server, (await client.begin()).accessToken)).toBe(503);
  expect(await me(server, 'no.token.at-all')).toBe(401);
  await server.stop();
});

test('a secret is not rotated, for nobody could be told', async () => {
  const secret = await startAuthorizationServers(scope, { strategy: 'jwt', algorithm: 'HS256' });
  const { status } = await clientOf(scope, secret).admin('/admin/rotate-key', {});
  expect(status).toBe(409);
  await secret.stop();
});
