// What an instance remembers of tokens that were taken back, over a real Redis.
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { buildApp } from '../../servers/app.ts';
import { readSettings } from '../../servers/settings.ts';
import { issueAccessToken } from '../../servers/tokens/access-token.ts';
import { generateKey, importKeys } from '../../servers/tokens/keys.ts';
import { createRefreshFamilies } from '../../servers/tokens/refresh-families.ts';
import { testRedis, testScope } from './rig.ts';

const scope = await testScope();
const { server, redis } = await testRedis(scope);
const key = JSON.stringify(await generateKey('HS256'));
const keys = await importKeys(key, 'HS256');

const verified = vi.spyOn(crypto.subtle, 'verify');
afterAll(() => vi.restoreAllMocks());
beforeEach(() => void verified.mockClear());
afterAll(() => void verified.mockRestore());

/** An instance of `jwt-cached`, and a token that it accepts. */
async function instanceWith(check: string, user = 'ada') {
  const environment = { REDIS_URL: server.url, REDIS_PREFIX: `${check}:`, TOKEN_KEY: key };
  const settings = readSettings({ ...environment, AUTH_STRATEGY: 'jwt-cached', REVOCATION_CHECK: check }, [
    'jwt-cached',
  ]);
  const { TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: audience, TOKEN_CLIENT_ID: clientId } = settings;
  const profile = { algorithm: 'HS256', issuer, audience, clientId, lifeSeconds: 60 } as const;
  const { token } = await issueAccessToken(user, keys, profile);
  const app = await buildApp(settings, redis);
  const ask = async (method: 'GET' | 'POST', url: string) =>
    (await app.inject({ method, url, headers: { authorization: `Bearer ${token}` } })).statusCode;
  return { app, ask };
}

test.each(['redis-blocklist', 'replicated-blocklist', 'bloom-blocklist', 'not-before'])(
  'a token that %s took back is rejected again and again, and not verified again',
  async (check) => {
    const { app, ask } = await instanceWith(check);
    expect(await ask('GET', '/me')).toBe(200);
    expect(await ask('POST', '/logout')).toBe(200);
    verified.mockClear();
    for (let time = 0; time < 3; time += 1) expect(await ask('GET', '/me')).toBe(401);
    expect(verified).not.toHaveBeenCalled();
    await app.close();
  },
);

test('a token is verified once for all who come with it at the same time', async () => {
  const { app, ask } = await instanceWith('none');
  expect(new Set(await Promise.all(Array.from({ length: 20 }, () => ask('GET', '/me'))))).toEqual(new Set([200]));
  expect(verified).toHaveBeenCalledTimes(1);
  await app.close();
});

test('whoever logs out everywhere at a server that takes tokens cannot go on with a refresh either', async () => {
  const { app, ask } = await instanceWith('not-before', 'grace');
  const settings = { prefix: 'not-before:', secret: 'r'.repeat(32), lifeSeconds: 60, graceMilliseconds: 0 };
  const families = createRefreshFamilies(redis, settings);
  const { refreshToken } = await families.begin('grace');
  expect(await ask('POST', '/logout-everywhere')).toBe(200);
  expect(await families.refresh(refreshToken)).toEqual({ outcome: 'invalid' });
  await app.close();
});
