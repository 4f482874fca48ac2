import { describe, expect, test } from 'vitest';
import { controlRatio, gateResults, invalidityOf } from '../../bench/analyse/comparison.ts';
import type { Gates } from '../../bench/plan/gates.ts';
import { comparisonSchema } from '../../bench/record/comparison.ts';
import { renderComparison, renderComparisonMarkdown } from '../../bench/report/comparison.ts';
import { type ComparedSides, comparedBlock, start } from './samples.ts';

const gates: Gates = {
  looks: [4],
  seconds: 100,
  risk: 0.025,
  gates: [
    { strategy: 'jwt', measure: 'cpuPerRequest', margin: 0.03 },
    { strategy: 'jwt', measure: 'redisCommandsPerRequest' },
  ],
};
const look = { isPlanned: true, last: true };
/** Four blocks about a ratio. */
const about = (ratio: number, changes: Omit<ComparedSides, 'ratio'> = {}) =>
  [ratio * 0.999, ratio * 1.001, ratio, ratio].map((one, block) =>
    comparedBlock({ jwt: { ratio: one, ...changes } }, block),
  );
const plain = { colour: false, width: Number.POSITIVE_INFINITY };
const commands = (calls: number) => ({ redisCommands: { get: calls } });

describe('gateResults', () => {
  test.each([
    [1, 'pass'],
    [1.1, 'regressed'],
    [0.9, 'improved'],
  ])('CPU of %d times base: %s', (ratio, verdict) => {
    expect(gateResults(gates, about(ratio), [], look)[0]).toMatchObject({ verdict, replicatesNeeded: null });
  });

  test('a change is no finding where two equal servers differed by more than the margin', () => {
    expect(gateResults(gates, about(1.1, { control: 1.06 }), [], look)[0]?.verdict).toBe('inconclusive');
    expect(gateResults(gates, about(1.1, { control: 1.01 }), [], look)[0]?.verdict).toBe('regressed');
  });

  test('a gate that has been decided stays as it was', () => {
    const first = gateResults(gates, about(1.1), [], { ...look, last: false });
    expect(gateResults(gates, [...about(1.1), ...about(0.5)], first, look)).toEqual(first);
  });

  test('CPU is not judged between planned looks', () => {
    const [cpu] = gateResults(gates, about(1.1), [], { isPlanned: false, last: false });
    expect(cpu).toMatchObject({ verdict: 'inconclusive', replicatesNeeded: 4 });
  });

  test('one added Redis command a request is a regression after a single block', () => {
    const block = comparedBlock({ jwt: { ratio: 1, head: commands(6_000) } });
    const [, counted] = gateResults(gates, [block], [], { isPlanned: false, last: false });
    expect(counted).toMatchObject({ verdict: 'regressed', base: 0, head: 1, replicatesNeeded: null });
  });

  test('a command now and then, such as a poll, is none a request', () => {
    const block = comparedBlock({ jwt: { ratio: 1, head: commands(20) } });
    expect(gateResults(gates, [block], [], look)[1]).toMatchObject({ verdict: 'pass' });
  });

  test('a command that head saves is an improvement', () => {
    const block = comparedBlock({ jwt: { ratio: 1, base: commands(12_000), head: commands(6_000) } });
    expect(gateResults(gates, [block], [], look)[1]).toMatchObject({ verdict: 'improved', base: 2, head: 1 });
  });

  test('without data a gate is invalid, never passed', () => {
    expect(gateResults(gates, [], [], look).map(({ verdict }) => verdict)).toEqual(['invalid', 'invalid']);
  });

  test('the spread between blocks is pooled over strategies, so that none passes by chance agreement', () => {
    const both = { ...gates, gates: ['jwt', 'session'].map((strategy) => ({ ...gates.gates[0], strategy })) } as Gates;
    const blocks = [0.94, 1.06, 0.93, 1.07].map((ratio, block) =>
      comparedBlock({ jwt: { ratio: 1 }, session: { ratio } }, block),
    );
    expect(gateResults(both, blocks, [], { ...look, last: false })[0]).toMatchObject({ verdict: 'inconclusive' });
  });

  test('a single block that lies far off widens the interval of no other strategy', () => {
    const both = { ...gates, gates: ['jwt', 'session'].map((strategy) => ({ ...gates.gates[0], strategy })) } as Gates;
    const ratios = [1.05, 1.058, 1.042, 1.055];
    const blocks = ratios.map((ratio, block) =>
      comparedBlock({ jwt: { ratio }, session: { ratio: block === 2 ? 0.85 : ratio / 1.05 } }, block),
    );
    expect(gateResults(both, blocks, [], { ...look, last: false })[0]).toMatchObject({ verdict: 'regressed' });
  });

  test('a control that lies far off in one block of six does not keep a change from being found', () => {
    const blocks = [1.1, 1.099, 1.101, 1.1, 1.1, 1.1].map((ratio, block) =>
      comparedBlock({ jwt: { ratio, control: block === 2 ? 1.6 : 1 + block / 1_000 } }, block),
    );
    expect(gateResults({ ...gates, looks: [6] }, blocks, [], look)[0]?.verdict).toBe('regressed');
  });
});

