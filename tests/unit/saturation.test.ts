import { describe, expect, test } from 'vitest';
import { saturationFindings, saturationSentences } from '../../bench/analyse/saturation.ts';
import type { Factors } from '../../bench/record/facts.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import type { Finding, Measure } from '../../bench/record/report.ts';
import { httpFacts, measureOf, trial } from './samples.ts';

/** A trial of one system at so many requests/s; CPU in µs per request. */
function loaded(factors: Factors, rate: number, servers: number, balancer: number): TrialObservation {
  const cpuSeconds = { servers: servers / 1e3, balancer: balancer / 1e3, generator: 0 };
  const facts = httpFacts({ requests: 1_000, seconds: 1_000 / rate, cpuSeconds });
  return {
    ...trial('', 0),
    factors: { of: 'systems' },
    outcome: { status: 'completed', rows: [{ factors, facts }] },
  };
}
/** What `cost` found; all of it at the server. */
const cost = (factors: Factors, microseconds: number, measures: Record<string, Measure> = {}): Finding => {
  const measure = measureOf(microseconds * 1e-6, microseconds * 0.9e-6, microseconds * 1.1e-6);
  return {
    experiment: 'cost',
    factors,
    measures: { cpuPerRequest: measure, 'cpuPerRequest.servers': measure, ...measures },
    trials: { completed: 2, void: 0, failed: 0 },
  };
};
const jwt = { strategy: 'jwt', alg: 'HS256' };
const found = (trials: TrialObservation[], ...others: Finding[]) => saturationFindings(trials, others);
const sentences = (trials: TrialObservation[], ...others: Finding[]) =>
  saturationSentences(found(trials, ...others), others);

describe('saturationFindings', () => {
  test('what the costs predict is how often a request with its balancer goes into a second of the core', () => {
    // 80 µs of cost, 72 to 88, and 20 µs of the balancer, measured here.
    const [finding] = found([loaded(jwt, 9_000, 90, 20)], cost(jwt, 80));
    expect(finding?.measures.predictedRequestsPerSecond).toMatchObject({
      value: expect.closeTo(10_000, 6),
      low: expect.closeTo(1e6 / 108, 6),
      high: expect.closeTo(1e6 / 92, 6),
      unit: '1/s',
      better: 'higher',
    });
  });

  test('the cost is that of the same algorithm', () => {
    const [finding] = found([loaded(jwt, 9_000, 90, 20)], cost({ strategy: 'jwt', alg: 'RS256' }, 30), cost(jwt, 80));
    expect(finding?.measures.predictedRequestsPerSecond?.value).toBeCloseTo(10_000, 6);
  });

  test('where the cost was not measured nothing is predicted', () => {
    const [finding] = found([loaded(jwt, 9_000, 90, 20)], { ...cost(jwt, 80), experiment: 'carriage' });
    expect(finding?.measures).not.toHaveProperty('predictedRequestsPerSecond');
  });
});

describe('saturationSentences', () => {
  test('a prediction within a tenth is told by how far it is off', () => {
    expect(sentences([loaded(jwt, 9_500, 85, 20)], cost(jwt, 80))).toEqual([
      'jwt HS256 carries 9,500/s on one core behind the balancer: 5 % less than the costs predict.',
    ]);
  });

  test('a prediction that is further off is explained by the tier that differs most', () => {
    expect(sentences([loaded(jwt, 7_000, 118, 20)], cost(jwt, 80))).toEqual([
      'jwt HS256 carries 7,000/s on one core behind the balancer: the costs predict 10,000/s; the rest lies with the server: 118 µs a request at saturation, 80.0 µs in slices.',
    ]);
  });

  test('without a prediction the rate stands alone', () => {
    expect(sentences([loaded({ strategy: 'none' }, 12_000, 60, 20)])).toEqual([
      'none carries 12,000/s on one core behind the balancer.',
    ]);
  });

  test('a blocklist is told with its length', () => {
    const listed = { strategy: 'jwt+redis-blocklist', alg: 'HS256', revokedTokens: 1_000_000 };
    expect(sentences([loaded(listed, 5_000, 150, 20)])).toEqual([
      'jwt+redis-blocklist with 1,000,000 revoked carries 5,000/s on one core behind the balancer.',
    ]);
  });
});
