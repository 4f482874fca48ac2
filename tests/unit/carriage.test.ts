import { once } from 'node:events';
import fastifyCookie from '@fastify/cookie';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { findingsOf } from '../../bench/analyse/findings.ts';
import { carriage } from '../../bench/experiments/carriage.ts';
import type { Factors, HttpFacts } from '../../bench/record/facts.ts';
import { mostRoles, roleNames } from '../../servers/identity/roles.ts';
import { readSettings } from '../../servers/settings.ts';
import { carriageOf } from '../../servers/strategies/carriage.ts';
import { cookieHeader, largestCookie, tokenCookie } from '../../servers/strategies/cookie.ts';
import { trial } from './samples.ts';

const of = (factors: Factors, facts: Partial<HttpFacts>) => ({
  ...trial('', 0, facts),
  experiment: 'carriage',
  factors: { ...factors, instances: 1 },
});
const sentences = (...trials: ReturnType<typeof of>[]) => carriage.answer(findingsOf(trials, ['carriage']));
const inCookie = (roles: number) => ({ strategy: 'jwt', carriage: 'cookie', roles });

test('a byte of a request is a GB of a billion of them', () => {
  expect(sentences(of(inCookie(3), { requestBytes: 621_000 }))).toEqual([
    'With 3 roles a request has so many bytes of HTTP (and a billion of them as many GB): 621 with jwt in a cookie.',
  ]);
});

test('what the most roles cost is said beside the fewest, for Redis where it is asked', () => {
  const cpuSeconds = (servers: number, redis: number) => ({ cpuSeconds: { servers, redis, generator: 0 } });
  const session = (roles: number) => ({ strategy: 'session', carriage: 'cookie', roles });
  const all = sentences(
    of(inCookie(3), cpuSeconds(0.06, 0.001)),
    of(inCookie(100), cpuSeconds(0.09, 0.001)),
    of(session(3), cpuSeconds(0.07, 0.018)),
    of(session(100), cpuSeconds(0.08, 0.021)),
  );
  expect(all.slice(2)).toEqual([
    'With 100 roles in place of 3, a request with jwt in a cookie goes from 60.0 µs to 90.0 µs of server CPU.',
    'With 100 roles in place of 3, a request with session in a cookie goes from 70.0 µs to 80.0 µs of server CPU, and from 18.0 µs to 21.0 µs of Redis CPU.',
  ]);
});

test.each([
  [largestCookie, 'browsers keep it, for they take up to 4,096'],
  [largestCookie + 1, 'browsers drop it, for they keep up to 4,096'],
])('a cookie of %d bytes, name and value: %s', (bytes, verdict) => {
  const [, sentence] = sentences(of(inCookie(100), { credentialBytes: bytes + '='.length }));
  expect(sentence).toContain(verdict);
});

test('roles are distinct', () => {
  expect(new Set(roleNames(mostRoles)).size).toBe(mostRoles);
});

const environment = { REDIS_URL: 'redis://127.0.0.1:6379', SESSION_SECRET: 's'.repeat(32), TOKEN_KEY: '{}' };

test('a server warns of the first token that is no cookie for a browser, and issues it', async () => {
  const app = Fastify();
  const settings = readSettings({ ...environment, AUTH_STRATEGY: 'jwt', CARRIAGE: 'cookie' }, ['jwt']);
  const { hand } = await carriageOf(app, settings);
  const most = largestCookie - tokenCookie.name.length;
  app.get('/:length', async (request, reply) =>
    hand(reply, 'x'.repeat(Number((request.params as { length: string }).length))),
  );
  const warned = once(process, 'warning');
  for (const length of [most, most + 1, most + 2]) {
    const { cookies } = await app.inject(`/${length}`);
    expect(cookies[0]?.value).toHaveLength(length);
  }
  expect(await warned).toMatchObject([
    { code: 'COOKIE_TOO_LARGE', message: 'a token takes 4097 bytes as a cookie, and browsers drop any over 4096' },
  ]);
});

test.each([
  [{ AUTH_STRATEGY: 'session', CARRIAGE: 'cookie' }, 'CARRIAGE: only signed tokens have a choice, not session'],
  [{ AUTH_STRATEGY: 'jwt', CARRIAGE: 'query' }, 'CARRIAGE'],
  [{ AUTH_STRATEGY: 'jwt', CLAIM_ROLES: String(mostRoles + 1) }, 'CLAIM_ROLES'],
])('the setting %o is refused', (settings, message) => {
  expect(() => readSettings({ ...environment, ...settings }, ['session', 'jwt'])).toThrow(message);
});

test.each(['id.Ab+c/d=', 'of two; parts'])('a cookie that holds %s comes back as it was given', async (value) => {
  const app = Fastify();
  await app.register(fastifyCookie);
  app.get('/', async (_request, reply) => reply.setCookie('sid', value).send());
  const { headers } = await app.inject('/');
  expect(String(headers['set-cookie']).split('; ')[0]).toBe(cookieHeader(app, 'sid', value));
});
