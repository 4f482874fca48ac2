import { describe, expect, test } from 'vitest';
import { compareBlocks, type Standing } from '../../bench/compare.ts';
import type { Gates } from '../../bench/plan/gates.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import { type ComparedSides, comparedBlock } from './samples.ts';

const gates: Gates = {
  looks: [4, 8, 12],
  seconds: 1_000,
  risk: 0.025,
  gates: ['jwt', 'session'].map((strategy) => ({ strategy, measure: 'cpuPerRequest', margin: 0.03 })),
};

/** Runs a comparison whose blocks come out as told and take a second each; gives its last standing and how many runs it took. */
async function compare(outcomeOf: (block: number, run: number) => TrialObservation, own: Partial<Gates> = {}) {
  let runs = 0;
  let standing: Standing | undefined;
  const run = async (block: number) => {
    runs += 1;
    return outcomeOf(block, runs);
  };
  for await (const next of compareBlocks({ ...gates, ...own }, { run, elapsed: () => runs })) standing = next;
  return { ...(standing as Standing), runs };
}

/** A block whose heads cost these many times their bases, a little to either side in turns. */
const block = (jwt: number, session: number, number: number, spread = 0.002) => {
  const turn = number % 2 ? 1 + spread : 1 - spread;
  return comparedBlock({ jwt: { ratio: jwt * turn }, session: { ratio: session * turn } }, number);
};
const wrong = (sides: Partial<ComparedSides>, number = 0) =>
  comparedBlock({ jwt: { ratio: 1, ...sides }, session: { ratio: 1 } }, number, 'void');
const failed = (reason: string): TrialObservation => ({ ...block(1, 1, 0), outcome: { status: 'failed', reason } });

describe('compareBlocks', () => {
  test('equal revisions pass at the first look', async () => {
    const { verdict, complete, runs } = await compare((number) => block(1, 1, number));
    expect([verdict, complete, runs]).toEqual(['pass', true, 4]);
  });

  test('one gate that costs more makes the whole regressed, and names itself alone', async () => {
    const { verdict, gates: results } = await compare((number) => block(1.1, 1, number));
    expect(verdict).toBe('regressed');
    expect(results.map((gate) => [gate.strategy, gate.verdict])).toEqual([
      ['jwt', 'regressed'],
      ['session', 'pass'],
    ]);
  });

  test('a gate that is not clear at one look is decided at the next', async () => {
    const { verdict, runs } = await compare((number) => block(1, 1, number, number < 4 ? 0.03 : 0.002));
    expect([verdict, runs]).toEqual(['pass', 8]);
  });

  test('a count that differs ends the comparison after its first block', async () => {
    const counted: Gates['gates'] = [{ strategy: 'jwt', measure: 'redisCommandsPerRequest' }];
    const { verdict, runs } = await compare(
      (number) => comparedBlock({ jwt: { ratio: 1, head: { redisCommands: { get: 6_000 } } } }, number),
      { gates: [...gates.gates, ...counted] },
    );
    expect([verdict, runs]).toEqual(['regressed', 1]);
  });

  test('a block alone tells no spread: there are at least two, however little time there is', async () => {
    const { verdict, runs } = await compare((number) => block(1, 1, number), { seconds: 0.5 });
    expect([verdict, runs]).toEqual(['pass', 2]);
  });

  test('when the time is up, the blocks that there are decide', async () => {
    const { verdict, complete, runs } = await compare((number) => block(1, 1, number, 0.1), { seconds: 5 });
    expect([verdict, complete, runs]).toEqual(['inconclusive', true, 6]);
  });

  test('a budget that ends without a decision says how many blocks it would take', async () => {
    const { complete, gates: results } = await compare((number) => block(1, 1, number, 0.1));
    expect(complete).toBe(true);
    expect(results[0]?.replicatesNeeded).toBeGreaterThan(12);
  });

  test('a block without wrong answers of one side that was discarded is run again, and counted by its cause', async () => {
    const discarded = { ...block(1, 1, 0), outcome: { ...wrong({}).outcome } };
    const {
      verdict,
      void: voided,
      runs,
    } = await compare((number, run) => (run === 1 ? discarded : block(1, 1, number)));
    expect([verdict, voided, runs]).toEqual(['pass', { 'wrong answer': 1 }, 5]);
  });

  test('without a single completed block the comparison is invalid', async () => {
    const { verdict } = await compare((number) => wrong({}, number));
    expect(verdict).toBe('invalid');
  });

  test('wrong answers of head end the comparison at once, complete and invalid', async () => {
    const { verdict, complete, runs, gates: results } = await compare(() => wrong({ head: { falseAccepts: 7 } }));
    expect([verdict, complete, runs]).toEqual(['invalid', true, 1]);
    expect(results.some(({ reason }) => reason?.includes('head accepted 7 credentials'))).toBe(true);
  });

  test('errors of one side that come again make it invalid', async () => {
    const { verdict, runs } = await compare(() => wrong({ head: { errors: 9 } }));
    expect([verdict, runs]).toEqual(['invalid', 2]);
  });

  test('errors on both sides are the machine, and discard their blocks', async () => {
    const { verdict, void: voided } = await compare((number, run) =>
      run === 1 ? wrong({ head: { errors: 9 } }) : run === 2 ? wrong({ base: { errors: 9 } }) : block(1, 1, number),
    );
    expect([verdict, voided]).toEqual(['pass', { 'wrong answer': 2 }]);
  });

  test('a block that fails twice makes the comparison invalid, and says why', async () => {
    const { verdict, complete, runs, gates: results } = await compare(() => failed('token-server 1 ended with code 1'));
    expect([verdict, complete, runs]).toEqual(['invalid', true, 2]);
    expect(results[0]?.reason).toContain('token-server 1 ended with code 1');
  });

  test('a block that fails once is run again', async () => {
    const { verdict } = await compare((number, run) => (run === 1 ? failed('no free port') : block(1, 1, number)));
    expect(verdict).toBe('pass');
  });

  test('wrong answers of one strategy leave the gates of others undecided', async () => {
    const { gates: results } = await compare(() => wrong({ head: { falseAccepts: 1 } }));
    expect(results.map(({ verdict }) => verdict)).toEqual(['invalid', 'inconclusive']);
  });
});
