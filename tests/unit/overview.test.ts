import { describe, expect, test } from 'vitest';
import type { Finding, Measure, Report } from '../../bench/record/report.ts';
import { overviewOf } from '../../bench/report/overview.ts';
import { measureOf } from './samples.ts';

const finding = (
  experiment: string,
  factors: Finding['factors'],
  measures: Record<string, number | Measure>,
): Finding => ({
  experiment,
  factors,
  measures: Object.fromEntries(
    Object.entries(measures).map(([name, value]) => [name, typeof value === 'number' ? measureOf(value) : value]),
  ),
  trials: { completed: 2, void: 0, failed: 0 },
});
const overview = (...findings: Finding[]) => overviewOf({ findings } as unknown as Report);
/** The cells of a strategy by their heads. */
const row = (strategy: string, ...findings: Finding[]) => {
  const table = overview(...findings);
  const cells = table?.rows.find(([name]) => name === strategy) ?? [];
  return Object.fromEntries(table?.columns.map(({ head }, index) => [head, cells[index]]) ?? []);
};

const session = { strategy: 'session' };
const jwt = { strategy: 'jwt', alg: 'HS256' };
const cost = (factors: Finding['factors'], measures: Record<string, number | Measure> = {}) =>
  finding('cost', factors, { addedCpuPerRequest: measureOf(98e-6, 96e-6, 100e-6), ...measures });
const stolen = (strategy: string, event: string, measures: Record<string, number>, where = 'loaded') =>
  finding('exposure-window', { strategy, load: where, event, instances: 4 }, measures);
const drawn = 'server █ authorization ▓ Redis ▒';

describe('overviewOf', () => {
  test('without costs there is nothing to lay side by side', () => {
    expect(overview(finding('saturation', session, { requestsPerSecond: 4_000 }))).toBeNull();
  });

  test('a row tells what the strategy adds, with half of its interval', () => {
    expect(row('session', cost(session))).toMatchObject({ 'added CPU, µs': '98 ±2', generations: '2' });
  });

  test('an interval of less than a microsecond is told with a decimal', () => {
    const added = measureOf(4.2e-6, 3.8e-6, 4.6e-6);
    expect(row('session', cost(session, { addedCpuPerRequest: added }))['added CPU, µs']).toBe('4.2 ±0.4');
  });

  test('the baseline tells what a request costs', () => {
    const baseline = finding('cost', { strategy: 'none' }, { cpuPerRequest: 61.24e-6 });
    expect(row('none', baseline)['added CPU, µs']).toBe('61.2 in all');
  });

  test('what is added is drawn by tier, beside the dearest', () => {
    const dearest = cost(jwt, { addedCpuPerRequest: 120e-6, 'addedCpuPerRequest.servers': 120e-6 });
    const tiers = { 'addedCpuPerRequest.servers': 40e-6, 'addedCpuPerRequest.redis': 20e-6 };
    const half = cost(session, { addedCpuPerRequest: 60e-6, ...tiers });
    expect(row('session', dearest, half)[drawn]).toBe('████▒▒');
    expect(row('jwt', dearest, half)[drawn]).toBe('████████████');
  });

  test('what is too little to draw is a thin line', () => {
    const dearest = cost(jwt, { addedCpuPerRequest: 120e-6, 'addedCpuPerRequest.servers': 120e-6 });
    const little = cost(session, { addedCpuPerRequest: 1e-6, 'addedCpuPerRequest.servers': 1e-6 });
    expect(row('session', dearest, little)[drawn]).toBe('▏');
  });

  test('the window is that under load where both were measured', () => {
    const both = [
      stolen('session', 'revoked', { exposureWindowMax: 0.001 }, 'idle'),
      stolen('session', 'revoked', { exposureWindowMax: 0.004 }),
    ];
    expect(row('session', cost(session), ...both)['still accepted for']).toBe('4.00 ms');
  });

  test('the window is that of a revoke, not that of a cut', () => {
    const silent = stolen('session', 'cut off in silence', { exposureWindowMax: 7 });
    const revoked = stolen('session', 'revoked', { exposureWindowMax: 0.004 });
    expect(row('session', cost(session), silent, revoked)['still accepted for']).toBe('4.00 ms');
  });

  test('a window of no length is told by its detection limit', () => {
    const revoked = stolen('session', 'revoked', { exposureWindowMax: 0, exposureWindowUpperBound: 0.0089 });
    expect(row('session', cost(session), revoked)['still accepted for']).toBe('< 8.9 ms');
  });

  test('what cannot be revoked works until its end', () => {
    expect(row('jwt', cost(jwt))['still accepted for']).toBe('until exp');
  });

  test.each([
    [{ acceptedWithoutRedis: 1 }, 'works'],
    [{ acceptedWithoutRedis: 0, recoveryMax: 0.32 }, 'fails closed, back within 0.4 s'],
    [{ acceptedWithoutRedis: 0.25, recoveryMax: 0.32 }, 'rejects 75.0 %, back within 0.4 s'],
    [{ recoveryMax: 0.3 }, 'gives no answer, back within 0.3 s'],
    [{ acceptedWithoutRedis: 0, cutsWithoutRecovery: 1 }, 'fails closed, not always back'],
  ])('in a Redis outage %o is told as "%s"', (measures, text) => {
    expect(row('session', cost(session), stolen('session', 'cut off', measures))['in a Redis outage']).toBe(text);
  });

  test('nothing is said of an outage where no cut was measured to its end', () => {
    const cut = stolen('session', 'cut off', {});
    expect(row('session', cost(session), cut)).not.toHaveProperty('in a Redis outage');
  });

  test('lanes of one strategy are told apart by their TTL', () => {
    const lanes = [5, 3_600].map((ttlSeconds) => cost({ strategy: 'opaque-cached', ttlSeconds }));
    expect(overview(...lanes)?.rows.map(([name]) => name)).toEqual([
      'opaque-cached, TTL 5 s',
      'opaque-cached, TTL 3,600 s',
    ]);
  });

  test('memory says of what', () => {
    const size = finding('state-size', { ...session, state: 'session', items: 10 }, { 'bytesEach.redis': 587 });
    expect(row('session', cost(session), size)['Redis memory']).toBe('587 B a session');
  });
});
