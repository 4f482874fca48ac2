// What an instance remembers of tokens that were taken back, over a real Redis.
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { buildApp } from '../../servers/app.ts';
import { readSettings } from '../../servers/settings.ts';
import { issueAccessToken } from '../../servers/tokens/access-token.ts';
import { generateKey, importKeys } from '../../servers/tokens/keys.ts';
import { testRedis, testScope } from './rig.ts';

const scope = await testScope();
const { server, redis } = await testRedis(scope);
const key = JSON.stringify(await generateKey('HS256'));
const keys = await importKeys(key, 'HS256');

const verified = vi.spyOn(crypto.subtle, 'verify');
beforeEach(() => void verified.mockClear());
afterAll(() => void verified.mockRestore());

test.each(['redis-blocklist', 'replicated-blocklist', 'bloom-blocklist', 'not-before'])(
  'a token that %s took back is refused again and again, and verified once',
  async (check) => {
    const environment = { REDIS_URL: server.url, REDIS_PREFIX: `${check}:`, TOKEN_KEY: key };
    const settings = readSettings({ ...environment, AUTH_STRATEGY: 'jwt-cached', REVOCATION_CHECK: check }, [
      'jwt-cached',
    ]);
    const { TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: audience, TOKEN_CLIENT_ID: clientId } = settings;
    const profile = { algorithm: 'HS256', issuer, audience, clientId, lifeSeconds: 60 } as const;
    const { token } = await issueAccessToken('ada', keys, profile);
    const app = await buildApp(settings, redis);
    const ask = async (method: 'GET' | 'POST', url: string) =>
      (await app.inject({ method, url, headers: { authorization: `Bearer ${token}` } })).statusCode;
    expect(await ask('GET', '/me')).toBe(200);
    expect(await ask('POST', '/logout')).toBe(200);
    for (let time = 0; time < 3; time += 1) expect(await ask('GET', '/me')).toBe(401);
    expect(verified).toHaveBeenCalledTimes(1);
    await app.close();
  },
);
