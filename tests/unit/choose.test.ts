import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Answers, choose, questions, wayOut } from '../../bench/analyse/choose.ts';
import type { Report } from '../../bench/record/report.ts';
import { pageDataOf } from '../../bench/report/page/data.ts';

const reference = JSON.parse(
  readFileSync(new URL('../../results/reference/report.json', import.meta.url), 'utf8'),
) as Report;
const { candidates } = pageDataOf(reference);
const left = (answers: Answers) =>
  choose(candidates, answers)
    .filter(({ against }) => against.length === 0)
    .map(({ name }) => name)
    .sort();

const replicated = ['jwt+replicated-blocklist', 'jwt-cached+replicated-blocklist'];
const bloom = ['jwt+bloom-blocklist', 'jwt-cached+bloom-blocklist'];
const asking = ['jwt+not-before', 'jwt+redis-blocklist', 'jwt-cached+not-before', 'jwt-cached+redis-blocklist'];
const sessions = ['session', 'session-cached', 'session-native'];

describe('choose, of the ways of the reference run', () => {
  test.each<[string, Answers, string[]]>([
    ['nothing is ruled out by the first answers', {}, candidates.map(({ name }) => name)],
    [
      'a revocation within 10 s rules out what lasts until exp',
      { within: '10' },
      [...replicated, ...bloom, ...asking, ...sessions, 'opaque', 'opaque-cached, TTL 5 s'],
    ],
    [
      'a revocation within 100 ms rules out the TTL of 5 s, too',
      { within: '0.1' },
      [...replicated, ...bloom, ...asking, ...sessions, 'opaque'],
    ],
    [
      'a revocation within 50 ms rules out what was only seen to be rejected later',
      { within: '0.05' },
      [
        ...['jwt-cached+replicated-blocklist', ...bloom, 'jwt+redis-blocklist', 'jwt-cached+redis-blocklist'],
        'jwt+not-before',
      ],
    ],
    [
      'no Redis on the request leaves what is in the instance',
      { redis: 'no' },
      ['jwt', 'jwt-cached', ...replicated, ...bloom, 'session-cached', 'opaque-cached, TTL 5 s'],
    ],
    [
      'a revocation within 100 ms without Redis on the request',
      { within: '0.1', redis: 'no' },
      [...replicated, ...bloom, 'session-cached'],
    ],
    [
      'another issuer rules out sessions',
      { issuer: 'other' },
      ['jwt', 'jwt-cached', ...replicated, ...bloom, ...asking, 'opaque', 'opaque-cached, TTL 5 s'],
    ],
    [
      'ten services of different teams, revoked within 10 s, Redis not on the request',
      { within: '10', redis: 'no', issuer: 'other' },
      [...replicated, ...bloom, 'opaque-cached, TTL 5 s'],
    ],
    ['what works in an outage, however long it lasts', { outage: 'work' }, ['jwt', 'jwt-cached']],
    ['what answers in an outage and is taken back within 100 ms: nothing', { outage: 'work', within: '0.1' }, []],
    ['hundreds of roles rule out tokens that carry them', { roles: 'many', within: '0.1' }, [...sessions, 'opaque']],
  ])('%s', (_, answers, names) => {
    expect(left(answers)).toEqual([...names].sort());
  });

  test('where nothing is left, the answer that rules out most is named', () => {
    expect(wayOut(candidates, { outage: 'work', within: '0.1', redis: 'no' })).toEqual({
      text: 'While Redis is down, requests must be answered',
      left: 5,
    });
  });

  test('no answer is named where something is left', () => {
    expect(wayOut(candidates, { outage: 'work' })).toBeNull();
  });

  test('every way that is out has its reason', () => {
    const out = choose(candidates, { within: '0.1', outage: 'work' }).filter(({ name }) => name === 'jwt');
    expect(out[0]?.against).toEqual(['a revoked credential is accepted until it expires']);
  });

  test('what is left comes first, the cheapest of it at the top', () => {
    const ordered = choose(candidates, { within: '0.1', redis: 'no' }).filter(({ against }) => against.length === 0);
    expect(ordered.map(({ added }) => added)).toEqual(ordered.map(({ added }) => added).sort((a, b) => a - b));
  });

  test('there are five questions', () => {
    expect(questions).toHaveLength(5);
  });
});
