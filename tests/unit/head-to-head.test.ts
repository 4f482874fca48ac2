import { expect, test } from 'vitest';
import { findingsBesideRivals, headToHeadSentences } from '../../bench/analyse/head-to-head.ts';
import { httpFacts, trial } from './samples.ts';

/** A trial in which a session, a token and no authentication took turns, with their rates. */
const shared = (block: number, rates: { none: number; session: number; jwt: number }) => ({
  ...trial('', block),
  factors: {},
  outcome: {
    status: 'completed' as const,
    rows: Object.entries(rates).map(([strategy, rate]) => ({
      factors: { strategy, ...(strategy === 'jwt' ? { alg: 'HS256' } : {}) },
      facts: httpFacts({ windows: [{ requests: rate, seconds: 1, latencyMean: 1e6 }] }),
    })),
  },
});

test('two strategies are told apart by their own pairs, however much the baseline moved', () => {
  const trials = [
    shared(0, { none: 100, session: 50, jwt: 100 }),
    shared(1, { none: 900, session: 51, jwt: 101 }),
    shared(2, { none: 300, session: 49, jwt: 99 }),
  ];
  expect(headToHeadSentences(findingsBesideRivals(trials, 'throughput'))).toEqual([
    'A session in Redis (express-session) carries 0.50 (0.49 to 0.51) of what a signed token (HS256) that is good until it expires does.',
  ]);
});

test('a ratio whose interval holds one is said to tell nothing apart', () => {
  const trials = [
    shared(0, { none: 1, session: 90, jwt: 100 }),
    shared(1, { none: 1, session: 110, jwt: 100 }),
    shared(2, { none: 1, session: 100, jwt: 100 }),
  ];
  const [sentence] = headToHeadSentences(findingsBesideRivals(trials, 'throughput'));
  expect(sentence).toContain('which carries more cannot be told from these trials');
});

test('no strategy stands beside itself', () => {
  const findings = findingsBesideRivals([shared(0, { none: 1, session: 1, jwt: 1 })], 'throughput');
  const measuresOf = (strategy: string) => findings.find(({ factors }) => factors.strategy === strategy)?.measures;
  expect(measuresOf('session')).toHaveProperty('ratioToJwt');
  expect(measuresOf('session')).not.toHaveProperty('ratioToSession');
  expect(measuresOf('jwt')).not.toHaveProperty('ratioToJwt');
});
