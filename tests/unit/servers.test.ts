import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { expect, test } from 'vitest';
import { hashPassword, verifyPassword } from '../../servers/identity/passwords.ts';
import { readAuthorizationSettings, readSettings } from '../../servers/settings.ts';
import { issueAccessToken, type TokenProfile, verifyAccessToken } from '../../servers/tokens/access-token.ts';
import { algorithms } from '../../servers/tokens/algorithms.ts';
import { generateKey, importKeys } from '../../servers/tokens/keys.ts';

const profile: TokenProfile = {
  algorithm: 'HS256',
  issuer: 'https://issuer.test',
  audience: 'https://api.test',
  clientId: 'client',
  lifeSeconds: 60,
};
const keysOf = async (algorithm: (typeof algorithms)[number]) =>
  importKeys(JSON.stringify(await generateKey(algorithm)), algorithm);

test.each(algorithms)('a token signed with %s is verified, and says whose it is', async (algorithm) => {
  const keys = await keysOf(algorithm);
  const { token, claims } = await issueAccessToken('ada', keys, { ...profile, algorithm });
  expect(await verifyAccessToken(token, keys, { ...profile, algorithm })).toMatchObject({ ...claims, sub: 'ada' });
});

test.each(algorithms.filter((name) => name !== 'HS256'))(
  'a token of %s is verified by the public key',
  async (name) => {
    const { verifying } = await keysOf(name);
    expect([verifying.type, verifying.usages]).toEqual(['public', ['verify']]);
  },
);

test('a token has the type and the claims of RFC 9068', async () => {
  const { token } = await issueAccessToken('ada', await keysOf('HS256'), profile);
  const [header, payload] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  expect(header).toMatchObject({ typ: 'at+jwt', alg: 'HS256' });
  expect(Object.keys(payload).sort()).toEqual(['aud', 'client_id', 'exp', 'iat', 'iss', 'jti', 'sub']);
});

const secret = await generateKey('HS256');
const keys = await importKeys(JSON.stringify(secret), 'HS256');
const sign = (
  header: { alg: string; typ?: string },
  claims: Record<string, unknown>,
  key: typeof keys.signing | Uint8Array = keys.signing,
) =>
  new SignJWT({
    iss: profile.issuer,
    aud: profile.audience,
    sub: 'ada',
    client_id: 'client',
    jti: 'x',
    iat: Math.floor(Date.now() / 1000),
    exp: Math.floor(Date.now() / 1000) + 60,
    ...claims,
  })
    .setProtectedHeader(header)
    .sign(key);
const right = { alg: 'HS256', typ: 'at+jwt' };

test.each([
  ['another audience', sign(right, { aud: 'https://other.test' })],
  ['another issuer', sign(right, { iss: 'https://other.test' })],
  ['an end in the past', sign(right, { exp: 1 })],
  ['no jti', sign(right, { jti: undefined })],
  ['no subject', sign(right, { sub: undefined })],
  ['the type of an id token', sign({ alg: 'HS256', typ: 'JWT' }, {})],
  ['another algorithm', sign({ alg: 'HS512', typ: 'at+jwt' }, {}, Buffer.from(secret.k ?? '', 'base64url'))],
  ['no signature', Promise.resolve(`${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.e30.`)],
])('a token with %s is refused', async (_name, token) => {
  await expect(verifyAccessToken(await token, keys, profile)).rejects.toThrow();
});

test("a token of another run's key is refused", async () => {
  const { token } = await issueAccessToken('ada', await keysOf('HS256'), profile);
  await expect(verifyAccessToken(token, keys, profile)).rejects.toThrow('signature verification failed');
});

test('an RSA public key is not taken for an HMAC secret', async () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const forged = await new SignJWT({ sub: 'eve' })
    .setProtectedHeader(right)
    .sign(Buffer.from(publicKey.export({ type: 'spki', format: 'pem' })));
  await expect(verifyAccessToken(forged, await keysOf('RS256'), { ...profile, algorithm: 'RS256' })).rejects.toThrow(
    '"alg"',
  );
});

test.each(algorithms)('a key of %s is imported once, not again for each token', async (algorithm) => {
  const { signing, verifying } = await keysOf(algorithm);
  expect([signing, verifying].every((key) => key instanceof CryptoKey)).toBe(true);
});

test('a key of another algorithm is not imported', async () => {
  await expect(importKeys(JSON.stringify(await generateKey('ES256')), 'RS256')).rejects.toThrow(
    'TOKEN_KEY is for ES256',
  );
});

test.each([0, 1, 31])('a secret of %d bytes is too short to sign with', async (bytes) => {
  const short = { ...secret, k: Buffer.alloc(bytes, 1).toString('base64url') };
  await expect(importKeys(JSON.stringify(short), 'HS256')).rejects.toThrow('TOKEN_KEY is shorter than 32 bytes');
});

test('a secret of 32 bytes is long enough', async () => {
  const enough = { ...secret, k: Buffer.alloc(32, 1).toString('base64url') };
  expect((await importKeys(JSON.stringify(enough), 'HS256')).kid).toBe(secret.kid);
});

