// What an instance remembers of a credential answers for no other, also where all are found by the same number.
import { afterAll, expect, test, vi } from 'vitest';
import { readSettings } from '../../servers/settings.ts';
import { generateKey } from '../../servers/tokens/keys.ts';
import { testRedis, testScope } from './rig.ts';

const hash = vi.fn(() => 7);
vi.resetModules();
vi.doMock(import('../../servers/suffix-hash.ts'), () => ({ suffixHash: hash }));
const { buildApp } = await import('../../servers/app.ts');
afterAll(() => {
  vi.doUnmock(import('../../servers/suffix-hash.ts'));
  vi.resetModules();
});

const scope = await testScope();
const { server, redis } = await testRedis(scope);
const secret = 'a'.repeat(32);
const key = JSON.stringify(await generateKey('HS256'));
const environment = { REDIS_URL: server.url, SESSION_SECRET: secret, ADMIN_SECRET: secret, TOKEN_KEY: key };

test.each([
  ['session-cached', 'none'],
  ['jwt-cached', 'replicated-blocklist'],
] as const)('%s with check %s tells callers apart, and takes back the one that is meant', async (strategy, check) => {
  const settings = readSettings({ ...environment, AUTH_STRATEGY: strategy, REVOCATION_CHECK: check }, [strategy]);
  const app = await buildApp(settings, redis);
  afterAll(() => app.close());
  const admin = { method: 'POST', headers: { 'x-admin-secret': secret } } as const;
  const holding = async (user: string) => {
    const login = await app.inject({ ...admin, url: '/admin/credential', payload: { user } });
    const [cookie] = [login.headers['set-cookie']].flat().map((text) => String(text).split(';')[0] as string);
    const credential = strategy === 'jwt-cached' ? `Bearer ${login.json().access_token}` : (cookie as string);
    const headers = strategy === 'jwt-cached' ? { authorization: credential } : { cookie: credential };
    const me = async () => {
      const answer = await app.inject({ url: '/me', headers });
      return answer.statusCode === 200 ? answer.json().user : answer.statusCode;
    };
    return { credential, me };
  };
  const [ada, bob] = [await holding('ada'), await holding('bob')];
  for (let time = 0; time < 3; time += 1) expect([await ada.me(), await bob.me()]).toEqual(['ada', 'bob']);
  await app.inject({ ...admin, url: '/admin/revoke', payload: { credentials: [ada.credential] } });
  for (let time = 0; time < 3; time += 1) expect([await ada.me(), await bob.me()]).toEqual([401, 'bob']);
  expect(hash).toHaveBeenCalled();
});
