// Real servers on a real Redis: what every strategy has to do, over several instances.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { shortMemory, tryToGetIn } from '../../bench/load/refusals.ts';
import { combinationOf, isRevocable, strategyNames, takesBack } from '../../bench/plan/strategies.ts';
import { issueCredentials, registerAccounts, revokeCredentials } from '../../bench/rig/admin.ts';
import { type Rig, startRig } from '../../bench/rig/rig.ts';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { revocationChecks } from '../../servers/revocation/index.ts';
import { clockSkew } from '../../servers/store/clock-skew.ts';
import { algorithms } from '../../servers/tokens/algorithms.ts';
import { ask, sessionStrategies, startInstances, testScope } from './rig.ts';

const scope = await testScope();
const account = { user: 'ada', password: 'correct horse' };
const challenge = 'Bearer realm="auth-bench"';
const headerOf = ({ header, value }: IssuedCredential) => ({ [header]: value });
const claimsOf = ({ value }: IssuedCredential) =>
  JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString()) as { jti: string; exp: number };

/** The checks that can be told to do this when they cannot tell. */
const revocationChecksOf = (whenUnsure: 'ask' | 'accept') =>
  Object.entries(revocationChecks).flatMap(([name, entry]) =>
    (entry.whenUnsure as readonly string[]).includes(whenUnsure) ? [name] : [],
  );