describe('invalidityOf', () => {
  test('a head that leaves requests unanswered in two blocks is invalid', () => {
    const erring = (block: number) => comparedBlock({ jwt: { ratio: 1, head: { errors: 1 } } }, block, 'void');
    expect([invalidityOf([erring(0)]), invalidityOf([erring(0), erring(1)])?.reason]).toEqual([
      null,
      expect.stringMatching(/^head left requests without an answer in 2 blocks/),
    ]);
  });

  test('a head that accepts credentials it must reject is invalid, however much it saves', () => {
    const block = comparedBlock({ jwt: { ratio: 0.5, head: { falseAccepts: 3 } } }, 0, 'void');
    expect(invalidityOf([block])).toEqual({
      strategy: 'jwt',
      reason: 'head accepted 3 credentials that it had to reject, of 6000',
    });
  });

  test('a base with wrong answers is no baseline', () => {
    const block = comparedBlock({ jwt: { ratio: 1, base: { falseRejects: 1 } } }, 0, 'void');
    expect(invalidityOf([block])?.reason).toMatch(/^base rejected 1 /);
  });
});

test('controlRatio: two equal servers differ by nothing in blocks that agree', () => {
  expect(controlRatio(gates, about(1.1))).toMatchObject({ value: 1 });
});

const blocks = about(1.1);
const comparison = comparisonSchema.parse({
  schemaVersion: 2,
  base: { name: 'main', commit: 'a'.repeat(40) },
  head: { name: 'working tree', commit: 'b'.repeat(40) },
  seed: 1,
  startedAt: start.at,
  finishedAt: start.at,
  command: 'npm run bench:compare -- --base main',
  complete: true,
  verdict: 'regressed',
  gates: gateResults(gates, blocks, [], look),
  notAvailable: [{ strategy: 'jwt', measure: 'instructionsPerRequest.servers', reason: 'there is no perf on PATH' }],
  control: controlRatio(gates, blocks),
  risk: 0.025,
  secondsPerBlock: 20,
  void: { 'wrong answer': 1 },
  environment: start.environment,
});

test('renderComparison says the verdict, and what it rests on', () => {
  expect(renderComparison(comparison, 'results/one', plain)).toMatchInlineSnapshot(`
    "
    regressed: a request costs more in working tree (bbbbbbbbbb) than in main (aaaaaaaaaa): jwt cpuPerRequest +10.0 %.

    verdict    strategy  measure                    base   change                    interval  margin  blocks  to decide, about
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    regressed  jwt       cpuPerRequest            100 µs  +10.0 %  +8.8 % to +11.2 % (95.0 %)  +3.0 %       4
    pass       jwt       redisCommandsPerRequest    0.00     0.00                                0.01       4

    The change is the mean over blocks of fresh processes, in which both sides are loaded in turns (one far off counts as 2.5 standard deviations); all intervals together leave a risk of 2.5 % of a wrong "regressed".
    Control lane: two equal servers differed by 0.0 % (-1.0 % to +1.1 %).
    Not available: jwt instructionsPerRequest.servers: there is no perf on PATH.
    Blocks: 1 discarded (1 wrong answer).
    Written: results/one/comparison.json (also comparison.md)"
  `);
});

test('renderComparison says how long an inconclusive comparison would take', () => {
  const wide = [0.95, 1.05, 0.95, 1.08].map((ratio, block) => comparedBlock({ jwt: { ratio } }, block));
  const undecided = { ...comparison, verdict: 'inconclusive' as const, gates: gateResults(gates, wide, [], look) };
  expect(renderComparison(undecided, 'results/one', plain)).toMatch(
    /about \d[\d,]* blocks would, with --minutes \d+\./,
  );
});

test('renderComparisonMarkdown holds the same table', () => {
  expect(renderComparisonMarkdown(comparison)).toContain('| regressed | jwt | cpuPerRequest | 100 µs | +10.0 % |');
});
