import { expect, test } from 'vitest';
import { comparePairs, plannedRounds, type Standing } from '../../bench/compare.ts';
import type { Gates } from '../../bench/plan/gates.ts';
import type { PlannedTrial } from '../../bench/plan/plan.ts';
import type { Outcome } from '../../bench/record/observation.ts';
import { pairOf, pairSide } from './samples.ts';

const gates: Gates = {
  looks: [4, 8, 12],
  seconds: 1_000,
  risk: 0.025,
  gates: ['jwt', 'session'].map((strategy) => ({ strategy, measure: 'cpuPerRequest.servers', margin: 0.03 })),
};

const completed = (ratio: number): Outcome => ({ status: 'completed', rows: [{ factors: {}, facts: pairOf(ratio) }] });
const starved: Outcome = {
  status: 'void',
  cause: 'starved',
  reason: 'others',
  rows: [{ factors: {}, facts: pairOf(1) }],
};

/** Runs a comparison whose pairs come out as told and take a second each; gives its last standing, and the pairs that were run. */
async function compare(outcomeOf: (pair: PlannedTrial, run: number) => Outcome, own: Partial<Gates> = {}, seed = 1) {
  const rule = { ...gates, ...own };
  const ran: PlannedTrial[] = [];
  let standing: Standing | undefined;
  const run = async (pair: PlannedTrial) => outcomeOf(pair, ran.push(pair));
  const elapsed = () => ran.length;
  for await (const next of comparePairs(rule, plannedRounds(rule, seed), { run, elapsed })) standing = next;
  return { ...(standing as Standing), ran };
}
/** A little to either side of a ratio, in turns. */
const about = (ratio: number, { block }: PlannedTrial, spread = 0.002) =>
  completed(ratio * (block % 2 ? 1 + spread : 1 - spread));

test('the plan has every strategy in each round, up to the last look', () => {
  const rounds = plannedRounds(gates, 1);
  expect(rounds).toHaveLength(12);
  expect(new Set(rounds[0]?.map(({ factors }) => factors.strategy))).toEqual(new Set(['jwt', 'session']));
});

test('equal revisions pass at the first look', async () => {
  const { verdict, complete, ran } = await compare((pair) => about(1, pair));
  expect([verdict, complete, ran.length]).toEqual(['pass', true, 8]);
});

test('one gate that is dearer makes the whole regressed, and names itself alone', async () => {
  const { verdict, gates: results } = await compare((pair) => about(pair.factors.strategy === 'jwt' ? 1.1 : 1, pair));
  expect(verdict).toBe('regressed');
  expect(results.map((gate) => [gate.strategy, gate.verdict])).toEqual([
    ['jwt', 'regressed'],
    ['session', 'pass'],
  ]);
});

test('a gate that is decided is measured no further', async () => {
  const { ran, verdict, complete } = await compare((pair) =>
    about(1, pair, pair.factors.strategy === 'jwt' ? 0.002 : 0.3),
  );
  expect(ran.filter(({ factors }) => factors.strategy === 'jwt')).toHaveLength(4);
  expect(ran.filter(({ factors }) => factors.strategy === 'session')).toHaveLength(12);
  expect([verdict, complete]).toEqual(['inconclusive', true]);
});

test.each([1, 2, 3, 4])(
  'a look is taken whichever strategy is decided and left out of its round (seed %d)',
  async (seed) => {
    // Undecided after 4 pairs, clear after 8.
    const unsure = (pair: PlannedTrial) => completed(pair.block < 4 ? 1.04 + 0.02 * (pair.block % 2) : 1.06);
    const { verdict, complete, ran } = await compare(
      (pair) => (pair.factors.strategy === 'jwt' ? unsure(pair) : about(1, pair)),
      {},
      seed,
    );
    expect([verdict, complete]).toEqual(['regressed', true]);
    expect(ran.filter(({ factors }) => factors.strategy === 'jwt')).toHaveLength(8);
  },
);

test('one regressed gate ends the comparison, though another is not decided', async () => {
  const { verdict, complete, ran } = await compare((pair) =>
    pair.factors.strategy === 'jwt' ? about(1.1, pair) : about(1, pair, 0.3),
  );
  expect([verdict, complete, ran.length]).toEqual(['regressed', true, 8]);
});