describe.each(strategyNames)('%s', (strategy) => {
  const takesOne = takesBack(strategy) === 'credential';
  let rig: Rig;
  beforeAll(async () => {
    rig = await startInstances(scope, strategy, 2, shortMemory);
    await registerAccounts(rig, [account]);
  });
  afterAll(() => rig.stop());
  const statuses = async (credential: IssuedCredential) =>
    Promise.all([0, 1].map(async (instance) => (await ask(rig, instance, 'GET', '/me', headerOf(credential))).status));
  /** An instance that keeps a copy hears of a revoke a moment later, or asks again; how long that is, the bench measures. */
  const refusedEverywhere = (credential: IssuedCredential) =>
    vi.waitFor(async () => expect(await statuses(credential)).toEqual([401, 401]), {
      timeout: 5_000,
      interval: 5,
    });
  const issue = async (user: string) => (await issueCredentials(rig, [user]))[0] as IssuedCredential;

  test('every negative case is rejected, and the valid credential is accepted before and after it', async () => {
    expect(await tryToGetIn(rig, scope)).toMatchObject({ wrong: [], falseAccepts: 0, falseRejects: 0, errors: 0 });
  });

  test('a credential issued by one instance is accepted by every other, for its user', async () => {
    const credential = await issue('grace');
    for (const instance of [0, 1]) {
      expect(await ask(rig, instance, 'GET', '/me', headerOf(credential))).toMatchObject({
        status: 200,
        body: { user: 'grace' },
      });
    }
  });

  test('a request without a credential is refused, and no word is said of a token', async () => {
    const { status, headers } = await ask(rig, 0, 'GET', '/me');
    expect([status, headers.get('www-authenticate')]).toEqual([401, challenge]);
  });

  test('a token that nobody issued is refused as a token', async () => {
    const { status, headers } = await ask(rig, 0, 'GET', '/me', { authorization: 'Bearer made-up' });
    expect([status, headers.get('www-authenticate')]).toEqual([401, `${challenge}, error="invalid_token"`]);
  });

  test('a wrong password is refused, and no word is said of a token', async () => {
    const { status, headers } = await ask(rig, 0, 'POST', '/login', {}, { ...account, password: 'wrong' });
    expect([status, headers.get('www-authenticate')]).toEqual([401, challenge]);
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
    const ofCheck = combinationOf(strategy).check === 'none' ? [] : ['revoke-unheld', 'revocations'];
    for (const path of ['credentials', 'credential', 'revoke', 'accounts', 'memory', ...ofCheck]) {
      expect((await ask(rig, 0, 'POST', `/admin/${path}`, { 'x-admin-secret': 'guess' }, {})).status, path).toBe(401);
    }
  });

  test('an admin request of another form gets status 400 before any work', async () => {
    for (const path of ['accounts', 'credential', 'credentials', 'revoke'])
      for (const body of [{}, { users: {}, user: {}, accounts: {}, credentials: {} }]) {
        const { status } = await ask(rig, 0, 'POST', `/admin/${path}`, { 'x-admin-secret': scope.adminSecret }, body);
        expect(status, path).toBe(400);
      }
  });

  test('what a login hands out is stored nowhere on the way', async () => {
    const { status, headers } = await ask(rig, 0, 'POST', '/login', {}, account);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  });

  test.runIf(isRevocable(strategy))('a credential revoked through one instance is refused by every other', async () => {
    const [kept, taken] = [await issue('grace'), await issue(takesOne ? 'grace' : 'hedy')];
    await statuses(taken);
    await revokeCredentials(rig, [taken]);
    await refusedEverywhere(taken);
    expect(await statuses(kept)).toEqual([200, 200]);
  });

  test.runIf(takesOne)('logging out takes back this credential only', async () => {
    const [kept, taken] = [await issue('joan'), await issue('joan')];
    expect(await ask(rig, 0, 'POST', '/logout', headerOf(taken))).toMatchObject({
      status: 200,
      body: { revoked: true },
    });
    await refusedEverywhere(taken);
    expect(await statuses(kept)).toEqual([200, 200]);
  });

  test.runIf(isRevocable(strategy))('logging out everywhere takes back all of a user, and of nobody else', async () => {
    const [one, two, other] = [await issue('ruth'), await issue('ruth'), await issue('emmy')];
    const { status, body } = await ask(rig, 1, 'POST', '/logout-everywhere', headerOf(one));
    expect([status, body]).toEqual([200, { revoked: takesOne ? 2 : true }]);
    await refusedEverywhere(one);
    await refusedEverywhere(two);
    expect(await statuses(other)).toEqual([200, 200]);
  });

  test.runIf(!isRevocable(strategy))('whoever cannot be logged out everywhere is told so', async () => {
    const credential = await issue('mary');
    const { status, body } = await ask(rig, 1, 'POST', '/logout-everywhere', headerOf(credential));
    expect([status, body]).toEqual([200, { revoked: false }]);
    expect(await statuses(credential)).toEqual([200, 200]);
  });

  test.runIf(isRevocable(strategy))('who has logged out everywhere can log in again at once', async () => {
    await ask(rig, 0, 'POST', '/logout-everywhere', headerOf(await issue('lise')));
    expect(await statuses(await issue('lise'))).toEqual([200, 200]);
  });
});