test('a password hash carries the parameters that OWASP recommends', async () => {
  expect(await hashPassword('secret')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
});

test('a password is verified against its own hash only', async () => {
  const hash = await hashPassword('secret');
  expect(await verifyPassword('secret', hash)).toBe(true);
  expect(await verifyPassword('Secret', hash)).toBe(false);
});

test('without an account the answer is no', async () => {
  expect(await verifyPassword('secret', null)).toBe(false);
});

const environment = { REDIS_URL: 'redis://127.0.0.1:6379', AUTH_STRATEGY: 'session', SESSION_SECRET: 's'.repeat(32) };

test('an empty variable counts as not set', () => {
  expect(readSettings({ ...environment, PORT: '' }, ['session']).PORT).toBe(3000);
});

test.each([
  [{ AUTH_STRATEGY: 'kerberos' }, 'AUTH_STRATEGY'],
  [{ AUTH_STRATEGY: undefined }, 'AUTH_STRATEGY'],
  [{ AUTH_STRATEGY: 'jwt' }, 'AUTH_STRATEGY: this server offers session, not jwt'],
  [{ REDIS_URL: 'localhost' }, 'REDIS_URL: a URL like redis://'],
  [{ REDIS_URL: 'http://x' }, 'REDIS_URL'],
  [{ PORT: '70000' }, 'PORT'],
  [{ PORT: 'http' }, 'PORT'],
  [{ SESSION_SECRET: 'short' }, 'SESSION_SECRET: at least 32 characters'],
  [{ SESSION_SECRET: undefined }, 'SESSION_SECRET: needed by strategy session, not set'],
  [{ TOKEN_LIFE_SECONDS: '0' }, 'TOKEN_LIFE_SECONDS'],
  [{ TOKEN_ALGORITHM: 'none' }, 'TOKEN_ALGORITHM'],
  [{ REVOCATION_CHECK: 'redis-blocklist' }, 'REVOCATION_CHECK: session takes none'],
  [{ COOKIE_SECURE: 'perhaps' }, 'COOKIE_SECURE'],
])('the setting %o is refused in one line that names it', (changes, message) => {
  expect(() => readSettings({ ...environment, ...changes }, ['session'])).toThrow(message);
});

test.each([
  [{ JWKS_URL: 'http://127.0.0.1:1/jwks' }, 'JWKS_URL: HS256 has no public key'],
  [{ JWKS_URL: 'somewhere', TOKEN_ALGORITHM: 'ES256' }, 'JWKS_URL: a URL like http://'],
  [{ TOKEN_ALGORITHM: 'ES256' }, 'TOKEN_KEY: needed by strategy jwt, not set'],
  [{ AUTH_STRATEGY: 'opaque' }, 'AUTHORIZATION_SERVER_URL: needed by strategy opaque, not set'],
])('a resource server with the setting %o is refused', (changes, message) => {
  expect(() => readSettings({ ...environment, AUTH_STRATEGY: 'jwt', ...changes }, ['jwt', 'opaque'])).toThrow(message);
});

test('a resource server that fetches keys needs none of its own', () => {
  const fetching = { AUTH_STRATEGY: 'jwt', TOKEN_ALGORITHM: 'ES256', JWKS_URL: 'http://127.0.0.1:1/jwks' };
  expect(readSettings({ ...environment, ...fetching }, ['jwt']).TOKEN_KEY).toBeUndefined();
});

const authorization = {
  REDIS_URL: environment.REDIS_URL,
  REFRESH_SECRET: 's'.repeat(32),
  INTROSPECTION_SECRET: 's'.repeat(32),
  ACCESS_TOKENS: 'opaque',
};

test.each([
  [{ REFRESH_SECRET: undefined }, 'REFRESH_SECRET: needed by the authorization server'],
  [{ INTROSPECTION_SECRET: 'short' }, 'INTROSPECTION_SECRET: at least 32 characters'],
  [{ ACCESS_TOKENS: 'jwt' }, 'TOKEN_KEY: needed by the authorization server'],
  [{ ACCESS_TOKENS: 'paper' }, 'ACCESS_TOKENS'],
  [{ REVOCATION_CHECK: 'not-before' }, 'REVOCATION_CHECK: opaque tokens take none'],
  [{ REFRESH_GRACE_MILLISECONDS: '-1' }, 'REFRESH_GRACE_MILLISECONDS'],
])('an authorization server with the setting %o is refused', (changes, message) => {
  expect(() => readAuthorizationSettings({ ...authorization, ...changes })).toThrow(message);
});

test.each([60, 300, 900, 3_600, 2_592_000])('access tokens can live for %d s', (life) => {
  const { TOKEN_LIFE_SECONDS } = readAuthorizationSettings({ ...authorization, TOKEN_LIFE_SECONDS: String(life) });
  expect(TOKEN_LIFE_SECONDS).toBe(life);
});

test('there is no grace for a used refresh token unless it is asked for', () => {
  expect(readAuthorizationSettings(authorization).REFRESH_GRACE_MILLISECONDS).toBe(0);
});
