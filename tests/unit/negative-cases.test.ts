// The negative cases themselves: of each algorithm all are refused, and for what they are named after, not for how they were made.
import { expect, test } from 'vitest';
import { carrierOf } from '../../bench/load/negative-cases/carrier.ts';
import { casesFor } from '../../bench/load/negative-cases/index.ts';
import { tokenCases } from '../../bench/load/negative-cases/token-cases.ts';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { issueAccessToken, type TokenProfile, verifyAccessToken } from '../../servers/tokens/access-token.ts';
import { type Algorithm, algorithms } from '../../servers/tokens/algorithms.ts';
import { generateKey, importKeys } from '../../servers/tokens/keys.ts';

async function tokensOf(algorithm: Algorithm) {
  const key = await generateKey(algorithm);
  const profile: TokenProfile = {
    algorithm,
    issuer: 'https://issuer.test',
    audience: 'https://api.test',
    clientId: 'client',
    lifeSeconds: 60,
  };
  const keys = await importKeys(JSON.stringify(key), algorithm);
  const issue = async (user: string): Promise<IssuedCredential> => ({
    user,
    header: 'authorization',
    value: `Bearer ${(await issueAccessToken(user, keys, profile)).token}`,
  });
  const material = {
    credential: await issue('ada'),
    other: await issue('grace'),
    revoked: null,
    algorithm,
    key,
    foreignKey: await generateKey(algorithm),
    sessionSecret: '',
  };
  return {
    material,
    cases: await casesFor(material),
    aboutTokens: await tokenCases(material),
    verify: (token: string) => verifyAccessToken(token, keys, profile),
  };
}

test.each(algorithms)('every forged %s token is refused, and every control verified', async (algorithm) => {
  const { aboutTokens, verify } = await tokensOf(algorithm);
  const outcomes = await Promise.all(
    aboutTokens.map(async ({ name, headers: [header], refusedWith }) => {
      const accepted = await verify(header?.[1].replace('Bearer ', '') ?? '').then(
        () => true,
        () => false,
      );
      return { name, right: accepted === (refusedWith === null) };
    }),
  );
  expect(outcomes.filter(({ right }) => !right).map(({ name }) => name)).toEqual([]);
});

test.each(algorithms)('no two cases of %s have the same name', async (algorithm) => {
  const names = (await tokensOf(algorithm)).cases.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

test('the refresh token that came with an opaque token is presented in its place', async () => {
  const { material } = await tokensOf('HS256');
  const opaque = { user: 'ada', header: 'authorization', value: 'Bearer abcdef', refreshToken: 'ghijkl' } as const;
  const found = (await casesFor({ ...material, credential: opaque })).find(({ name }) => name === 'a refresh token');
  expect(found).toMatchObject({ headers: [['authorization', 'Bearer ghijkl']], refusedWith: [401] });
});

test('a public key is taken for a secret only where there is one', async () => {
  const confusions = async (algorithm: Algorithm) =>
    (await tokensOf(algorithm)).cases.filter(({ name }) => name.includes('with the public key'));
  expect(await confusions('HS256')).toEqual([]);
  for (const algorithm of ['RS256', 'ES256', 'EdDSA'] as const)
    expect((await confusions(algorithm)).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['PEM', 'DER', 'JWK'].map((spelling) => `HS256 with the public key: ${spelling}`)),
    );
});

test.each([
  ['x-user', 'ada', 'claim'],
  ['cookie', 'sid=s%3Aabc.def', 'session'],
  ['cookie', 'sid=abc.def', 'session'],
  ['authorization', 'Bearer abcdef', 'opaque'],
  ['authorization', 'Bearer a.b.c', 'opaque'],
  ['authorization', 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc', 'signed'],
  ['cookie', 'token=eyJhbGciOiJIUzI1NiJ9.e30.abc', 'signed'],
] as const)('the %s %s carries a proof of the kind %s', (header, value, kind) => {
  const carrier = carrierOf({ user: 'ada', header, value });
  expect([carrier.kind, carrier.carry(carrier.proof)]).toEqual([kind, [[header, value]]]);
});

/** Credentials of the three kinds that prove something; what they prove does not matter here. */
const credentials: Record<string, (user: string) => IssuedCredential> = {
  'a session': (user) => ({
    user,
    header: 'cookie',
    value: `sid=s%3A${user}-abcdefghijklmnopqrs.${user}TUVwxyz0123456789abcdef`,
  }),
  'a bare session': (user) => ({
    user,
    header: 'cookie',
    value: `sid=${user}-abcdefghijklmnopqrs.${user}TUVwxyz0123456789abcdef`,
  }),
  'an opaque token': (user) => ({ user, header: 'authorization', value: `Bearer ${user}-abcdefghijklmnopqrsTUVWX` }),
};

test.each(Object.keys(credentials))('no negative case of %s is the valid credential', async (kind) => {
  const of = credentials[kind] as (user: string) => IssuedCredential;
  const key = await generateKey('HS256');
  const cases = await casesFor({
    credential: of('ada'),
    other: of('grace'),
    revoked: of('eve'),
    algorithm: 'HS256',
    key,
    foreignKey: key,
    sessionSecret: 's'.repeat(32),
  });
  const negative = cases.filter(({ refusedWith }) => refusedWith !== null);
  expect(negative.length).toBeGreaterThan(40);
  const { header, value } = of('ada');
  expect(negative.filter(({ headers: [first] }) => first?.[0] === header && first[1] === value)).toEqual([]);
  expect(cases.map(({ name }) => name)).toEqual([...new Set(cases.map(({ name }) => name))]);
});
