// A login that is undone, or that fails, before its response has ended: nothing of it may work afterwards.
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { buildApp } from '../../servers/app.ts';
import { readSettings } from '../../servers/settings.ts';
import { sessionStrategies, testRedis, testScope } from './rig.ts';

const scope = await testScope();
const { server, redis } = await testRedis(scope);
const secret = 'a'.repeat(32);
const admin = { 'x-admin-secret': secret };

const pipeline = redis.pipeline.bind(redis);
afterEach(() => {
  redis.pipeline = pipeline;
});

/** Has something happen in place of the next pipeline, which notes who holds the session. */
function atNextNote(instead: (run: () => ReturnType<ReturnType<typeof pipeline>['exec']>) => Promise<unknown>) {
  redis.pipeline = ((...commands: Parameters<typeof pipeline>) => {
    redis.pipeline = pipeline;
    const batch = pipeline(...commands);
    const run = batch.exec.bind(batch);
    batch.exec = (() => instead(run)) as typeof batch.exec;
    return batch;
  }) as typeof redis.pipeline;
}

describe.each(sessionStrategies)('%s', (strategy) => {
  const environment = { REDIS_URL: server.url, AUTH_STRATEGY: strategy, SESSION_SECRET: secret, ADMIN_SECRET: secret };
  const app = buildApp(readSettings(environment, [strategy]), redis);
  afterAll(async () => (await app).close());
  const login = async () =>
    (await app).inject({ method: 'POST', url: '/admin/credential', headers: admin, payload: { user: 'ada' } });
  const endAll = async () =>
    (await app).inject({ method: 'POST', url: '/admin/revoke', headers: admin, payload: { user: 'ada' } });
  /** What the session of a reply is worth; a reply without a cookie gave none. */
  const statusWith = async ({ headers }: Awaited<ReturnType<typeof login>>) => {
    const [cookie] = [headers['set-cookie'] ?? []].flat();
    const [value = ''] = cookie?.split(';') ?? [];
    return (await (await app).inject({ url: '/me', headers: { cookie: value } })).statusCode;
  };

  test('a log-out-everywhere beside a login is not undone by the end of its response', async () => {
    atNextNote(async (run) => {
      const noted = await run();
      await endAll();
      return noted;
    });
    expect(await statusWith(await login())).toBe(401);
  });

  test('a login that could not be noted leaves no session that works', async () => {
    atNextNote(() => Promise.reject(new Error('Redis went away')));
    const reply = await login();
    expect([reply.statusCode >= 500, await statusWith(reply)]).toEqual([true, 401]);
  });

  test('a login that nothing disturbs works', async () => {
    expect(await statusWith(await login())).toBe(200);
  });
});
