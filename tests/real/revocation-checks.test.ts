// Every revocation check by itself over a real Redis: what a large record of revocations does to its answers, and how it is made.
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { readMemory } from '../../bench/measure/memory.ts';
import { revocationEntries } from '../../bench/rig/admin.ts';
import { preparedPool } from '../../bench/rig/credential-pools.ts';
import { startRedis, type TrialRedis } from '../../bench/rig/redis.ts';
import { openRedisLink } from '../../bench/rig/redis-link.ts';
import { startRig } from '../../bench/rig/rig.ts';
import { unheldTokens } from '../../servers/admin/unheld-tokens.ts';
import type { CheckedToken, RevocationCheck, RevocationOptions } from '../../servers/revocation/contract.ts';
import { loadRevocationCheck, type RevocationCheckName, revocationChecks } from '../../servers/revocation/index.ts';
import { clockSkew } from '../../servers/store/clock-skew.ts';
import { connectRedis } from '../../servers/store/redis.ts';
import { ask, testScope } from './rig.ts';

const scope = await testScope();
const names = (Object.keys(revocationChecks) as RevocationCheckName[]).filter((name) => name !== 'none');
const settings = {
  REDIS_PREFIX: 'test:',
  TOKEN_LIFE_SECONDS: 86_400,
  REVOCATION_WHEN_UNSURE: 'refuse',
  BLOOM_FALSE_POSITIVES: 0.001,
} satisfies RevocationOptions['settings'];
const now = () => Math.floor(Date.now() / 1000);
/** They expire within an hour: what is kept by the end of a token is put to a test where much of it is in one place. */
const tokens = (count: number) =>
  unheldTokens({ from: 0, to: count, of: count }, 3_600, now()).map((token) => ({ ...token, exp: token.exp + 60 }));

let server: TrialRedis;
let redis: Redis;
const checks: RevocationCheck[] = [];
beforeEach(async () => {
  server = await startRedis(scope, null);
  redis = await connectRedis(server.url);
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const check of checks.splice(0)) await check.close?.();
  redis.disconnect();
  await server.stop();
});
async function load(name: RevocationCheckName, changes: Partial<typeof settings> = {}): Promise<RevocationCheck> {
  const check = (await loadRevocationCheck(name, {
    redis,
    settings: { ...settings, ...changes },
  })) as RevocationCheck;
  checks.push(check);
  return check;
}
const revokedAmong = async (check: RevocationCheck, asked: readonly CheckedToken[]) =>
  (await Promise.all(asked.map((token) => check.isRevoked(token)))).filter(Boolean).length;

