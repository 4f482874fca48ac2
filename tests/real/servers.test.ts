// Real servers on a real Redis: what every strategy has to do, over several instances.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { strategyNames } from '../../bench/plan/strategies.ts';
import { issueCredentials, registerAccounts, revokeCredentials } from '../../bench/rig/admin.ts';
import type { Rig } from '../../bench/rig/rig.ts';
import type { IssuedCredential } from '../../servers/admin.ts';
import { ask, startInstances, testScope } from './rig.ts';

const scope = await testScope();
const revocable = strategyNames.filter((name) => !['none', 'jwt'].includes(name));
const account = { user: 'ada', password: 'correct horse' };
const headerOf = ({ header, value }: IssuedCredential) => ({ [header]: value });

describe.each(strategyNames)('%s', (strategy) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startInstances(scope, strategy, 3);
    await registerAccounts(rig, [account]);
  });
  afterAll(() => rig.stop());
  const statuses = async (credential: IssuedCredential) =>
    Promise.all(
      [0, 1, 2].map(async (instance) => (await ask(rig, instance, 'GET', '/me', headerOf(credential))).status),
    );
  const issue = async (user: string) => (await issueCredentials(rig, [user]))[0] as IssuedCredential;

  test('a credential issued by one instance is accepted by every other, for its user', async () => {
    const credential = await issue('grace');
    for (const instance of [0, 1, 2]) {
      expect(await ask(rig, instance, 'GET', '/me', headerOf(credential))).toMatchObject({
        status: 200,
        body: { user: 'grace' },
      });
    }
  });

  test('a request without a credential is refused', async () => {
    expect((await ask(rig, 0, 'GET', '/me')).status).toBe(401);
  });

  test('a wrong password is refused', async () => {
    expect((await ask(rig, 0, 'POST', '/login', {}, { ...account, password: 'wrong' })).status).toBe(401);
  });

  test('an unknown user is refused like a wrong password', async () => {
    const { status, body } = await ask(rig, 0, 'POST', '/login', {}, { ...account, user: 'nobody' });
    expect([status, body]).toEqual([401, { error: 'wrong user or password' }]);
  });

  test('a login that is too large or of another form is refused before any work', async () => {
    expect((await ask(rig, 0, 'POST', '/login', {}, { ...account, password: 'x'.repeat(20_000) })).status).toBe(413);
    expect((await ask(rig, 0, 'POST', '/login', {}, { user: 'a b', password: 'x' })).status).toBe(400);
  });

  test('the admin routes are closed without the secret of the run', async () => {
    for (const path of ['credentials', 'credential', 'revoke', 'accounts', 'counters']) {
      expect((await ask(rig, 0, 'POST', `/admin/${path}`, { 'x-admin-secret': 'guess' }, {})).status, path).toBe(401);
    }
  });

  test.runIf(revocable.includes(strategy))(
    'a credential revoked through one instance is refused by every other',
    async () => {
      const [kept, taken] = [await issue('grace'), await issue('grace')];
      await revokeCredentials(rig, [taken]);
      expect(await statuses(taken)).toEqual([401, 401, 401]);
      expect(await statuses(kept)).toEqual([200, 200, 200]);
    },
  );

  test.runIf(revocable.includes(strategy))('logging out takes back this credential only', async () => {
    const [kept, taken] = [await issue('joan'), await issue('joan')];
    expect(await ask(rig, 0, 'POST', '/logout', headerOf(taken))).toMatchObject({
      status: 200,
      body: { revoked: true },
    });
    expect(await statuses(taken)).toEqual([401, 401, 401]);
    expect(await statuses(kept)).toEqual([200, 200, 200]);
  });

  test.runIf(revocable.includes(strategy))(
    'logging out everywhere takes back all of a user, and of nobody else',
    async () => {
      const [one, two, other] = [await issue('mary'), await issue('mary'), await issue('emmy')];
      expect((await ask(rig, 1, 'POST', '/logout-everywhere', headerOf(one))).body).toEqual({ revoked: 2 });
      expect([await statuses(one), await statuses(two)]).toEqual([
        [401, 401, 401],
        [401, 401, 401],
      ]);
      expect(await statuses(other)).toEqual([200, 200, 200]);
    },
  );
});

describe.each(['session', 'session-native'])('the cookie of %s', (strategy) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startInstances(scope, strategy, 1);
    await registerAccounts(rig, [account]);
  });
  afterAll(() => rig.stop());
  const login = async (cookie?: string) => {
    const { headers } = await ask(rig, 0, 'POST', '/login', cookie ? { cookie } : {}, account);
    return headers.get('set-cookie') ?? '';
  };

  test('is out of reach of scripts and of cross-site posts', async () => {
    expect(await login()).toMatch(/HttpOnly/);
    expect(await login()).toMatch(/SameSite=Lax/);
  });

  test('is renewed at login, and the old session ends', async () => {
    const [before = ''] = (await login()).split(';');
    const [after = ''] = (await login(before)).split(';');
    expect(after).not.toBe(before);
    expect((await ask(rig, 0, 'GET', '/me', { cookie: before })).status).toBe(401);
    expect((await ask(rig, 0, 'GET', '/me', { cookie: after })).status).toBe(200);
  });

  test('does not take a session id that its client made up', async () => {
    const [cookie = ''] = (await login('sid=s%3Amade-up.signature')).split(';');
    expect(cookie).not.toContain('made-up');
    expect((await ask(rig, 0, 'GET', '/me', { cookie: 'sid=s%3Amade-up.signature' })).status).toBe(401);
  });
});

describe('jwt+redis-blocklist', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startInstances(scope, 'jwt+redis-blocklist', 1);
  });
  afterAll(() => rig.stop());

  test('an entry lives exactly as long as its token would have', async () => {
    const [credential] = (await issueCredentials(rig, ['ada'])) as [IssuedCredential];
    const { jti, exp } = JSON.parse(Buffer.from(credential.value.split('.')[1] ?? '', 'base64url').toString());
    await revokeCredentials(rig, [credential]);
    expect(await rig.redis?.client.expiretime(`${scope.redisPrefix}revoked:${jti}`)).toBe(exp);
  });
});

describe('without Redis', () => {
  test.each(['session', 'session-native', 'jwt+redis-blocklist'])('%s refuses with 503', async (strategy) => {
    const rig = await startInstances(scope, strategy, 1);
    const [credential] = (await issueCredentials(rig, ['ada'])) as [IssuedCredential];
    await rig.redis?.client.shutdown('NOSAVE').catch(() => {});
    const { status, body } = await ask(rig, 0, 'GET', '/me', headerOf(credential));
    expect([status, body]).toEqual([503, { error: 'service unavailable' }]);
    await rig.stop();
  });

  test('jwt goes on, for it asks nobody', async () => {
    const rig = await startInstances(scope, 'jwt', 1);
    const [credential] = (await issueCredentials(rig, ['ada'])) as [IssuedCredential];
    await rig.redis?.client.shutdown('NOSAVE').catch(() => {});
    expect((await ask(rig, 0, 'GET', '/me', headerOf(credential))).status).toBe(200);
    await rig.stop();
  });
});
