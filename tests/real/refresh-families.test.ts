// Refresh tokens over a real Redis: each is good once, whoever presents it and wherever.
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { startRedis, type TrialRedis } from '../../bench/rig/redis.ts';
import { connectRedis } from '../../servers/store/redis.ts';
import { createRefreshFamilies } from '../../servers/tokens/refresh-families.ts';
import { testScope } from './rig.ts';

const scope = await testScope();
let server: TrialRedis;
let connections: Redis[] = [];
beforeAll(async () => {
  server = await startRedis(scope, null);
  connections = [await connectRedis(server.url), await connectRedis(server.url)];
});
afterAll(async () => {
  for (const redis of connections) redis.disconnect();
  await server.stop();
});

afterEach(() => vi.restoreAllMocks());

const settings = { prefix: 'test:', secret: 's'.repeat(32), lifeSeconds: 60, graceMilliseconds: 0 };
const families = (instance = 0, changes: Partial<typeof settings> = {}) =>
  createRefreshFamilies(connections[instance] as Redis, { ...settings, ...changes });

/** The refresh token that one is exchanged for; the exchange has to succeed. */
async function next(token: string, of = families()): Promise<string> {
  const result = await of.refresh(token);
  expect(result.outcome).toBe('refreshed');
  return result.outcome === 'refreshed' ? result.refreshToken : '';
}

test('a refresh token is exchanged for another, for its user', async () => {
  const { refreshToken } = await families().begin('ada');
  const result = await families(1).refresh(refreshToken);
  expect(result).toMatchObject({ outcome: 'refreshed', user: 'ada' });
  expect(result).not.toMatchObject({ refreshToken });
});

test('a used one that comes again ends its whole family', async () => {
  const { refreshToken: first, family } = await families().begin('ada');
  const second = await next(first);
  expect(await families(1).refresh(first)).toEqual({ outcome: 'reused', user: 'ada', family });
  expect(await families().refresh(second)).toEqual({ outcome: 'ended', user: 'ada', family });
});

test('of two instances that get the same one at once, one takes it, and the family ends', async () => {
  const { refreshToken } = await families().begin('ada');
  const results = await Promise.all([families(0).refresh(refreshToken), families(1).refresh(refreshToken)]);
  expect(results.map(({ outcome }) => outcome).sort()).toEqual(['refreshed', 'reused']);
  const taken = results.find((result) => result.outcome === 'refreshed');
  expect(await families().refresh(taken?.outcome === 'refreshed' ? taken.refreshToken : '')).toMatchObject({
    outcome: 'ended',
  });
});

test('within the grace period two tabs get the same next token, and go on', async () => {
  const patient = { graceMilliseconds: 60_000 };
  const { refreshToken: first } = await families().begin('ada');
  const [one, other] = await Promise.all([next(first, families(0, patient)), next(first, families(1, patient))]);
  expect(one).toBe(other);
  await next(one, families(0, patient));
});

test('the grace period admits the immediate predecessor only', async () => {
  const patient = families(0, { graceMilliseconds: 60_000 });
  const { refreshToken: first } = await patient.begin('ada');
  const third = await next(await next(first, patient), patient);
  expect(await patient.refresh(first)).toMatchObject({ outcome: 'reused' });
  expect(await patient.refresh(third)).toMatchObject({ outcome: 'ended' });
});

test('an instance whose clock is behind admits no predecessor', async () => {
  const { refreshToken } = await families(0).begin('ada');
  await next(refreshToken, families(0));
  const real = Date.now();
  vi.spyOn(Date, 'now').mockReturnValue(real - 5_000);
  expect(await families(1).refresh(refreshToken)).toMatchObject({ outcome: 'reused' });
});

test('an instance whose clock is ahead gives the same grace', async () => {
  const patient = { graceMilliseconds: 60_000 };
  const { refreshToken } = await families(0, patient).begin('ada');
  await next(refreshToken, families(0, patient));
  const real = Date.now();
  vi.spyOn(Date, 'now').mockReturnValue(real + 120_000);
  expect(await families(1, patient).refresh(refreshToken)).toMatchObject({ outcome: 'refreshed' });
});

test('a rotation that a clock set back puts into the future admits no predecessor', async () => {
  const { refreshToken, family } = await families().begin('ada');
  await next(refreshToken);
  await server.client.hset(`test:family:${family}`, 'rotatedAt', Date.now() + 60_000);
  expect(await families().refresh(refreshToken)).toMatchObject({ outcome: 'reused' });
});

test('one that was made up, or changed, ends nothing', async () => {
  const { refreshToken } = await families().begin('ada');
  const [family] = refreshToken.split('.');
  for (const token of [
    '',
    'x',
    `${family}.2.${'A'.repeat(43)}`,
    `${refreshToken}x`,
    refreshToken.replace('.1.', '.2.'),
  ]) {
    expect(await families().refresh(token), token).toEqual({ outcome: 'invalid' });
  }
  await next(refreshToken);
});

test('a family ends when it was said to, however often it is refreshed', async () => {
  const { refreshToken, family } = await families().begin('ada');
  const end = await server.client.expiretime(`test:family:${family}`);
  await next(refreshToken);
  expect(await server.client.expiretime(`test:family:${family}`)).toBe(end);
});

test('logging out ends the family, and logging out everywhere all of a user', async () => {
  const [one, two, other] = [
    await families().begin('mary'),
    await families().begin('mary'),
    await families().begin('emmy'),
  ];
  expect(await families().end(one.refreshToken)).toEqual({ user: 'mary', family: one.family });
  expect(await families().lives(one.family)).toBe(false);
  await families().endAll('mary');
  expect((await families().refresh(two.refreshToken)).outcome).toBe('invalid');
  expect((await families().refresh(other.refreshToken)).outcome).toBe('refreshed');
});

test('a family that begins while all of its user are ended is ended with them, or by whoever ends all the next time', async () => {
  const { family: before } = await families().begin('kate');
  // On one connection: first it is asked which there are, then one more begins, then those are ended.
  const [, { family: meanwhile }] = await Promise.all([families().endAll('kate'), families().begin('kate')]);
  expect(await families().lives(before)).toBe(false);
  await families().endAll('kate');
  expect(await families().lives(meanwhile)).toBe(false);
});

test('a family that lives longer than the next one is ended with all of its user for as long as it lives', async () => {
  const { family } = await families(0, { lifeSeconds: 3_600 }).begin('jane');
  await families(1, { lifeSeconds: 60 }).begin('jane');
  const end = await server.client.expiretime(`test:family:${family}`);
  expect(await server.client.expiretime('test:families:jane')).toBeGreaterThanOrEqual(end);
});

test.each([
  ['behind', -86_400_000],
  ['ahead', 86_400_000],
])(
  'an instance whose clock is %s begins a family that lives as long as any, and loses sight of no other',
  async (name, off) => {
    const user = `betty-${name}`;
    const { family: first } = await families(0).begin(user);
    const real = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(real + off);
    const { family: second } = await families(1).begin(user);
    const [end = 0, other = 0] = await Promise.all(
      [first, second].map((family) => server.client.expiretime(`test:family:${family}`)),
    );
    expect(Math.abs(other - end)).toBeLessThanOrEqual(settings.lifeSeconds);
    await families(0).endAll(user);
    expect([await families().lives(first), await families().lives(second)]).toEqual([false, false]);
  },
);
