// What an instance that keeps sessions does about those that it has ended itself.
import { afterAll, expect, test } from 'vitest';
import { buildApp } from '../../servers/app.ts';
import { readSettings } from '../../servers/settings.ts';
import { connectRedis } from '../../servers/store/redis.ts';
import { openForgetfulLink } from './forgetful-link.ts';
import { testRedis, testScope } from './rig.ts';

const scope = await testScope();
const { server } = await testRedis(scope);
const link = await openForgetfulLink(server.url);
const redis = await connectRedis(link.url);
const secret = 'a'.repeat(32);
const headers = { 'x-admin-secret': secret };
const environment = {
  REDIS_URL: link.url,
  AUTH_STRATEGY: 'session-cached',
  SESSION_SECRET: secret,
  ADMIN_SECRET: secret,
};
const app = await buildApp(readSettings(environment, ['session-cached']), redis);
afterAll(async () => {
  await app.close();
  redis.disconnect();
  await link.stop();
});

/** The connection that is told of changes goes without a word: it takes a while until that is noticed. */
async function silence() {
  const told = async () =>
    /^id=(\d+).* flags=P /m.exec(String(await server.client.client('LIST', 'TYPE', 'PUBSUB')))?.[1] ?? null;
  await expect.poll(told, { timeout: 5_000 }).not.toBeNull();
  await server.client.client('KILL', 'ID', String(await told()));
}

test.each([
  ['it', (cookie: string) => ({ credentials: [cookie] })],
  ['all that its user holds', () => ({ user: 'ada' })],
] as const)(
  'when %s is ended here, a session is refused here at once, also while no change is heard of',
  async (_what, of) => {
    const login = await app.inject({ method: 'POST', url: '/admin/credential', headers, payload: { user: 'ada' } });
    const cookie = String([login.headers['set-cookie']].flat()[0]).split(';')[0] as string;
    const status = async () => (await app.inject({ url: '/me', headers: { cookie } })).statusCode;
    await expect.poll(status, { timeout: 5_000 }).toBe(200);
    await status();
    await silence();
    await app.inject({ method: 'POST', url: '/admin/revoke', headers, payload: of(cookie) });
    expect(await status()).toBe(401);
  },
);
