import { describe, expect, test } from 'vitest';
import { expectedSeconds, firstPassOf, nextTrial, type Unit, unansweredIn } from '../../bench/plan/next.ts';
import type { PlannedTrial } from '../../bench/plan/plan.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';

/** A unit of experiment `x` unless told otherwise, told apart by its strategy. */
const unit = (strategy: string, changes: Partial<Unit> = {}): Unit => ({
  experiment: 'x',
  factors: { strategy },
  first: 1,
  isLater: false,
  most: 100,
  weight: 1,
  seconds: 10,
  ...changes,
});

/** The width at which an answer is decided here. */
const narrowEnough = 0.02;

/** "x a 0": experiment, strategy and block. */
const text = ({ experiment, factors, block }: PlannedTrial) => `${experiment} ${factors.strategy} ${block}`;

let trialsEnded = 0;

/** A trial that has ended, each at a moment of its own; `x a 0` as above. */
function ended(
  what: string,
  status: TrialObservation['outcome']['status'] = 'completed',
  seconds = 10,
): TrialObservation {
  const [experiment = '', strategy = '', block] = what.split(' ');
  const outcomes = {
    completed: { status: 'completed', rows: [] },
    void: { status: 'void', cause: 'wrong answer', reason: 'a test', rows: [] },
    failed: { status: 'failed', reason: 'a test' },
  } as const;
  const outcome = structuredClone(outcomes[status]) as TrialObservation['outcome'];
  return {
    kind: 'trial',
    experiment,
    factors: { strategy },
    block: Number(block),
    at: new Date(Date.UTC(2026, 0, 2) + 1_000 * trialsEnded++).toISOString(),
    seconds,
    outcome,
  };
}

/** What comes next; every unit's answer is as wide as its strategy says, and fully open without. */
function next(
  units: readonly Unit[],
  trials: readonly TrialObservation[],
  { seconds = 1_000, widths = {}, since }: { seconds?: number; widths?: Record<string, number>; since?: string } = {},
): string | null {
  const trial = nextTrial(
    firstPassOf(units),
    units,
    trials,
    seconds,
    (own) => widths[String(own.factors.strategy)] ?? 1,
    narrowEnough,
    since,
  );
  return trial && text(trial);
}

describe('firstPassOf', () => {
  test('units stand in their order', () => {
    expect(firstPassOf([unit('a'), unit('b', { experiment: 'y' })]).map(text)).toEqual(['x a 0', 'y b 0']);
  });

  test('later units come last', () => {
    const units = [unit('a', { isLater: true }), unit('b'), unit('c', { experiment: 'y' })];
    expect(firstPassOf(units).map(text)).toEqual(['x b 0', 'y c 0', 'x a 0']);
  });

  test('an experiment goes generation by generation, each unit as often as it asks for', () => {
    const units = [unit('a', { first: 2 }), unit('b', { first: 2 }), unit('c'), unit('d', { experiment: 'y' })];
    expect(firstPassOf(units).map(text)).toEqual(['x a 0', 'x b 0', 'x c 0', 'x a 1', 'x b 1', 'y d 0']);
  });
});

