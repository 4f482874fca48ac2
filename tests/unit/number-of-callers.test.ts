import { describe, expect, test } from 'vitest';
import { numberOfCallers } from '../../bench/experiments/number-of-callers.ts';
import type { Finding } from '../../bench/record/report.ts';
import { blockOf, measureOf } from './samples.ts';

/** What a strategy adds with so many callers, in µs, two more or less. */
const adds = (strategy: string, callers: number, added: number): Finding => ({
  experiment: 'number-of-callers',
  factors: { strategy, callers },
  measures: { addedCpuPerRequest: measureOf(added * 1e-6, (added - 2) * 1e-6, (added + 2) * 1e-6) },
  trials: { completed: 2, void: 0, failed: 0 },
});

describe('numberOfCallers', () => {
  test('each number of callers is set against the baseline of its block', () => {
    const strategy = 'session-cached';
    const block = blockOf('number-of-callers', { strategy }, [
      [{ strategy: 'none' }, { servers: 100_000 }],
      [{ strategy: 'none', control: 'a/a' }, { servers: 100_000 }],
      [{ strategy, callers: 20_000 }, { servers: 109_000 }],
      [{ strategy, callers: 200 }, { servers: 104_000 }],
    ]);
    const findings = numberOfCallers.derive?.([block], []) as Finding[];
    expect(findings.map(({ factors, measures }) => [factors.callers, measures.addedCpuPerRequest?.value])).toEqual([
      [200, expect.closeTo(4e-6, 12)],
      [20_000, expect.closeTo(9e-6, 12)],
    ]);
  });

  test('the answer goes from the fewest callers to the most, strategy by strategy', () => {
    const findings = [
      adds('session-cached', 20_000, 9),
      adds('session-cached', 200, 4),
      adds('jwt-cached', 20_000, 7),
      adds('jwt-cached', 200, 7),
    ];
    expect(numberOfCallers.answer(findings, [])).toEqual([
      'session-cached adds 4 µs (±2) with 200 clients, 9 µs (±2) with 20,000 clients.',
      'jwt-cached adds 7 µs (±2) with 200 clients, 7 µs (±2) with 20,000 clients.',
    ]);
  });

  test('of one number of callers there is nothing to tell', () => {
    expect(numberOfCallers.answer([adds('session-cached', 200, 4)], [])).toEqual([]);
  });
});
