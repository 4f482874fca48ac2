import { expect, test } from 'vitest';
import { numberOfCallers } from '../../bench/experiments/number-of-callers.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import type { Finding } from '../../bench/record/report.ts';
import { httpFacts, trial } from './samples.ts';

/** A trial of two strategies with few callers and many, at these requests/s. */
const side = (block: number, rates: readonly (readonly [string, number, number])[]): TrialObservation => ({
  ...trial('none', block),
  experiment: 'number-of-callers',
  factors: {},
  outcome: {
    status: 'completed',
    rows: rates.map(([strategy, callers, rate]) => ({
      factors: { strategy, callers, instances: 1 },
      facts: httpFacts({ requests: 1_000, seconds: 1_000 / rate }),
    })),
  },
});

test('each is held against itself with the fewest callers, and against as many without authentication', () => {
  const trials = [0, 1, 2].map((block) =>
    side(block, [
      ['none', 200, 1_000],
      ['none', 20_000, 800],
      ['session-cached', 200, 900],
      ['session-cached', 20_000, 600],
    ]),
  );
  expect(numberOfCallers.answer(numberOfCallers.derive?.(trials) as Finding[])).toEqual([
    'With 20,000 callers none carries 0.80 of what it does with 200.',
    'With 20,000 callers session-cached carries 0.67 of what it does with 200, and 0.75 of no authentication.',
  ]);
});

test('of one number there is nothing to tell', () => {
  const trials = [side(0, [['session-cached', 200, 900]])];
  expect(numberOfCallers.answer(numberOfCallers.derive?.(trials) as Finding[])).toEqual([]);
});
