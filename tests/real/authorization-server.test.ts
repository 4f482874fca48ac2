// The routes of a real authorization server on a real Redis: what each gives, and what it refuses.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Rig } from '../../bench/rig/rig.ts';
import { basic, clientOf, startAuthorizationServers } from './authorization.ts';
import { testScope } from './rig.ts';

const scope = await testScope();
const account = { user: 'ada', password: 'correct horse' };
const inactive = { active: false };

describe.each(['opaque', 'jwt', 'jwt+redis-blocklist'])('an authorization server for %s', (strategy) => {
  let rig: Rig;
  let client: ReturnType<typeof clientOf>;
  beforeAll(async () => {
    rig = await startAuthorizationServers(scope, { strategy, servers: 2 });
    client = clientOf(scope, rig);
    await client.admin('/admin/accounts', { accounts: [account] });
  });
  afterAll(() => rig.stop());

  test('gives a user with the right password an access token and a refresh token, not to be stored', async () => {
    const { status, body, headers } = await client.json('/login', account);
    expect(status).toBe(200);
    expect(body).toEqual({
      user: 'ada',
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: expect.any(String),
    });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('refuses a wrong password', async () => {
    expect((await client.json('/login', { ...account, password: 'wrong' })).status).toBe(401);
  });

  test('takes a refresh token for a new access token and the next refresh token, not to be stored', async () => {
    const { refreshToken } = await client.begin('grace');
    const { status, body, headers } = await client.refresh(refreshToken, 1);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900 });
    expect(body.refresh_token).not.toBe(refreshToken);
    expect(await client.introspect(body.access_token)).toMatchObject({ active: true, sub: 'grace' });
  });

  test.each([
    ['another grant', { grant_type: 'password', username: 'ada', password: 'x' }, 'unsupported_grant_type'],
    ['no grant type', { refresh_token: 'x' }, 'invalid_request'],
    ['no refresh token', { grant_type: 'refresh_token' }, 'invalid_request'],
    ['an empty refresh token', { grant_type: 'refresh_token', refresh_token: '' }, 'invalid_request'],
    ['a parameter twice', 'grant_type=refresh_token&refresh_token=x&refresh_token=y', 'invalid_request'],
    ['a refresh token that was made up', { grant_type: 'refresh_token', refresh_token: 'a.1.b' }, 'invalid_grant'],
  ])('refuses a token request with %s', async (_name, fields, error) => {
    const { status, body, headers } = await client.form('/token', fields);
    expect([status, body, headers.get('cache-control')]).toEqual([400, { error }, 'no-store']);
  });

  test('refuses a token request that is no form', async () => {
    const { status, body } = await client.json('/token', { grant_type: 'refresh_token', refresh_token: 'x' });
    expect([status, body]).toEqual([415, { error: 'invalid_request' }]);
  });

  test('refuses an access token in place of a refresh token', async () => {
    const { accessToken } = await client.begin();
    expect((await client.refresh(accessToken)).body).toEqual({ error: 'invalid_grant' });
  });

  test('ends the family of a used refresh token that comes again, wherever it comes', async () => {
    const { refreshToken } = await client.begin();
    const { body: second } = await client.refresh(refreshToken, 0);
    expect(await client.refresh(refreshToken, 1)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await client.refresh(second.refresh_token, 0)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    });
  });

  test('tells whoever may ask that an access token is active, and whose it is', async () => {
    const { accessToken } = await client.begin('grace');
    const { iat, ...told } = await client.introspect(accessToken, 1);
    expect(told).toEqual({
      active: true,
      sub: 'grace',
      exp: expect.any(Number),
      client_id: 'auth-bench-client',
      token_type: 'Bearer',
      iss: 'https://issuer.auth-bench.test',
      aud: 'https://api.auth-bench.test',
    });
    expect(typeof iat).toBe(strategy === 'opaque' ? 'undefined' : 'number');
  });

  test('tells nothing of a refresh token or of what was made up but that it is not active', async () => {
    const { accessToken, refreshToken } = await client.begin();
    for (const token of [refreshToken, 'made-up', `${accessToken}x`, 'eyJhbGciOiJub25lIn0.e30.']) {
      expect(await client.introspect(token), token).toEqual(inactive);
    }
  });

  test.each([
    ['without credentials', ''],
    ['with another secret', basic('auth-bench-api', 'x'.repeat(32))],
    ['with another name', basic('somebody', scope.introspectionSecret)],
    ['with a bearer token', `Bearer ${scope.introspectionSecret}`],
  ])('tells nothing to a caller %s', async (_name, authorization) => {
    const { accessToken } = await client.begin();
    const { status, body, headers } = await client.form('/introspect', { token: accessToken }, 0, authorization);
    expect([status, body]).toEqual([401, { error: 'invalid_client' }]);
    expect(headers.get('www-authenticate')).toMatch(/^Basic /);
  });

  test('refuses to introspect and to revoke without a token', async () => {
    const caller = basic('auth-bench-api', scope.introspectionSecret);
    for (const path of ['/introspect', '/revoke']) {
      const { status, body } = await client.form(path, {}, 0, caller);
      expect([status, body], path).toEqual([400, { error: 'invalid_request' }]);
    }
  });

  test('ends the family of a refresh token that is revoked', async () => {
    const { refreshToken } = await client.begin();
    expect((await client.form('/revoke', { token: refreshToken }, 1)).status).toBe(200);
    expect((await client.refresh(refreshToken)).body).toEqual({ error: 'invalid_grant' });
  });

  test('revokes what it never gave out without a word', async () => {
    expect((await client.form('/revoke', { token: 'made-up' })).status).toBe(200);
  });

  test('closes its admin routes to whoever does not know the secret of the run', async () => {
    const routes = ['credentials', 'credential', 'revoke', 'accounts'];
    for (const route of [...routes, ...(strategy === 'opaque' ? [] : ['rotate-key'])]) {
      expect((await client.json(`/admin/${route}`, {}, { 'x-admin-secret': 'guess' })).status, route).toBe(401);
    }
  });

  test('has no key to publish', async () => {
    expect(await client.jwks()).toEqual([]);
  });

  test.runIf(strategy === 'jwt')(
    'says of an access token that it cannot end that it cannot, and not that it did',
    async () => {
      const { accessToken } = await client.begin();
      const { status, body } = await client.form('/revoke', { token: accessToken });
      expect([status, body]).toEqual([400, { error: 'unsupported_token_type' }]);
      expect(await client.introspect(accessToken)).toMatchObject({ active: true });
    },
  );

  test.runIf(strategy !== 'jwt')('takes an access token that has ended already for revoked', async () => {
    const { accessToken } = await client.begin();
    for (const server of [0, 1])
      expect((await client.form('/revoke', { token: accessToken }, server)).status).toBe(200);
  });

  test.each(['/revoke', '/introspect'])(
    '%s ignores a parameter that it does not know, also an empty one',
    async (path) => {
      const caller = basic('auth-bench-api', scope.introspectionSecret);
      expect((await client.form(path, { token: 'made-up', refresh_token: '' }, 0, caller)).status).toBe(200);
    },
  );

  test('ends the grant of an access token that is revoked, and the token where it can', async () => {
    const { accessToken, refreshToken } = await client.begin();
    await client.form('/revoke', { token: accessToken }, 1);
    if (strategy !== 'jwt') expect(await client.introspect(accessToken)).toEqual(inactive);
    expect((await client.refresh(refreshToken)).status).toBe(400);
  });

  test.runIf(strategy !== 'jwt')(
    'ends the access tokens of a grant whose refresh token is revoked, and of no other',
    async () => {
      const [ended, other] = [await client.begin(), await client.begin()];
      const { body: later } = await client.refresh(ended.refreshToken);
      await client.form('/revoke', { token: String(later.refresh_token) }, 1);
      expect(await client.introspect(ended.accessToken)).toEqual(inactive);
      expect(await client.introspect(later.access_token)).toEqual(inactive);
      expect(await client.introspect(other.accessToken)).toMatchObject({ active: true });
    },
  );

  test('of two processes that get the same refresh token at once, neither leaves anything that works', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { refreshToken } = await client.begin();
      const answers = await Promise.all([client.refresh(refreshToken, 0), client.refresh(refreshToken, 1)]);
      const given = answers.filter(({ status }) => status === 200).map(({ body }) => body);
      expect(given.length).toBeLessThanOrEqual(1);
      for (const { access_token, refresh_token } of given) {
        expect((await client.refresh(refresh_token)).body).toEqual({ error: 'invalid_grant' });
        if (strategy !== 'jwt') expect(await client.introspect(access_token)).toEqual(inactive);
      }
    }
  });
});

