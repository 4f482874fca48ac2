import { describe, expect, test } from 'vitest';
import type { RiderAnswer } from '../../bench/experiments/contract.ts';
import { askRiders, cost } from '../../bench/experiments/cost.ts';
import { strategyNames } from '../../bench/plan/strategies.ts';
import { BenchError } from '../../bench/record/errors.ts';
import type { Outcome } from '../../bench/record/observation.ts';
import type { TrialContext } from '../../bench/trial/context.ts';
import { partsOf } from '../../bench/trial/lanes.ts';
import type { TestBed } from '../../bench/trial/test-bed.ts';

const cells = (chosen: readonly string[] | null) => cost.cells({ chosen, targets: null }, cost.workloads.quick);

describe('partsOf', () => {
  test('lanes are divided into as few blocks as hold them, each of about as many', () => {
    expect(partsOf(['a', 'b', 'c', 'd', 'e'])).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
  });

  test('as many as a block holds share one', () => {
    expect(partsOf(['a', 'b', 'c', 'd'])).toEqual([['a', 'b', 'c', 'd']]);
  });

  test('of no lanes there are no blocks', () => {
    expect(partsOf([])).toEqual([]);
  });
});

describe('cost', () => {
  test('every strategy and the baseline with the bytes of a token have a lane', () => {
    // A block holds four lanes beside the controls; all strategies but the baseline, and the bytes of a token.
    const parts = cells(null).filter(({ lanes }) => lanes === 'strategies');
    expect(parts).toHaveLength(Math.ceil(strategyNames.length / 4));
  });

  test('what varies a strategy waits until every question has had its first answer', () => {
    const later = cells(null).filter((cell) => cost.isLater?.(cell));
    expect(later.length).toBeGreaterThan(0);
    expect(later.every(({ lanes }) => lanes === 'variants')).toBe(true);
  });

  test('a strategy that nothing varies has no variants', () => {
    expect(cells(['none', 'session'])).toEqual([{ lanes: 'strategies', part: 1 }]);
  });
});

describe('askRiders', () => {
  const rider = (experiment: string, ask: () => Promise<Outcome>) => ({
    experiment,
    instances: 1,
    credentials: 1,
    cell: () => ({ strategy: 'jwt' }),
    ask,
  });
  const answered = async (): Promise<Outcome> => ({ status: 'completed', rows: [] });

  test('what was answered before the rig ended stands, and the question under way failed', async () => {
    const failed = Promise.withResolvers<never>();
    const ends = () => {
      failed.reject(new BenchError('PROCESS_FAILED', 'instance 1 ended'));
      return new Promise<Outcome>(() => {});
    };
    const riders = [rider('first', answered), rider('second', ends), rider('third', answered)];
    const bed = { credentials: [], rig: { failed: failed.promise } } as unknown as TestBed;
    const context = { riders, signal: new AbortController().signal } as unknown as TrialContext;
    const answers: RiderAnswer[] = [];
    await expect(askRiders(bed, { strategy: 'jwt' }, context, answers)).rejects.toThrow('instance 1 ended');
    expect(answers.map(({ experiment, outcome }) => [experiment, outcome.status])).toEqual([
      ['first', 'completed'],
      ['second', 'failed'],
    ]);
  });
});
