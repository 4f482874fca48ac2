import { Redis } from 'ioredis';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { buildApp } from '../../servers/app.ts';
import { readSettings } from '../../servers/settings.ts';
import { issueAccessToken } from '../../servers/tokens/access-token.ts';
import { generateKey, importKeys } from '../../servers/tokens/keys.ts';

const key = JSON.stringify(await generateKey('HS256'));
const keys = await importKeys(key, 'HS256');
const environment = { REDIS_URL: 'redis://127.0.0.1:6379', AUTH_STRATEGY: 'jwt-cached', TOKEN_KEY: key };
/** Never connected: who asks nobody whether a token was taken back does without. */
const redis = new Redis({ lazyConnect: true });

const inHeader = readSettings(environment, ['jwt-cached']);
const inCookie = readSettings({ ...environment, CARRIAGE: 'cookie' }, ['jwt-cached']);
const apps = { authorization: await buildApp(inHeader, redis), cookie: await buildApp(inCookie, redis) };
const newToken = async () => {
  const { TOKEN_ISSUER: issuer, TOKEN_AUDIENCE: audience, TOKEN_CLIENT_ID: clientId } = inHeader;
  return (await issueAccessToken('ada', keys, { algorithm: 'HS256', issuer, audience, clientId, lifeSeconds: 60 }))
    .token;
};
const me = async (header: keyof typeof apps, value: string) =>
  (await apps[header].inject({ url: '/me', headers: { [header]: value } })).statusCode;

/** The token with its signature, and claims that it does not sign. */
function forBob(token: string): string {
  const [header, claims = '', signature] = token.split('.');
  const changed = Buffer.from(claims, 'base64url').toString().replace('"ada"', '"bob"');
  return [header, Buffer.from(changed).toString('base64url'), signature].join('.');
}

const verified = vi.spyOn(crypto.subtle, 'verify');
afterAll(() => vi.restoreAllMocks());
beforeEach(() => void verified.mockClear());
afterAll(() => Promise.all(Object.values(apps).map((app) => app.close())));

test.each([
  ['authorization', 'as it is', (token: string) => [`Bearer ${token}`, `Bearer ${token}`]],
  ['authorization', 'in other spellings of the scheme', (token: string) => [`bearer ${token}`, `BEARER   ${token}`]],
  ['cookie', 'as it is', (token: string) => [`access_token=${token}`, `access_token=${token}`]],
  [
    'cookie',
    'beside other cookies',
    (token: string) => [`visit=1; access_token=${token}`, `access_token=${token}; visit=2`],
  ],
] as const)('a token in %s, %s, is verified once', async (header, _name, of) => {
  for (const value of of(await newToken())) expect(await me(header, value)).toBe(200);
  expect(verified).toHaveBeenCalledTimes(1);
});

test.each([
  ['a token without its scheme', 'authorization', (token: string) => token],
  ['a token of another scheme', 'authorization', (token: string) => `Basic ${token}`],
  ['a cookie without its name', 'cookie', (token: string) => token],
  ['a cookie of another name', 'cookie', (token: string) => `xaccess_token=${token}`],
  ['a token with another behind it', 'authorization', (token: string) => `Bearer ${token} ${token}`],
  ['a token of other claims with the same signature', 'authorization', (token: string) => `Bearer ${forBob(token)}`],
  ['a cookie of other claims with the same signature', 'cookie', (token: string) => `access_token=${forBob(token)}`],
] as const)('%s is refused, however well the token is known', async (_name, header, of) => {
  const token = await newToken();
  expect(await me(header, header === 'cookie' ? `access_token=${token}` : `Bearer ${token}`)).toBe(200);
  expect(await me(header, of(token))).toBe(401);
});
