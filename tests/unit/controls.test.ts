import { describe, expect, test } from 'vitest';
import { controlVerdict, holds, microseconds } from '../../bench/analyse/controls.ts';
import type { Finding, Measure } from '../../bench/record/report.ts';
import { measureOf } from './samples.ts';

const control = (name: string, measures: Record<string, Measure>): Finding => ({
  experiment: 'control',
  factors: { strategy: 'none', control: name },
  measures,
  trials: { completed: 2, void: 0, failed: 0 },
});
const equal = (value: number, low: number, high: number) =>
  control('a/a', { addedCpuPerRequest: measureOf(value, low, high) });
const found = (value: number, low: number, high: number) =>
  control('injected', {
    addedCpuPerRequest: measureOf(value, low, high),
    injectedCpuPerRequest: measureOf(5e-6),
  });
const sound = [equal(0.2e-6, -0.3e-6, 0.7e-6), found(5.3e-6, 4.4e-6, 6.2e-6)] as const;

describe('controlVerdict', () => {
  test('an A/A lane that holds zero and a found cost that holds what was put in pass', () => {
    expect(controlVerdict(sound)).toEqual({
      passed: true,
      sentence:
        'Control lanes: two equal servers differed by 0.2 µs (±0.5); of 5.0 µs put in, 5.3 µs (±0.9) were found.',
    });
  });

  test('an A/A lane clear of zero fails and says so', () => {
    const verdict = controlVerdict([equal(1.2e-6, 0.4e-6, 2e-6), sound[1]]);
    expect(verdict?.passed).toBe(false);
    expect(verdict?.sentence).toContain('two equal servers differed by 1.2 µs (±0.8)');
    expect(verdict?.sentence).toContain('so the interval of the A/A lane does not hold zero.');
  });

  test('an injected cost outside its interval fails and says so', () => {
    const verdict = controlVerdict([sound[0], found(3e-6, 2.5e-6, 3.5e-6)]);
    expect(verdict?.passed).toBe(false);
    expect(verdict?.sentence).toContain('so the interval of the injected cost does not hold it.');
  });

  test('the injected cost is known within 0.4 µs, however narrow the interval is', () => {
    expect(controlVerdict([sound[0], found(5.3e-6, 5.2e-6, 5.4e-6)])?.passed).toBe(true);
    expect(controlVerdict([sound[0], found(5.6e-6, 5.5e-6, 5.7e-6)])?.passed).toBe(false);
  });

  test('both failures are told', () => {
    const verdict = controlVerdict([equal(1.2e-6, 0.4e-6, 2e-6), found(3e-6, 2.5e-6, 3.5e-6)]);
    expect(verdict?.sentence).toContain('does not hold zero and the interval of the injected cost does not hold it');
  });

  test.each([
    ['the A/A lane', [sound[1]]],
    ['the injected cost', [sound[0]]],
    ['both', []],
  ])('there is none without %s', (_what, findings) => {
    expect(controlVerdict(findings)).toBeNull();
  });

  test('lanes of other experiments are no controls', () => {
    expect(controlVerdict(sound.map((finding) => ({ ...finding, experiment: 'carriage' })))).toBeNull();
  });
});

test.each([
  [-1, true],
  [2, true],
  [2.1, false],
])('holds: an interval from -1 to 2 holds %d: %s', (value, held) => {
  expect(holds(measureOf(0, -1, 2), value)).toBe(held);
});

test.each([
  [measureOf(1.24e-6, 0.84e-6, 1.64e-6), '1.2 µs (±0.4)'],
  [measureOf(-0.3e-6, -0.5e-6, -0.1e-6), '-0.3 µs (±0.2)'],
  [measureOf(-0.01e-6, -0.21e-6, 0.19e-6), '0.0 µs (±0.2)'],
])('microseconds: %o is told as "%s"', (measure, text) => {
  expect(microseconds(measure)).toBe(text);
});
