// Does throughput grow with the number of instances? Each instance has an equal share of a core, as machines of a fleet would.
// All numbers of instances are measured in turn on one rig.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { findingsOf } from '../analyse/findings.ts';
import { ratioText, strategyLabel } from '../analyse/wording.ts';
import { type ByProfile, type UsualStrategies, type WarmUpWork, type WorkInTurns, warmUps } from '../plan/profiles.ts';
import { isSigned } from '../plan/strategies.ts';
import type { WarmUp } from '../record/facts.ts';
import { outcomeOf } from '../trial/outcome.ts';
import { type TestBed, useAll, withTestBed } from '../trial/test-bed.ts';
import { type Lane, takeTurns } from '../trial/turns.ts';
import { warmUpBed } from '../trial/warm-up.ts';
import { type Experiment, strategiesOf, type TrialContext } from './contract.ts';

const name = 'horizontal-scale';

/** The share of one core that each instance gets: small, so that four of them and Redis fit on one. */
const share = 0.1;

/** Requests and connections for each instance, for each has a share of a core of its own. */
interface ScaleWork extends WorkInTurns, UsualStrategies {
  readonly blocks: number;
  readonly instances: readonly number[];
  readonly connections: number;
}

const amounts: ByProfile<ScaleWork> = {
  smoke: {
    blocks: 1,
    strategies: ['none', 'session'],
    warmUp: warmUps.smoke,
    requests: 100,
    turns: 2,
    instances: [1, 2],
    connections: 8,
  },
  quick: {
    blocks: 1,
    strategies: ['none', 'jwt', 'session'],
    warmUp: { ...warmUps.quick, window: 500 },
    requests: 1_000,
    turns: 4,
    instances: [1, 2, 4],
    connections: 64,
  },
  full: {
    blocks: 10,
    strategies: ['none', 'jwt', 'jwt+redis-blocklist', 'session'],
    warmUp: warmUps.full,
    requests: 3_000,
    turns: 4,
    instances: [1, 2, 4],
    connections: 64,
  },
};

export const horizontalScale: Experiment<ScaleWork> = {
  name,
  question: 'Does throughput grow with the number of instances, or does what they share stand in the way?',
  takesTargets: false,
  takesInstances: true,
  amounts,
  blocks: ({ blocks }) => blocks,
  unavailable: ({ quota, placement }) => {
    if (quota.kind === 'unavailable') return `instances cannot be held to equal shares of CPU: ${quota.reason}`;
    return placement.systems === null ? 'the generator cannot be given a core of its own' : null;
  },
  cells: (choices, { strategies }) =>
    strategiesOf(choices, strategies).map((strategy) => ({
      strategy,
      ...(isSigned(strategy) ? { alg: 'HS256' } : {}),
    })),
  run: ({ strategy, alg = 'HS256' }, context, work) => {
    const numbers = context.instances ?? work.instances;
    const order = {
      strategy: String(strategy),
      algorithm: alg as Algorithm,
      instances: Math.max(...numbers),
      groups: groupsOf(numbers),
      share,
      users: context.profile.users,
    };
    return withTestBed(order, context, (bed) => measure(bed, numbers, context, work));
  },
  // Strategies stand in trials of their own, minutes apart: no ratio of one to another is told.
  derive: (trials) =>
    findingsOf(trials, [name]).map(({ measures: { throughputRatio: _, ...measures }, ...finding }) => ({
      ...finding,
      measures,
    })),
  answer: (findings) =>
    findings.flatMap(({ factors, measures: { scalingRatio } }) => {
      if (!scalingRatio) return [];
      return [
        `${factors.instances} instances of ${strategyLabel(factors)} carry ${ratioText(scalingRatio)} times what one does.`,
      ];
    }),
};

/**
 * Which instances stand behind each door, counted from 0: for every number of instances the first ones, and a second time others,
 * for every other turn.
 */
export function groupsOf(numbers: readonly number[]): number[][] {
  const most = Math.max(...numbers);
  const from = (first: number) => (instances: number) =>
    Array.from({ length: instances }, (_, index) => (first + index) % most);
  return [...numbers.map(from(0)), ...numbers.map(from(Math.floor(most / 2)))];
}

async function measure(bed: TestBed, numbers: readonly number[], context: TrialContext, work: ScaleWork) {
  const { profile, seed } = context;
  const { rig, generator, pool } = bed;
  const { requests, turns, connections } = work;
  await useAll(bed);
  const warmUp = await warmUpAll(bed, numbers, work, seed);
  const lanes = numbers.map(
    (instances, index): Lane => ({
      rig,
      factors: { instances },
      warmUp,
      load: (round, keptAs) =>
        generator.call('loadMe', {
          urls: rig.entries[Math.abs(round) % 2 === 0 ? index : numbers.length + index] as string[],
          pool,
          connections: connections * instances,
          requests: requests * instances,
          seed: seed + round,
          keptAs,
        }),
    }),
  );
  const planned = numbers.reduce((sum, instances) => sum + requests * turns * instances, 0);
  return outcomeOf(await takeTurns(generator, lanes, turns, context), planned, profile);
}

/** Once without a limit, to have the code compiled, and once with it, so that what runs on after it is not counted. */
async function warmUpAll(bed: TestBed, numbers: readonly number[], scale: ScaleWork, seed: number): Promise<WarmUp> {
  const { rig, generator, pool } = bed;
  const all = rig.instances.length;
  const connections = scale.connections * all;
  const order = { urls: rig.entries[numbers.indexOf(all)] as string[], pool, connections };
  const { window, least, most } = scale.warmUp;
  const work: WarmUpWork = { window: window * all, least: least * all, most: most * all };
  const warmUp = await warmUpBed(bed, connections, work, (share, turn) =>
    generator.call('loadMe', { ...order, requests: share, seed: seed - 2 - turn }),
  );
  rig.limitInstances();
  await generator.call('loadMe', { ...order, requests: 2 * window * all, seed: seed - 1 });
  return warmUp;
}
