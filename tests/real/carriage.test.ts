// Where the client keeps a signed token, and the roles that a credential tells of.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { strategyNames } from '../../bench/plan/strategies.ts';
import { issueCredentials, registerAccounts, revokeCredentials } from '../../bench/rig/admin.ts';
import type { Rig } from '../../bench/rig/rig.ts';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { roleNames } from '../../servers/identity/roles.ts';
import { sessionKey } from '../../servers/store/sessions.ts';
import { ask, startInstances, testScope } from './rig.ts';

const scope = await testScope();
const account = { user: 'ada', password: 'correct horse' };
const issue = async (rig: Rig) => (await issueCredentials(rig, [account.user]))[0] as IssuedCredential;

describe.each(['jwt', 'jwt-cached'])('%s in a cookie', (strategy) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startInstances(scope, `${strategy}+redis-blocklist`, 1, { CARRIAGE: 'cookie' });
    await registerAccounts(rig, [account]);
  });
  afterAll(() => rig.stop());
  const me = async (headers: Record<string, string>) => (await ask(rig, 0, 'GET', '/me', headers)).status;

  test('is out of reach of scripts and of cross-site posts, and not told in the answer', async () => {
    const { headers, body } = await ask(rig, 0, 'POST', '/login', {}, account);
    expect(headers.get('set-cookie')).toMatch(/^access_token=ey\S+; Max-Age=900; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(body).toEqual({ user: account.user, expires_in: 900 });
  });

  test('is accepted beside other cookies', async () => {
    expect(await me({ cookie: `theme=dark; ${(await issue(rig)).value}; sid=x` })).toBe(200);
  });

  test('is not looked for in the Authorization header', async () => {
    const token = (await issue(rig)).value.replace('access_token=', '');
    expect(await me({ authorization: `Bearer ${token}` })).toBe(401);
  });

  test('can be taken back', async () => {
    const credential = await issue(rig);
    expect(await revokeCredentials(rig, [credential])).toBe(1);
    expect(await me({ cookie: credential.value })).toBe(401);
  });
});

test('a token that is kept for the header is not looked for in a cookie', async () => {
  const rig = await startInstances(scope, 'jwt', 1);
  const cookie = (await issue(rig)).value.replace('Bearer ', 'access_token=');
  expect((await ask(rig, 0, 'GET', '/me', { cookie })).status).toBe(401);
  await rig.stop();
});

test('a token tells of the roles of its user', async () => {
  const rig = await startInstances(scope, 'jwt', 1, { CLAIM_ROLES: '20' });
  const [, claims = ''] = (await issue(rig)).value.split('.');
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString()).roles).toEqual(roleNames(20));
  await rig.stop();
});

test.each(strategyNames.filter((name) => name.startsWith('session')))(
  '%s keeps the roles in Redis',
  async (strategy) => {
    const rig = await startInstances(scope, strategy, 1, { CLAIM_ROLES: '20' });
    const { header, value } = await issue(rig);
    const [key = ''] = (await rig.redis?.client.keys(sessionKey(rig.redis.prefix, '*'))) ?? [];
    expect(JSON.parse((await rig.redis?.client.get(key)) ?? '').roles).toEqual(roleNames(20));
    expect((await ask(rig, 0, 'GET', '/me', { [header]: value })).status).toBe(200);
    await rig.stop();
  },
);
