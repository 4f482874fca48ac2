import { expect, test } from 'vitest';
import { resolveChoices } from '../../bench/plan/choices.ts';

const experiments = ['cost', 'login'];

test('without flags the quick profile is run with seed 1 behind HAProxy', () => {
  expect(resolveChoices({}, 'bench', experiments)).toEqual({
    suite: 'bench',
    profile: 'quick',
    seed: 1,
    balancer: 'haproxy',
    minutes: 5,
  });
});

test.each([
  ['smoke', 2],
  ['quick', 5],
  ['full', 180],
])('resolveChoices: the %s profile has a budget of %d minutes unless told otherwise', (profile, minutes) => {
  expect(resolveChoices({ profile }, 'bench', experiments).minutes).toBe(minutes);
});

test('resolveChoices: minutes may be a fraction', () => {
  expect(resolveChoices({ minutes: '0.5' }, 'bench', experiments).minutes).toBe(0.5);
});

test('resolveChoices: a self-test ends with its plan and has no budget', () => {
  expect(resolveChoices({}, 'selftest', experiments)).not.toHaveProperty('minutes');
});

test('lists are split at commas, and a name given twice counts once', () => {
  expect(resolveChoices({ only: 'login, cost,login' }, 'bench', experiments).only).toEqual(['login', 'cost']);
});

test.each([
  [{ profile: 'quik' }, 'UNKNOWN_PROFILE', '--profile "quik" is none of: smoke, quick, full'],
  [{ only: 'latency' }, 'UNKNOWN_EXPERIMENT', '--only "latency" is none of: cost, login'],
  [{ only: 'login,' }, 'USAGE', '--only "login," has an empty entry'],
  [{ strategy: 'jwt+session' }, 'UNKNOWN_STRATEGY', '--strategy "jwt+session" is none of: none, session'],
  [{ instances: '0' }, 'BAD_NUMBER', '--instances "0" is not a whole number from 1 to 32'],
  [{ instances: '2.5' }, 'BAD_NUMBER', '--instances "2.5"'],
  [{ instances: '1e1' }, 'BAD_NUMBER', '--instances "1e1"'],
  [{ seed: '-1' }, 'BAD_NUMBER', '--seed "-1"'],
  [{ seed: 'seven' }, 'BAD_NUMBER', '--seed "seven"'],
  [{ seed: '99999999999' }, 'BAD_NUMBER', '--seed "99999999999"'],
  [{ minutes: '0' }, 'BAD_NUMBER', '--minutes "0" is not a number of minutes from 0.1 to 1440'],
  [{ minutes: '1441' }, 'BAD_NUMBER', '--minutes "1441"'],
  [{ minutes: '-5' }, 'BAD_NUMBER', '--minutes "-5"'],
  [{ minutes: 'ten' }, 'BAD_NUMBER', '--minutes "ten"'],
  [{ balancer: 'nginx' }, 'UNKNOWN_BALANCER', '--balancer "nginx" is none of: haproxy, none'],
  [{ target: 'jwt' }, 'BAD_TARGET', '--target "jwt" is not strategy=http://host:port'],
  [{ target: 'jwt=ftp://x' }, 'BAD_TARGET', '--target "jwt=ftp://x"'],
  [{ target: 'jwt=http://x=y' }, 'BAD_TARGET', '--target "jwt=http://x=y"'],
  [
    { target: 'jwt=http://x=http://y=http://z' },
    'BAD_TARGET',
    'nor strategy=http://balancer:port=http://instances:port',
  ],
  [{ target: 'kerberos=http://x' }, 'BAD_TARGET', '--target "kerberos" is none of'],
])('%o is refused with %s', (flags, code, message) => {
  expect(() => resolveChoices(flags, 'bench', experiments)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(message) }),
  );
});

test('a target is kept by its origin', () => {
  expect(resolveChoices({ target: 'jwt=http://balancer:8082/' }, 'bench', experiments).targets).toEqual({
    jwt: 'http://balancer:8082',
  });
});

test('a target keeps its door and what stands behind it', () => {
  const { targets } = resolveChoices({ target: 'jwt=http://balancer:8082=http://jwt:3000/' }, 'bench', experiments);
  expect(targets).toEqual({ jwt: 'http://balancer:8082=http://jwt:3000' });
});
