import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { referenceComponents } from '../../bench/analyse/reference-components.ts';
import { componentsOf, lanesIn, sliceFindings } from '../../bench/analyse/slice-findings.ts';
import type { Factors } from '../../bench/record/facts.ts';
import { readJournal } from '../../bench/record/journal.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import { blockOf, sliceFacts } from './samples.ts';

const none: Factors = { strategy: 'none' };
const session: Factors = { strategy: 'session' };
const jwt: Factors = { strategy: 'jwt', alg: 'HS256' };
const baseline = [none, { servers: 100_000 }] as const;

/** A block of `cost`: its baseline, and other lanes. */
const cost = (lanes: Parameters<typeof blockOf>[2], block = 0, part = 1) =>
  blockOf('cost', { lanes: 'strategies', part }, [baseline, ...lanes], block);
const findings = (...trials: TrialObservation[]) => sliceFindings(trials, 'cost');
const measures = (strategy: string, ...trials: TrialObservation[]) =>
  findings(...trials).find(({ factors }) => factors.strategy === strategy && !factors.control)?.measures ?? {};

/** Slices that cost 100 more and less in turns, so that a block has an error of its own. */
const uneasy = (servers: number, shift: number) =>
  Array.from({ length: 60 }, (_, slice) => servers + (Math.floor(slice / 2) % 2 ? 1 : -1) * 1_000 + shift);