test('when the time is up, the pairs that there are decide', async () => {
  const { verdict, complete, ran } = await compare((pair) => about(1, pair, 0.1), { seconds: 11 });
  expect([verdict, complete, ran.length]).toEqual(['inconclusive', true, 12]);
});

test('a budget that ends without a decision says how many pairs it would take', async () => {
  const { complete, gates: results } = await compare((pair) => about(1, pair, 0.1));
  expect(complete).toBe(true);
  expect(results[0]?.pairsNeeded).toBeGreaterThan(12);
});

test('a void pair is run again, and counted by its cause', async () => {
  const { verdict, void: voided, ran } = await compare((pair, run) => (run === 1 ? starved : about(1, pair)));
  expect([verdict, voided, ran.length]).toEqual(['pass', { starved: 1 }, 9]);
});

test('without a single valid pair the comparison is invalid, and the repeats end with their budget', async () => {
  const { verdict, ran, void: voided } = await compare(() => starved);
  expect([verdict, ran.length]).toEqual(['invalid', 24 + 6]);
  expect(voided).toEqual({ starved: 30 });
});

test('wrong answers of head end the comparison at once, complete and invalid', async () => {
  const wrong: Outcome = {
    status: 'void',
    cause: 'wrong answer',
    reason: 'of 800 answers 7 accepted in error',
    rows: [{ factors: {}, facts: pairOf(0.5, { falseAccepts: 7 }) }],
  };
  const { verdict, complete, ran, gates: results } = await compare(() => wrong);
  expect([verdict, complete, ran.length]).toEqual(['invalid', true, 1]);
  expect(results.some(({ reason }) => reason?.includes('head accepted 7 credentials'))).toBe(true);
});

const failing = (side: 'base' | 'head', ratio = 1): Outcome => ({
  status: 'void',
  cause: 'wrong answer',
  reason: 'of 800 answers 9 errors or time-outs',
  rows: [{ factors: {}, facts: { ...pairOf(ratio), [side]: pairSide(1e-4, { errors: 9 }) } }],
});

test('errors of one side that come again are an objection, not noise', async () => {
  const { verdict, ran } = await compare(() => failing('head'));
  expect([verdict, ran.length]).toEqual(['invalid', 2]);
});

test('a head that errs now and then is not measured by the pairs in which it did not', async () => {
  const cheaper = (pair: PlannedTrial, run: number) => (run % 5 === 0 ? failing('head') : about(0.9, pair));
  const { verdict, gates: results } = await compare(cheaper);
  expect(verdict).toBe('invalid');
  expect(results.find(({ reason }) => reason)?.reason).toContain('head left requests without an answer');
});

test('errors on both sides are the machine, and void their pairs', async () => {
  const { verdict, void: voided } = await compare((pair, run) =>
    run === 1 ? failing('head') : run === 2 ? failing('base') : about(1, pair),
  );
  expect([verdict, voided]).toEqual(['pass', { 'wrong answer': 2 }]);
});

test('a pair that fails twice makes the comparison invalid, and says why', async () => {
  const crashed: Outcome = { status: 'failed', reason: 'token-server 1 ended with code 1' };
  const { verdict, complete, ran, gates: results } = await compare(() => crashed);
  expect([verdict, complete, ran.length]).toEqual(['invalid', true, 2]);
  expect(results.find((gate) => gate.verdict === 'invalid')?.reason).toContain('token-server 1 ended with code 1');
});

test('a pair that fails once is run again', async () => {
  const { verdict } = await compare((pair, run) =>
    run === 1 ? { status: 'failed', reason: 'no free port' } : about(1, pair),
  );
  expect(verdict).toBe('pass');
});

test('an objection leaves gates undecided that no planned look has decided', async () => {
  const { gates: results } = await compare(
    (pair, run) =>
      run < 7
        ? about(1.2, pair)
        : { ...failing('head'), rows: [{ factors: {}, facts: pairOf(1, { falseAccepts: 1 }) }] },
    { looks: [8] },
  );
  expect(results.map(({ verdict }) => verdict).sort()).toEqual(['inconclusive', 'invalid']);
});

test('pairs that were not steady are counted', async () => {
  const unsteady = { ...pairOf(1), warmUp: { requests: 1, windows: [1], steadyFrom: null } };
  const { unsteady: count } = await compare((pair, run) =>
    run === 1 ? { status: 'completed', rows: [{ factors: {}, facts: unsteady }] } : about(1, pair),
  );
  expect(count).toBe(1);
});