describe.each(sessionStrategies)('the cookie of %s', (strategy) => {
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

  test('goes on when what is put off to the end of a response fails', async () => {
    const [credential] = await issueCredentials(rig, ['eve']);
    const header = headerOf(credential as IssuedCredential);
    await rig.redis?.client.call('ACL', 'SETUSER', 'default', '-expire');
    const refused = await ask(rig, 0, 'GET', '/me', header);
    await rig.redis?.client.call('ACL', 'SETUSER', 'default', '+expire');
    expect(refused.status).toBe(200);
    expect((await ask(rig, 0, 'GET', '/me', header)).status).toBe(200);
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

  test('an entry outlives its token by as much as clocks may differ', async () => {
    const [credential] = (await issueCredentials(rig, ['ada'])) as [IssuedCredential];
    const { jti, exp } = claimsOf(credential);
    await revokeCredentials(rig, [credential]);
    expect(await rig.redis?.client.expiretime(`${scope.redisPrefix}revoked:${jti}`)).toBe(exp + clockSkew);
  });
});

describe.each(['jwt', 'jwt-cached'])('%s', (strategy) => {
  test('a token is refused from its `exp` on, also by an instance that remembers it', async () => {
    const rig = await startInstances(scope, strategy, 1, { TOKEN_LIFE_SECONDS: '1' });
    const [credential] = (await issueCredentials(rig, ['ada'])) as [IssuedCredential];
    const { exp } = claimsOf(credential);
    const asked = async () => [(await ask(rig, 0, 'GET', '/me', headerOf(credential))).status, Date.now()] as const;
    const [status, at] = await vi.waitUntil(
      async () => {
        const answer = await asked();
        return answer[0] === 401 && answer;
      },
      { timeout: 5_000, interval: 5 },
    );
    expect([status, at >= exp * 1_000]).toEqual([401, true]);
    await rig.stop();
  });
});

test.runIf(algorithms.includes('ML-DSA-44'))('a token of ML-DSA-44 passes through the balancer', async () => {
  const order = { strategy: 'jwt', algorithm: 'ML-DSA-44', instances: 1, balancer: 'haproxy' } as const;
  const rig = await startRig(scope, order, null);
  const [credential] = (await issueCredentials(rig, ['ada'])) as [IssuedCredential];
  expect(credential.value.length).toBeGreaterThan(3_200);
  const response = await fetch(`${rig.entries[0]?.[0]}/me`, { headers: headerOf(credential) });
  expect([response.status, await response.json()]).toEqual([200, { user: 'ada' }]);
  await rig.stop();
});

describe('without Redis', () => {
  /** What the holder of a credential that was in use is told once Redis has gone: at once, or with a status that comes in time. */
  async function answerWithout(strategy: string, settings: Record<string, string> = {}, inTime?: number) {
    const rig = await startInstances(scope, strategy, 1, settings);
    const [credential] = (await issueCredentials(rig, ['ada'])) as [IssuedCredential];
    const me = () => ask(rig, 0, 'GET', '/me', headerOf(credential));
    expect((await me()).status).toBe(200);
    await rig.redis?.client.shutdown('NOSAVE').catch(() => {});
    // It hears of it when its connections close: a login needs one.
    await vi.waitFor(async () => expect((await ask(rig, 0, 'POST', '/login', {}, account)).status).toBe(503));
    const answer = async () => {
      const { status, body } = await me();
      return (inTime === undefined || status === inTime) && [status, body];
    };
    const told = await vi.waitUntil(answer, { timeout: 5_000, interval: 5 });
    await rig.stop();
    return told;
  }
  const refused = [503, { error: 'service unavailable' }];
  const accepted = [200, { user: 'ada' }];

  const remembering = 'opaque-cached';
  const asking = strategyNames.filter((strategy) => isRevocable(strategy) && strategy !== remembering);
  test.each(asking)('%s refuses with 503', async (strategy) => {
    expect(await answerWithout(strategy)).toEqual(refused);
  });

  test(`${remembering} goes on for the time that it remembers an answer`, async () => {
    expect(await answerWithout(remembering, { INTROSPECTION_CACHE_SECONDS: '3600' })).toEqual(accepted);
  });

  test(`${remembering} refuses with 503 when that is over`, async () => {
    expect(await answerWithout(remembering, shortMemory, 503)).toEqual(refused);
  });

  test.each(revocationChecksOf('accept'))('jwt-cached+%s accepts where it is told to', async (check) => {
    expect(await answerWithout(`jwt-cached+${check}`, { REVOCATION_WHEN_UNSURE: 'accept' })).toEqual(accepted);
  });

  test.each(revocationChecksOf('ask'))('jwt-cached+%s has nobody to ask', async (check) => {
    expect(await answerWithout(`jwt-cached+${check}`, { REVOCATION_WHEN_UNSURE: 'ask' })).toEqual(refused);
  });

  test('jwt goes on, for it asks nobody', async () => {
    expect(await answerWithout('jwt')).toEqual(accepted);
  });
});
