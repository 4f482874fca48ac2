import { expect, test } from 'vitest';
import { objectToAnswers } from '../../bench/analyse/audit.ts';
import { reportOf } from '../../bench/analyse/report.ts';
import { mixedTraffic } from '../../bench/experiments/mixed-traffic.ts';
import { headerLine } from '../../bench/load/credentials.ts';
import { mixedCredentials } from '../../bench/load/mixed-credentials.ts';
import type { AnswerFacts } from '../../bench/record/facts.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import { judged } from '../../bench/trial/outcome.ts';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { issueAccessToken, type TokenProfile, verifyAccessToken } from '../../servers/tokens/access-token.ts';
import { generateKey, importKeys } from '../../servers/tokens/keys.ts';
import { recordOf } from './samples.ts';

const profile: TokenProfile = {
  algorithm: 'ES256',
  issuer: 'https://issuer.test',
  audience: 'https://api.test',
  clientId: 'client',
  lifeSeconds: 60,
};
const key = await generateKey('ES256');
const keys = await importKeys(JSON.stringify(key), 'ES256');
const material = { algorithm: 'ES256', key, foreignKey: await generateKey('ES256'), sessionSecret: 's' } as const;

const users = ['ada', 'grace', 'joan', 'mary'];
const bearer = async (user: string): Promise<IssuedCredential> => ({
  user,
  header: 'authorization',
  value: `Bearer ${(await issueAccessToken(user, keys, profile)).token}`,
});
const tokens = await Promise.all(users.map(bearer));
const pool = await mixedCredentials({
  ...material,
  valid: tokens,
  revoked: tokens.slice(0, 2),
  expired: [],
  ofKind: 2,
});
const ofKind = (kind: string) => pool.filter((credential) => credential.kind === kind);

test('there are as many of each kind that is not valid', () => {
  const sizes = [...Map.groupBy(pool, ({ kind }) => kind)].map(([kind, own]) => [kind, own.length]);
  expect(Object.fromEntries(sizes)).toEqual({
    valid: 4,
    expired: 2,
    tampered: 2,
    wrongAudience: 2,
    wrongKey: 2,
    revoked: 2,
    missing: 2,
  });
  expect(pool.filter(({ valid }) => valid)).toEqual(ofKind('valid'));
});

test.each([
  ['expired', '"exp"'],
  ['tampered', 'signature verification failed'],
  ['wrongAudience', '"aud"'],
  ['wrongKey', 'signature verification failed'],
])('what is %s is refused for that', async (kind, why) => {
  for (const { value } of ofKind(kind))
    await expect(verifyAccessToken(value.replace('Bearer ', ''), keys, profile)).rejects.toThrow(why);
});

test('what is missing is a request without a header', () => {
  for (const credential of ofKind('missing')) expect(headerLine(credential)).toBe('');
});

test('a cookie has no audience, and another secret', async () => {
  const cookie: IssuedCredential = { user: 'ada', header: 'cookie', value: 'sid=s%3Aabcdefghijklmnop.aaaaaaaaaaaaaaa' };
  const made = await mixedCredentials({ ...material, valid: [cookie], revoked: [], expired: [], ofKind: 1 });
  expect(made.map(({ kind }) => kind)).toEqual(['valid', 'wrongKey', 'tampered', 'missing']);
  expect(made[1]?.value).toMatch(/^sid=s%3Aabcdefghijklmnop\./);
});

test('who proves nothing comes with a claim or without one', async () => {
  const claim: IssuedCredential = { user: 'ada', header: 'x-user', value: 'ada' };
  const made = await mixedCredentials({ ...material, valid: [claim], revoked: [], expired: [], ofKind: 1 });
  expect(made.map(({ kind }) => kind)).toEqual(['valid', 'missing']);
});

const counts = { requests: 300, falseAccepts: 0, falseRejects: 0, errors: 0 };

function reportWith(falseAccepts: number) {
  const facts: AnswerFacts = {
    type: 'answers',
    ...counts,
    requests: 1_000,
    falseAccepts,
    kinds: { valid: { ...counts, requests: 700 }, expired: { ...counts, falseAccepts } },
  };
  const trial: TrialObservation = {
    kind: 'trial',
    experiment: 'mixed-traffic',
    factors: { strategy: 'session' },
    block: 0,
    at: '2026-01-02T03:04:05.000Z',
    seconds: 2,
    outcome: judged([{ factors: {}, facts }], [objectToAnswers([facts], 1_000)]),
  };
  return reportOf(recordOf([trial]), [mixedTraffic], true);
}

test('answers are counted by kind, and in all', () => {
  const { findings, answers, run } = reportWith(0);
  const { checkedAnswers, 'checkedAnswers.expired': expired } = findings[0]?.measures ?? {};
  expect([checkedAnswers?.value, expired?.value, run.valid]).toEqual([1_000, 300, true]);
  expect(answers[0]?.sentences).toEqual([
    '1,000 answers of 1 strategy were checked, 70 % of them to valid credentials: 0 accepted in error, 0 rejected in error, 0 answered with an error or not at all.',
  ]);
});

test('one accepted in error makes the run invalid, and shows by its kind', () => {
  const { findings, answers, run } = reportWith(1);
  expect(findings[0]?.measures['falseAccepts.expired']?.value).toBe(1);
  expect(run.valid).toBe(false);
  expect(answers[0]?.sentences).toContain('Not all were right of session.');
});