describe('sliceFindings', () => {
  test('what a lane adds is told over the baseline of its block, in seconds', () => {
    const { addedCpuPerRequest } = measures('session', cost([[session, { servers: 160_000, redis: 30_000 }]]));
    expect(addedCpuPerRequest).toMatchObject({ value: expect.closeTo(90e-6, 12), unit: 's', better: 'lower' });
  });

  test('what a lane adds and costs is told by tier, too', () => {
    const own = measures('session', cost([[session, { servers: 160_000, redis: 30_000 }]]));
    expect(own['addedCpuPerRequest.servers']?.value).toBeCloseTo(60e-6, 12);
    expect(own['addedCpuPerRequest.redis']?.value).toBeCloseTo(30e-6, 12);
    expect(own['cpuPerRequest.servers']?.value).toBeCloseTo(160e-6, 12);
    expect(own.cpuPerRequest?.value).toBeCloseTo(190e-6, 12);
  });

  test('throughput against the baseline is the ratio of the costs, turned', () => {
    const { throughputVsBaseline } = measures('session', cost([[session, { servers: 400_000 }]]));
    expect(throughputVsBaseline).toMatchObject({ value: expect.closeTo(0.25, 9), better: 'higher' });
    expect(throughputVsBaseline?.low).toBeLessThan(0.25);
    expect(throughputVsBaseline?.high).toBeGreaterThan(0.25);
  });

  test('the baseline costs something, and adds nothing', () => {
    const own = measures('none', cost([]));
    expect(own.cpuPerRequest?.value).toBeCloseTo(100e-6, 12);
    expect(own).not.toHaveProperty('addedCpuPerRequest');
  });

  test('the generations of a lane are its replicates', () => {
    const trials = [150_000, 170_000].map((servers, block) => cost([[session, { servers }]], block));
    const { addedCpuPerRequest } = measures('session', ...trials);
    expect(addedCpuPerRequest).toMatchObject({ value: expect.closeTo(60e-6, 12), replicates: 2 });
  });

  test('which part of a generation a lane was measured in makes no other cell', () => {
    const trials = [cost([[session, { servers: 150_000 }]], 0, 1), cost([[session, { servers: 150_000 }]], 1, 2)];
    expect(findings(...trials).map(({ factors, trials }) => [factors, trials.completed])).toEqual([
      [none, 2],
      [session, 2],
    ]);
  });

  test('a single generation has an interval, from what the reference run saw between generations', () => {
    const { addedCpuPerRequest: added } = measures('session', cost([[session, { servers: 160_000 }]]));
    expect(added?.low).toBeLessThan(added?.value as number);
    expect(added?.high).toBeGreaterThan(added?.value as number);
  });

  test('the baseline stands first, controls last, and between them the cheapest first', () => {
    const control = { strategy: 'none', control: 'a/a' };
    const block = cost([
      [control, { servers: 100_000 }],
      [session, { servers: 190_000 }],
      [jwt, { servers: 140_000 }],
    ]);
    expect(findings(block).map(({ factors }) => factors)).toEqual([none, jwt, session, control]);
  });

  test('the controls of cost are findings of their own name', () => {
    const control = { strategy: 'none', control: 'a/a' };
    const block = cost([[control, { servers: 100_000 }]]);
    expect(findings(block).map(({ experiment }) => experiment)).toEqual(['cost', 'control']);
  });

  test('a cost that was put in stands beside what was found of it', () => {
    const control = { strategy: 'none', control: 'injected' };
    const block = cost([[control, sliceFacts({ servers: 105_200 }, { injectedMicroseconds: 5 })]]);
    const { addedCpuPerRequest, injectedCpuPerRequest } = findings(block)[1]?.measures ?? {};
    expect(addedCpuPerRequest?.value).toBeCloseTo(5.2e-6, 12);
    expect(injectedCpuPerRequest).toMatchObject({ value: expect.closeTo(5e-6, 15), confidence: 1 });
  });

  test('what a lane adds is told without the noisiest tenth of the cycles, too', () => {
    const slices = Array.from({ length: 300 }, (_, slice) => (slice % 10 === 3 ? 260_000 : 160_000));
    const block = blockOf('cost', {}, [
      [none, { servers: new Array<number>(300).fill(100_000) }],
      [session, { servers: slices }],
    ]);
    const own = measures('session', block);
    expect(own.addedCpuPerRequest?.value).toBeCloseTo(70e-6, 12);
    expect(own['addedCpuPerRequest.quieter']?.value).toBeCloseTo(60e-6, 12);
  });

  test('bytes and Redis commands are told per request, over all generations', () => {
    const of = (requests: number, get: number) =>
      sliceFacts({ servers: 150_000 }, { requests, requestBytes: requests * 300, redisCommands: { get, expire: get } });
    const trials = [of(1_000, 1_000), of(3_000, 2_000)].map((facts, block) => cost([[session, facts]], block));
    const finding = findings(...trials).find(({ factors }) => factors.strategy === 'session');
    expect(finding?.measures.requestBytes?.value).toBe(300);
    expect(finding?.measures.redisCommandsPerRequest?.value).toBe(1.5);
    expect(finding?.redisCommands).toEqual({ expire: 0.75, get: 0.75 });
  });

  test('commands of a Redis that could not be asked are not told', () => {
    const [finding] = findings(cost([]));
    expect(finding).not.toHaveProperty('redisCommands');
    expect(finding?.measures).not.toHaveProperty('redisCommandsPerRequest');
  });

  test('checked answers add up over generations', () => {
    const trials = [0, 1].map((block) => cost([[session, { servers: 150_000 }]], block));
    expect(measures('session', ...trials)).toMatchObject({ checkedAnswers: { value: 12_000 }, errors: { value: 0 } });
  });

  test('a discarded block gives no figure', () => {
    const lanes = [baseline, [session, { servers: 900_000 }]] as const;
    const voided = blockOf('cost', { lanes: 'strategies', part: 1 }, lanes, 1, 'void');
    const { addedCpuPerRequest } = measures('session', cost([[session, { servers: 160_000 }]]), voided);
    expect(addedCpuPerRequest).toMatchObject({ value: expect.closeTo(60e-6, 12), replicates: 1 });
  });
});