test('within the grace period two tabs get the same next refresh token from two processes, and go on', async () => {
  const settings = { REFRESH_GRACE_MILLISECONDS: '60000' };
  const rig = await startAuthorizationServers(scope, { strategy: 'opaque', servers: 2, settings });
  const client = clientOf(scope, rig);
  const { refreshToken } = await client.begin();
  const [one, other] = await Promise.all([client.refresh(refreshToken, 0), client.refresh(refreshToken, 1)]);
  expect([one.status, other.status]).toEqual([200, 200]);
  expect(one.body.refresh_token).toBe(other.body.refresh_token);
  expect(await client.introspect(one.body.access_token)).toMatchObject({ active: true });
  expect(await client.introspect(other.body.access_token)).toMatchObject({ active: true });
  expect((await client.refresh(one.body.refresh_token)).status).toBe(200);
  await rig.stop();
});

test.each(['opaque', 'jwt'])('a token for %s is good for as long as it was said to be: 30 days', async (strategy) => {
  const settings = { TOKEN_LIFE_SECONDS: '2592000' };
  const rig = await startAuthorizationServers(scope, { strategy, settings });
  const client = clientOf(scope, rig);
  const before = Math.floor(Date.now() / 1000);
  const { body } = await client.admin('/admin/credential', { user: 'ada' });
  expect(body.expires_in).toBe(2_592_000);
  expect((await client.introspect(body.access_token)).exp).toBeGreaterThanOrEqual(before + 2_592_000);
  await rig.stop();
});

