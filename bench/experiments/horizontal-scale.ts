// Does throughput grow with the number of instances? Each instance has an equal share of a core, as machines of a fleet would.
// All numbers of instances are measured in turn on one rig, seconds apart: the machine's moods are the same for all of them.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { ratioText, strategyLabel } from '../analyse/wording.ts';
import { sumTiers, watchTiers } from '../measure/tiers.ts';
import type { Profile } from '../plan/profiles.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Row, TierFacts, WarmUp } from '../record/observation.ts';
import type { Experiment, TrialContext } from './contract.ts';
import { outcomeOf } from './http-trial.ts';
import { type TestBed, useAll, withTestBed } from './test-bed.ts';
import { warmUpRig } from './warm-up.ts';

/** The share of one core that each instance gets: small, so that four of them and Redis fit on one. */
const share = 0.1;

export const horizontalScale: Experiment = {
  name: 'horizontal-scale',
  question: 'Does throughput grow with the number of instances, or does what they share stand in the way?',
  takesTargets: false,
  blocks: ({ scale }) => scale.blocks,
  unavailable: ({ quota, placement }) => {
    if (quota.kind === 'unavailable') return `instances cannot be held to equal shares of CPU: ${quota.reason}`;
    return placement.systems === null ? 'the generator cannot be given a core of its own' : null;
  },
  cells: ({ strategies, profile }) =>
    strategies
      .filter((strategy) => profile.scale.strategies.includes(strategy))
      .map((strategy) => ({ strategy, ...(isSigned(strategy) ? { alg: 'HS256' } : {}) })),
  run: ({ strategy, alg = 'HS256' }, context) => {
    const numbers = context.instances ?? context.profile.scale.instances;
    const groups = groupsOf(numbers);
    const order = {
      strategy: String(strategy),
      algorithm: alg as Algorithm,
      instances: Math.max(...numbers),
      groups: groups.map(({ members }) => members),
      share,
      users: context.profile.users,
    };
    return withTestBed(order, context, (bed) => measure(bed, groups, context));
  },
  answer: (findings) =>
    findings.flatMap(({ factors, measures: { scalingRatio } }) => {
      if (!scalingRatio) return [];
      return [
        `${factors.instances} instances of ${strategyLabel(factors)} carry ${ratioText(scalingRatio)} times what one does.`,
      ];
    }),
};

/** Some of the instances behind a door of their own; `members` count from 0. */
interface Group {
  readonly instances: number;
  readonly members: readonly number[];
}

/**
 * The groups in the order in which they are loaded: every number of instances once going up and once going down, so that
 * a drift of the machine falls on all alike; on the way down other instances come first.
 */
export function groupsOf(numbers: readonly number[]): Group[] {
  const most = Math.max(...numbers);
  const from = (first: number) => (instances: number) => ({
    instances,
    members: Array.from({ length: instances }, (_, index) => (first + index) % most),
  });
  return [...numbers.map(from(0)), ...numbers.map(from(Math.floor(most / 2))).reverse()];
}

async function measure(bed: TestBed, groups: readonly Group[], { profile, seed }: TrialContext) {
  const { rig, generator, pool } = bed;
  await useAll(bed);
  const warmUp = await warmUpAll(bed, profile, seed);
  const spent = new Map<number, TierFacts[]>();
  const rows = new Map<number, Row & { facts: { type: 'http' } }>();
  for (const [turn, { instances }] of groups.entries()) {
    const { value, tiers } = await watchTiers(rig, generator.pid, () =>
      generator.call('loadMe', {
        urls: rig.entries[turn] as string[],
        pool,
        connections: profile.scale.connections * instances,
        requests: profile.scale.requests * instances,
        seed: seed + turn,
        tally: String(instances),
      }),
    );
    spent.set(instances, [...(spent.get(instances) ?? []), tiers]);
    const facts = { type: 'http' as const, ...value, warmUp, ...sumTiers(spent.get(instances) ?? []) };
    rows.set(instances, { factors: { instances }, facts });
  }
  const planned = groups.reduce((sum, { instances }) => sum + profile.scale.requests * instances, 0);
  return outcomeOf([...rows.values()], planned, profile);
}

/** Once without a limit, to have the code compiled, and once with it, so that what runs on after it is not counted. */
async function warmUpAll({ rig, generator, pool }: TestBed, { scale }: Profile, seed: number): Promise<WarmUp> {
  const all = rig.instances.length;
  const urls = rig.entries[rig.entries.findIndex((_, turn) => rig.order.groups?.[turn]?.length === all)] as string[];
  const order = { urls, pool, connections: scale.connections * all };
  const { window, least, most } = scale.warmUp;
  const work = { window: window * all, least: least * all, most: most * all };
  const warmUp = await warmUpRig(rig, work, (requests, turn) =>
    generator.call('loadMe', { ...order, requests, seed: seed - 2 - turn }),
  );
  rig.limitInstances();
  await generator.call('loadMe', { ...order, requests: 2 * window * all, seed: seed - 1 });
  return warmUp;
}
