import { expect, test } from 'vitest';
import { spanText } from '../../bench/catalogue/format.ts';
import { refreshCost } from '../../bench/experiments/refresh-cost.ts';
import { familiesFor, goOn, refreshForm, useFamilies } from '../../bench/load/refresh-families.ts';
import { trial } from './samples.ts';

/** A trial of 1,000 refreshes in `seconds`, of which each cost so many microseconds at the two tiers together. */
const refreshes = (block: number, seconds: number, cost: number) => ({
  ...trial('opaque', block, {
    seconds,
    cpuSeconds: { authorization: (cost * 0.75) / 1_000, redis: (cost * 0.25) / 1_000, generator: 0.1 },
  }),
  experiment: 'refresh-cost',
  factors: { strategy: 'opaque' },
});
// From six trials on an interval lies between two of the values.
const trials = [
  refreshes(0, 1, 400),
  refreshes(1, 2, 500),
  refreshes(2, 0.5, 300),
  refreshes(3, 1, 400),
  refreshes(4, 1, 400),
  refreshes(5, 1, 400),
];
const derived = refreshCost.derive?.(trials, []) ?? [];
const ofLife = (life: number) => derived.find(({ factors }) => factors.tokenLifeSeconds === life)?.measures;

test('the capacity itself is a finding without a life', () => {
  expect(derived[0]?.factors).toEqual({ strategy: 'opaque' });
  expect(derived[0]?.measures.requestsPerSecond).toMatchObject({ value: 1_000, low: 500, high: 2_000 });
});

test('1,000 users who are always active refresh once per life each', () => {
  expect(ofLife(60)?.['derived.refreshesPerSecondPer1000Users']).toMatchObject({ value: 1_000 / 60, unit: '1/s' });
});

test('the CPU per user and hour is that of both tiers, with the interval of one refresh', () => {
  const { value, low, high } = ofLife(900)?.['derived.cpuPerUserHour'] ?? {};
  expect(value).toBeCloseTo(4 * 400e-6, 9);
  expect(low).toBeCloseTo(4 * 300e-6, 9);
  expect(high).toBeCloseTo(4 * 500e-6, 9);
});

test('a stolen token works for its life at most, for half of it in the mean', () => {
  expect(ofLife(2_592_000)).toMatchObject({
    'derived.exposureMax': { value: 2_592_000 },
    'derived.exposureMean': { value: 1_296_000 },
  });
});

test('the answer says what was measured and what is derived', () => {
  expect(refreshCost.answer(derived, []).join('\n')).toMatchInlineSnapshot(`
    "One authorization server refreshes opaque access tokens at 1,000/s (500 to 2,000); each refresh costs 300 µs (225 to 375) of its CPU and 100 µs (75.0 to 125) of Redis'.
    Derived by the life of an access token (opaque), refreshes/s of 1,000 active users and CPU per user and hour: 1 min: 16.7/s and 24.0 ms (18.0 to 30.0); 5 min: 3.33/s and 4.80 ms (3.60 to 6.00); 15 min: 1.11/s and 1.60 ms (1.20 to 2.00); 1 h: 0.278/s and 400 µs (300 to 500); 30 days: 0.000386/s and 0.556 µs (0.417 to 0.694). A stolen token that is not revoked is accepted for half of that life on average, for all of it at worst."
  `);
});

test('a void trial is behind no derived figure', () => {
  const voided = {
    ...trial('opaque', 0, {}, 'void'),
    experiment: 'refresh-cost',
    factors: { strategy: 'opaque' },
  };
  expect(refreshCost.derive?.([voided], []).map(({ factors }) => factors)).toEqual([{ strategy: 'opaque' }]);
});

const token = (sub: string) => `e30.${Buffer.from(JSON.stringify({ sub })).toString('base64url')}.signature`;
const answer = (changes: object = {}) =>
  JSON.stringify({ access_token: token('ada'), token_type: 'Bearer', refresh_token: 'second', ...changes });
const family = () => ({ user: 'ada', refreshToken: 'first' });

test('a right answer brings the token of the next request', () => {
  const own = family();
  expect(goOn(own, 200, answer())).toBe('right');
  expect(refreshForm(own)).toBe('grant_type=refresh_token&refresh_token=second');
});

test.each([
  ['a refusal', 400, '{"error":"invalid_grant"}', 'falseReject'],
  ['the same refresh token again', 200, answer({ refresh_token: 'first' }), 'falseAccept'],
  ["another user's access token", 200, answer({ access_token: token('eve') }), 'falseAccept'],
  ['no access token', 200, answer({ access_token: undefined }), 'error'],
  ['no JSON', 200, 'ok', 'error'],
  ['a failure', 503, answer(), 'error'],
])('%s is no right answer, and the family stays where it was', (_name, status, body, verdict) => {
  const own = family();
  expect(goOn(own, status, body)).toBe(verdict);
  expect(own).toEqual(family());
});

test('an opaque access token says nothing of its user, and is taken as it is', () => {
  expect(goOn(family(), 200, answer({ access_token: 'opaque' }))).toBe('right');
});

test('no two connections go on with the same family', () => {
  useFamilies(
    'pool',
    ['a', 'b', 'c', 'd', 'e'].map((user) => ({ user, refreshToken: user })),
  );
  const ofConnection = familiesFor('pool', 2);
  const [one, other] = [ofConnection(), ofConnection()];
  const users = (next: typeof one, times: number) => Array.from({ length: times }, () => next().user);
  expect([users(one, 4), users(other, 3)]).toEqual([
    ['a', 'c', 'e', 'a'],
    ['b', 'd', 'b'],
  ]);
});

test.each([
  [30, '30 s'],
  [150, '2.5 min'],
  [3_600, '1 h'],
  [2_592_000, '30 days'],
])('%d seconds are %s', (seconds, text) => {
  expect(spanText(seconds)).toBe(text);
});
