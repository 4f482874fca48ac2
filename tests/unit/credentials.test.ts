import { expect, test } from 'vitest';
import { credentialSequence, forged } from '../../bench/load/credentials.ts';
import { userNames } from '../../bench/plan/users.ts';

const pool = (invalidShare: number) => ({
  invalidShare,
  credentials: userNames(100).map((user, index) => ({
    user,
    header: 'x-user' as const,
    value: user,
    valid: index < 50,
  })),
});
const draw = (share: number, seed: number, n = 5_000) => {
  const next = credentialSequence(pool(share), seed);
  return Array.from({ length: n }, next);
};

test('the same seed presents the same credentials in the same order', () => {
  expect(draw(0.5, 1, 50)).toEqual(draw(0.5, 1, 50));
});

test('without a share no invalid credential is presented', () => {
  expect(draw(0, 1).some(({ valid }) => !valid)).toBe(false);
});

test('invalid credentials are presented with the share asked for', () => {
  const share = draw(0.2, 1).filter(({ valid }) => !valid).length / 5_000;
  expect(share).toBeGreaterThan(0.18);
  expect(share).toBeLessThan(0.22);
});

test('every valid credential has its turn', () => {
  expect(new Set(draw(0, 1).map(({ user }) => user)).size).toBe(50);
});

test.each([
  ['authorization', 'Bearer aaaa.bbbb.AAAAAAAAAAAAAAAAAAAAAA'],
  ['cookie', 'sid=abc.BBBBBBBBBBBBBBBBBBBBBBBB'],
] as const)('a forged %s differs in one character, and has to be refused', (header, value) => {
  const forgery = forged({ user: 'ada', header, value });
  const differing = [...value].filter((character, index) => forgery?.value[index] !== character);
  expect(differing).toHaveLength(1);
  expect(forgery).toMatchObject({ user: 'ada', header, valid: false });
});

test('what carries no proof cannot be forged', () => {
  expect(forged({ user: 'ada', header: 'x-user', value: 'ada' })).toBeNull();
});