describe('nextTrial', () => {
  test('the first pass goes on where the journal ends', () => {
    expect(next([unit('a'), unit('b'), unit('c')], [ended('x a 0')])).toBe('x b 0');
  });

  test('a trial that does not fit into the time is passed over for one that does', () => {
    const units = [unit('a', { seconds: 60 }), unit('b', { experiment: 'y', seconds: 20 })];
    expect(next(units, [], { seconds: 30 })).toBe('y b 0');
  });

  test('it is null when nothing fits into the time', () => {
    expect(next([unit('a')], [], { seconds: 9 })).toBeNull();
  });

  test('after the first pass the widest answer is narrowed, where all else is equal', () => {
    const trials = [ended('x a 0'), ended('x b 0')];
    expect(next([unit('a'), unit('b')], trials, { widths: { a: 0.1, b: 0.3 } })).toBe('x b 1');
  });

  test('after the first pass the gain counts per second', () => {
    const trials = [ended('x a 0', 'completed', 40), ended('x b 0', 'completed', 10)];
    expect(next([unit('a'), unit('b')], trials, { widths: { a: 0.3, b: 0.1 } })).toBe('x b 1');
  });

  test('after the first pass the gain counts by the weight of the question', () => {
    const trials = [ended('x a 0'), ended('x b 0')];
    expect(next([unit('a'), unit('b', { weight: 10 })], trials, { widths: { a: 0.3, b: 0.1 } })).toBe('x b 1');
  });

  test('one more trial gains less the more there are', () => {
    // 1 - sqrt(1/2) = 0.29 against 1 - sqrt(3/4) = 0.13.
    const trials = [ended('x a 0'), ended('x a 1'), ended('x a 2'), ended('x b 0')];
    expect(next([unit('a'), unit('b')], trials, { widths: { a: 0.2, b: 0.1 } })).toBe('x b 1');
  });

  test('a later unit waits for the first pass, and then competes with what narrows the others', () => {
    const units = [unit('a', { isLater: true }), unit('b'), unit('c', { weight: 100 })];
    expect(next(units, [])).toBe('x b 0');
    const trials = [ended('x b 0'), ended('x c 0')];
    expect(next(units, trials, { widths: { b: 0.3, c: 0.3 } })).toBe('x c 1');
    expect(next(units, trials, { widths: { b: 0.3, c: 0.03 } })).toBe('x a 0');
  });

  test('what was never measured is as wide as can be, whatever others of its question say', () => {
    const units = [unit('a', { isLater: true }), unit('b')];
    expect(next(units, [ended('x b 0')], { widths: { a: 0.01, b: 0.3 } })).toBe('x a 0');
  });

  test('a decided unit is left alone', () => {
    const trials = [ended('x a 0'), ended('x b 0')];
    const widths = { a: narrowEnough, b: narrowEnough + 0.001 };
    expect(next([unit('a', { weight: 100 }), unit('b')], trials, { widths })).toBe('x b 1');
  });

  test('it is null when every unit is decided', () => {
    expect(next([unit('a')], [ended('x a 0')], { widths: { a: narrowEnough } })).toBeNull();
  });

  test('a unit that more trials would tell nothing new of is not repeated', () => {
    expect(next([unit('a', { most: 1 })], [ended('x a 0')])).toBeNull();
  });

  test.each(['failed', 'void'] as const)('a trial that was %s is tried once more', (status) => {
    expect(next([unit('a'), unit('b')], [ended('x a 0', status)])).toBe('x a 0');
  });

  test.each(['failed', 'void'] as const)('a trial that was %s twice is not tried again', (status) => {
    expect(next([unit('a'), unit('b')], [ended('x a 0', status), ended('x a 0', status)])).toBe('x b 0');
  });

  test('what failed twice before a run was resumed is tried again', () => {
    const trials = [ended('x a 0', 'failed'), ended('x a 0', 'failed')];
    const since = new Date(Date.parse(trials[1]?.at as string) + 1).toISOString();
    expect(next([unit('a')], trials, { since })).toBe('x a 0');
  });

  test('a unit of which a trial failed twice is not tried in later generations', () => {
    const trials = [ended('x a 0'), ended('x a 1', 'failed'), ended('x a 1', 'failed')];
    expect(next([unit('a')], trials)).toBeNull();
  });
});

describe('expectedSeconds', () => {
  test('as long as nothing was seen of the experiment a trial takes what is stated', () => {
    expect(expectedSeconds(unit('a'), [unit('a', { seconds: 25 })], [ended('y a 0')])).toBe(25);
  });

  test('a cell that was not seen takes as long as the others of its experiment did', () => {
    const trials = [ended('x b 0', 'completed', 4), ended('x c 0', 'completed', 8)];
    expect(expectedSeconds(unit('a'), [unit('a')], trials)).toBe(6);
  });

  test('a cell that was seen takes as long as its own last four trials did', () => {
    const seconds = [100, 1, 2, 3, 6];
    const trials = seconds.map((own, block) => ended(`x a ${block}`, 'completed', own));
    expect(expectedSeconds(unit('a'), [unit('a')], [...trials, ended('x b 0', 'completed', 50)])).toBe(3);
  });
});

describe('unansweredIn', () => {
  const units = [unit('a', { first: 2 }), unit('b'), unit('c', { experiment: 'y', seconds: 30 })];

  test('what the first pass has not reached is told by experiment, with its seconds', () => {
    const trials = [ended('x a 0', 'completed', 4)];
    expect(unansweredIn(firstPassOf(units), units, trials)).toEqual([
      { experiment: 'x', seconds: 8 },
      { experiment: 'y', seconds: 30 },
    ]);
  });

  test('a trial that failed for good stays unanswered', () => {
    const trials = ['x a 0', 'x a 1', 'x b 0'].map((what) => ended(what));
    const failed = [ended('y c 0', 'failed', 5), ended('y c 0', 'failed', 5)];
    expect(unansweredIn(firstPassOf(units), units, [...trials, ...failed])).toEqual([{ experiment: 'y', seconds: 5 }]);
  });

  test('nothing is unanswered once every trial of the first pass was completed', () => {
    const trials = ['x a 0', 'x a 1', 'x b 0', 'y c 0'].map((what) => ended(what));
    expect(unansweredIn(firstPassOf(units), units, trials)).toEqual([]);
  });
});

describe('expectedSeconds of a first block', () => {
  test('what its rigs answered of other questions counts', () => {
    const block = ended('x a 0', 'completed', 20);
    const rider = { ...ended('y b 0', 'completed', 5), at: block.at };
    expect(expectedSeconds({ experiment: 'x', factors: { strategy: 'c' }, block: 0 }, [], [block, rider])).toBe(25);
    expect(expectedSeconds({ experiment: 'x', factors: { strategy: 'c' }, block: 1 }, [], [block, rider])).toBe(20);
  });

  test('what rode on the rigs of another took its own time alone', () => {
    const block = ended('x a 0', 'completed', 20);
    const rider = { ...ended('y a 0', 'completed', 5), at: block.at };
    expect(expectedSeconds({ experiment: 'y', factors: { strategy: 'c' }, block: 0 }, [], [block, rider])).toBe(5);
  });
});
