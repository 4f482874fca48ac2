import { once } from 'node:events';
import fastifyCookie from '@fastify/cookie';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { carriage } from '../../bench/experiments/carriage.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import type { Finding } from '../../bench/record/report.ts';
import { mostRoles, roleNames } from '../../servers/identity/roles.ts';
import { readSettings } from '../../servers/settings.ts';
import { carriageOf } from '../../servers/strategies/carriage.ts';
import { cookieHeader, largestCookie, tokenCookie } from '../../servers/strategies/cookie.ts';
import { blockOf, sliceFacts } from './samples.ts';

/** A block of so many roles: its baseline at 100 µs, and lanes. */
const block = (roles: number, ...lanes: Parameters<typeof blockOf>[2]) =>
  blockOf('carriage', { roles }, [[{ strategy: 'none' }, { servers: 100_000 }], ...lanes]);
const derived = (...trials: TrialObservation[]) => carriage.derive?.(trials, []) as Finding[];
const sentences = (...trials: TrialObservation[]) => carriage.answer(derived(...trials), []);
const jwt = { strategy: 'jwt', alg: 'HS256', carriage: 'cookie' };
const session = { strategy: 'session', carriage: 'cookie' };

test('carriage: the baseline and the controls of a block are no findings', () => {
  const control = { strategy: 'none', control: 'a/a' };
  const found = derived(block(3, [control, { servers: 100_000 }], [jwt, { servers: 140_000 }]));
  expect(found.map(({ factors }) => factors)).toEqual([{ ...jwt, roles: 3 }]);
});

test('carriage: a byte of a request is a GB of a billion of them', () => {
  const facts = sliceFacts({ servers: 140_000 }, { requests: 1_000, requestBytes: 621_000 });
  expect(sentences(block(3, [jwt, facts]))).toEqual([
    'Bytes of a request that carries 3 roles (GB of a billion requests): 621 with jwt in a cookie.',
  ]);
});

test('carriage: what the most roles add is told beside the fewest', () => {
  const all = sentences(
    block(3, [jwt, { servers: 140_000 }], [session, { servers: 170_000, redis: 18_000 }]),
    block(100, [jwt, { servers: 170_000 }], [session, { servers: 180_000, redis: 21_000 }]),
  );
  expect(all.slice(2)).toEqual([
    expect.stringMatching(/^jwt in a cookie adds 40 µs \(±\d+\) of CPU with 3 roles and 70 µs \(±\d+\) with 100\.$/),
    expect.stringMatching(
      /^session in a cookie adds 88 µs \(±\d+\) of CPU with 3 roles and 101 µs \(±\d+\) with 100\.$/,
    ),
  ]);
});

test.each([
  [largestCookie, 'browsers keep it: they take up to 4,096'],
  [largestCookie + 1, 'browsers drop it: they keep up to 4,096'],
])('a cookie of %d bytes, name and value: %s', (bytes, verdict) => {
  const facts = sliceFacts({ servers: 140_000 }, { credentialBytes: bytes + '='.length });
  const [, sentence] = sentences(block(100, [jwt, facts]));
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