describe.each(names)('%s', (name) => {
  test('an instance whose clock is ahead makes nobody forget what lives by another', async () => {
    const [revoked, other] = tokens(2).map((token) => ({ ...token, exp: now() + clockSkew / 3 })) as [
      CheckedToken,
      CheckedToken,
    ];
    await (await load(name)).revoke([revoked]);
    const real = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(real + (clockSkew / 2) * 1_000);
    await (await load(name)).revoke([{ ...other, exp: other.exp + clockSkew }]);
    vi.restoreAllMocks();
    expect(await revokedAmong(await load(name), [revoked])).toBe(1);
  });

  test('a clock that is set ahead acknowledges no revoke, and set back again has forgotten nothing', async () => {
    const [revoked, ...others] = tokens(3) as [CheckedToken, ...CheckedToken[]];
    const check = await load(name);
    await check.revoke([revoked]);
    const real = Date.now();
    vi.spyOn(Date, 'now').mockReturnValue(real + 2 * 86_400_000);
    const later = others.map((token) => ({ ...token, exp: token.exp + 3 * 86_400 }));
    await expect(check.revoke(later)).rejects.toThrow(/clocks of this instance and of Redis differ/);
    vi.restoreAllMocks();
    expect(await revokedAmong(check, [revoked])).toBe(1);
  });

  test('refuses all of many revoked tokens and nobody else, in the instance that revoked them and in a new one', async () => {
    const [revoked, others] = [tokens(5_000), tokens(5_000)];
    const first = await load(name);
    // As fast as they are acknowledged: what has to grow is still growing when the next come.
    for (let from = 0; from < revoked.length; from += 500) await first.revoke(revoked.slice(from, from + 500));
    for (const check of [first, await load(name)]) {
      expect([await revokedAmong(check, revoked), await revokedAmong(check, others)]).toEqual([5_000, 0]);
    }
  });

  test('tells how many entries there are', async () => {
    await (await load(name)).revoke(tokens(2_000));
    const entries = await (await load(name)).entries();
    // A filter does not count what it takes for present already.
    expect(entries).toBeGreaterThan(1_980);
    expect(entries).toBeLessThanOrEqual(2_000);
  });

  test('refuses nobody for what Redis does not answer, when it is told to accept', async () => {
    const link = await openRedisLink(server.url);
    const cuttable = await connectRedis(link.url);
    const accepting = { ...settings, REVOCATION_WHEN_UNSURE: 'accept' } as const;
    const check = (await loadRevocationCheck(name, { redis: cuttable, settings: accepting })) as RevocationCheck;
    checks.push(check);
    const [revoked, others] = [tokens(500), tokens(500)];
    await check.revoke(revoked);
    await link.cut();
    // A whole copy knows without Redis.
    const known = name === 'replicated-blocklist' ? 500 : 0;
    expect([await revokedAmong(check, revoked), await revokedAmong(check, others)]).toEqual([known, 0]);
    cuttable.disconnect();
    await link.stop();
  });

  test('a rig that was ordered with revoked tokens holds them, also when it is started again', async () => {
    const order = {
      strategy: `jwt+${name}`,
      algorithm: 'HS256',
      instances: 1,
      balancer: 'none',
      users: 10,
      revokedTokens: 3_000,
      settings: { TOKEN_LIFE_SECONDS: '86400' },
    } as const;
    const pool = await preparedPool(scope, order);
    expect(await preparedPool(scope, order)).toEqual(pool);
    const rig = await startRig(scope, order, pool?.snapshot ?? null);
    expect(await revocationEntries(rig, 0)).toBeGreaterThan(2_970);
    const { header, value, user } = pool?.credentials[0] ?? { header: '', value: '' };
    expect(await ask(rig, 0, 'GET', '/me', { [header]: value })).toMatchObject({ status: 200, body: { user } });
    await rig.stop();
  });
});

test.each([
  ['replicated-blocklist', 40],
  // Two for each of a million; the rest is what an instance keeps of having read any.
  ['bloom-blocklist', 4],
])('an instance with %s keeps at most %d bytes for each revoked token', async (name, most) => {
  const order = {
    strategy: `jwt+${name}`,
    algorithm: 'HS256',
    instances: 1,
    balancer: 'none',
    users: 10,
    settings: { TOKEN_LIFE_SECONDS: '86400' },
  } as const;
  const kept = async (revokedTokens: number) => {
    const pool = await preparedPool(scope, { ...order, revokedTokens });
    const rig = await startRig(scope, order, pool?.snapshot ?? null);
    const { instance = 0 } = await readMemory(rig, revokedTokens);
    await rig.stop();
    return instance;
  };
  const each = ((await kept(60_000)) - (await kept(0))) / 60_000;
  expect(each).toBeGreaterThan(1);
  expect(each).toBeLessThanOrEqual(most);
});

test.each([
  ['takes back all that a user holds', (check: RevocationCheck) => check.revokeUser?.('user-1')],
  ['issues to a user', (check: RevocationCheck) => check.issuedAt?.('user-1')],
])(
  'what not-before refuses is refused until it expires, also when an instance with shorter lives %s',
  async (_name, act) => {
    const [long, short] = [await load('not-before'), await load('not-before', { TOKEN_LIFE_SECONDS: 60 })];
    const exp = Number(await long.issuedAt?.('user-1')) + settings.TOKEN_LIFE_SECONDS;
    await long.revokeUser?.('user-1');
    await act(short);
    expect(await redis.expiretime('test:not-before:user-1')).toBeGreaterThanOrEqual(exp);
  },
);