test('an access token and its family end when they were said to, with nobody doing anything', async () => {
  const settings = { TOKEN_LIFE_SECONDS: '1', REFRESH_LIFE_SECONDS: '1' };
  const rig = await startAuthorizationServers(scope, { strategy: 'opaque', settings });
  const client = clientOf(scope, rig);
  const { accessToken, refreshToken } = await client.begin();
  await vi.waitFor(async () => expect(await client.introspect(accessToken)).toEqual(inactive), { timeout: 5_000 });
  // What was not asked for meanwhile: to ask would have rotated it.
  await vi.waitFor(async () => expect(await rig.redis?.client.keys('*family:*')).toEqual([]), { timeout: 5_000 });
  expect((await client.refresh(refreshToken)).body).toEqual({ error: 'invalid_grant' });
  await rig.stop();
});

test('without Redis it says that it cannot tell now, and never that a token is not active', async () => {
  const rig = await startAuthorizationServers(scope, { strategy: 'opaque' });
  const client = clientOf(scope, rig);
  const { accessToken, refreshToken } = await client.begin();
  await rig.redis?.client.shutdown('NOSAVE').catch(() => {});
  const caller = basic('auth-bench-api', scope.introspectionSecret);
  const unavailable = { status: 503, body: { error: 'temporarily_unavailable' } };
  expect(await client.form('/introspect', { token: accessToken }, 0, caller)).toMatchObject(unavailable);
  expect(await client.refresh(refreshToken)).toMatchObject(unavailable);
  await rig.stop();
});