describe('lanesIn', () => {
  test('a lane may be set against another one than the baseline', () => {
    const block = blockOf('x', {}, [
      [none, { servers: 100_000 }],
      [jwt, { servers: 140_000 }],
      [session, { servers: 190_000 }],
    ]);
    const lanes = lanesIn([block], () => 1);
    expect(lanes.map(({ values }) => values.added.value)).toEqual([-40_000, 0, 50_000]);
  });

  test('a lane without a baseline in its block is left out', () => {
    expect(lanesIn([blockOf('x', {}, [[session, { servers: 190_000 }]])])).toEqual([]);
  });

  test('factors are those of the row and of the trial, without the part', () => {
    const block = blockOf('carriage', { roles: 3, part: 2, lanes: 'variants' }, [baseline]);
    expect(lanesIn([block]).map(({ factors, row }) => [factors, row])).toEqual([
      [{ roles: 3, strategy: 'none' }, none],
    ]);
  });
});

describe('componentsOf', () => {
  const lanes = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  /** Two generations of so many lanes, the second at a higher cost. */
  const trials = (count: number) =>
    [0, 6_000].map((shift, block) =>
      cost(
        lanes.slice(0, count).map((strategy) => [{ strategy }, { servers: uneasy(150_000, shift) }]),
        block,
      ),
    );

  test('eight lanes of two generations tell a component of the run itself', () => {
    const { own, added } = componentsOf(lanesIn(trials(8)));
    expect([own, added.degrees]).toEqual([true, 8]);
    // Squares 2 · 3000² in each lane, nearly all of it between generations; 53 µs are added to a baseline of 100 µs.
    expect(added.deviation).toBeCloseTo((Math.SQRT2 * 3_000) / Math.hypot(0.36 * 100_000, 53_000), 3);
  });

  test('what adds nothing varies with the baseline, what adds much in proportion to itself', () => {
    const half = (servers: number) => {
      const { low = 0, high = 0 } = measures('session', cost([[session, { servers }]])).addedCpuPerRequest ?? {};
      return (high - low) / 2;
    };
    expect(half(1_100_000) / half(100_000)).toBeCloseTo(Math.hypot(36_000, 1_000_000) / 36_000, 3);
  });

  test('with fewer the component of the reference run stands in', () => {
    expect(componentsOf(lanesIn(trials(7))).own).toBe(false);
  });

  test('controls and baselines have no say', () => {
    const control = { strategy: 'none', control: 'a/a' };
    const blocks = Array.from({ length: 9 }, (_, block) =>
      cost([[control, { servers: 100_000 + 20_000 * block }]], block),
    );
    expect(componentsOf(lanesIn(blocks)).own).toBe(false);
  });
});

describe('sliceFindings on a machine that changes its speed', () => {
  test('what a slow block measured is told at the speed of the run', () => {
    const costing = (nanoseconds: number) => sliceFacts({ servers: Array(30).fill(nanoseconds) });
    const block = (speed: number, number: number) =>
      blockOf(
        'cost',
        { part: 1 },
        [
          [{ strategy: 'none' }, costing(20_000 * speed)],
          [{ strategy: 'jwt', alg: 'HS256' }, costing(60_000 * speed)],
        ],
        number,
      );
    const [, jwt] = sliceFindings([block(1, 0), block(1, 1), block(1.6, 2)], 'cost');
    expect(jwt?.measures.addedCpuPerRequest?.value).toBeCloseTo(40e-6, 10);
  });
});

test('referenceComponents: they are those of the committed reference run', () => {
  const { trials } = readJournal(fileURLToPath(new URL('../../results/reference', import.meta.url)));
  const { added, logRatio } = componentsOf(lanesIn(trials.filter(({ experiment }) => experiment === 'cost')));
  for (const [own, reference] of [
    [added, referenceComponents.added],
    [logRatio, referenceComponents.logRatio],
  ] as const) {
    expect(own.deviation).toBeCloseTo(reference.deviation, 3);
    expect(own.degrees).toBe(reference.degrees);
  }
});
