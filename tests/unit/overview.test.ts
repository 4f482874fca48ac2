import { expect, test } from 'vitest';
import type { Finding, Measure, Report } from '../../bench/record/report.ts';
import { overviewOf } from '../../bench/render/overview.ts';

const measure = (value: number): Measure => {
  return { value, low: value, high: value, confidence: 0, unit: '1', better: 'neither', trials: 1 };
};
const finding = (experiment: string, factors: Finding['factors'], measures: Record<string, number>): Finding => ({
  experiment,
  factors,
  measures: Object.fromEntries(Object.entries(measures).map(([name, value]) => [name, measure(value)])),
  trials: { completed: 1, void: 0, failed: 0 },
});
const overview = (...findings: Finding[]) => overviewOf({ findings } as unknown as Report);
/** The cells of a strategy by their heads. */
const row = (strategy: string, ...findings: Finding[]) => {
  const table = overview(...findings);
  const cells = table?.rows.find(([name]) => name === strategy) ?? [];
  return Object.fromEntries(table?.columns.map(({ head }, index) => [head, cells[index]]) ?? []);
};

const session = { strategy: 'session', instances: 1 };
const jwt = { strategy: 'jwt', alg: 'HS256', instances: 1 };
const load = (factors: Finding['factors']) => finding('throughput', factors, { throughputRatio: 0.25 });
const stolen = (strategy: string, event: string, measures: Record<string, number>, where = 'loaded') =>
  finding('exposure-window', { strategy, load: where, event, instances: 4 }, measures);

test('where nothing but throughput was measured there is nothing to lay side by side', () => {
  expect(overview(load(session))).toBeNull();
});

test('a row has what throughput says and how the credential was taken back', () => {
  const revoked = stolen('session', 'revoked', { exposureWindowMax: 0.004, acceptedAfterRevoke: 1.25 });
  expect(row('session', load(session), revoked)).toMatchObject({
    'ratio to none': '0.25',
    'window max': '4.00 ms',
    'accepted after': '1.25',
  });
});

test('how many got through stands beside how often they were sent', () => {
  const revoked = stolen('session', 'revoked', { exposureWindowMax: 4, acceptedAfterRevoke: 201, useInterval: 0.04 });
  expect(row('session', load(session), revoked)['accepted after']).toBe('201, tried every 40 ms');
});

test('nothing is said of what happens without Redis where no cut was measured to its end', () => {
  const cut = finding('exposure-window', { strategy: 'session', load: 'loaded', event: 'cut off', instances: 4 }, {});
  const revoked = stolen('session', 'revoked', { exposureWindowMax: 4 });
  expect(row('session', load(session), revoked, cut)).not.toHaveProperty('without Redis');
});

test('the window is that under load where both were measured', () => {
  const both = [
    stolen('session', 'revoked', { exposureWindowMax: 0.001 }, 'idle'),
    stolen('session', 'revoked', { exposureWindowMax: 0.004 }),
  ];
  expect(row('session', load(session), ...both)['window max']).toBe('4.00 ms');
});

test('the window is that of a revoke, not that of a cut', () => {
  const silent = stolen('session', 'cut off in silence', { exposureWindowMax: 7 });
  const revoked = stolen('session', 'revoked', { exposureWindowMax: 0, exposureWindowWithin: 0.0089 });
  expect(row('session', load(session), silent, revoked)['window max']).toBe('0 (< 8.9 ms)');
});

test('memory says of what', () => {
  const size = finding(
    'state-size',
    { strategy: 'session', state: 'session', items: 10 },
    { 'bytesPerSession.redis': 587 },
  );
  expect(row('session', load(session), size)['Redis memory']).toBe('587 B a session');
});

test('what cannot be revoked works until its end', () => {
  const expired = stolen('jwt', 'expired', { exposureWindowMax: 0 }, 'idle');
  expect(row('jwt HS256', load(jwt), expired)).toMatchObject({ 'window max': 'until exp' });
});

test.each([
  [{ acceptedWithoutRedis: 1 }, 'goes on'],
  [{ acceptedWithoutRedis: 0, recoveryMax: 0.32 }, 'refuses, back within 0.4 s'],
  [{ recoveryMax: 0.3 }, 'no answer, back within 0.3 s'],
  [{ acceptedWithoutRedis: 0, cutsWithoutRecovery: 1 }, 'refuses, not always back'],
])('without Redis %o is told as "%s"', (measures, text) => {
  expect(row('session', load(session), stolen('session', 'cut off', measures))['without Redis']).toBe(text);
});
