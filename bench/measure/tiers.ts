// What each tier spends while a load runs: CPU of servers, authorization server, Redis, balancer and generator, and Redis' commands.
import type { MachineFacts, TierFacts } from '../record/facts.ts';
import type { Rig } from '../rig/rig.ts';
import { cpuSecondsOf, machineSeconds, ownCores, waitingSecondsOf } from './cpu.ts';
import { callsBetween, type RedisCounters, readRedisCounters } from './redis-counters.ts';

/**
 * Runs something and tells what each tier spent meanwhile; a tier that is out of sight is left out. The instances themselves are
 * not asked: that would be work of its own, and of a kind that they have not been warmed up for.
 */
export async function watchTiers<T>(
  rig: Rig,
  generator: number,
  run: () => Promise<T>,
): Promise<{ value: T; tiers: TierFacts }> {
  const before = await read(rig, generator);
  const value = await run();
  const after = await read(rig, generator);
  return { value, tiers: between(before, after, rig) };
}

/**
 * Runs something and tells what CPU others than these processes, and this one, used meanwhile.
 * @param pids null for one that takes part and is out of sight: what others used cannot be told then.
 */
export async function watchMachine<T>(
  pids: readonly (number | null)[],
  run: () => Promise<T>,
): Promise<{ value: T; machine: MachineFacts }> {
  const seen = pids.filter((pid) => pid !== null);
  const ours = () => [...seen, process.pid].map(cpuSecondsOf).reduce((sum, seconds) => sum + seconds, 0);
  const [cpuBefore, before, began] = [ours(), machineSeconds(), performance.now()];
  const value = await run();
  const [cpuAfter, after, ended] = [ours(), machineSeconds(), performance.now()];
  const machine = defined({
    foreignCpuSeconds:
      before && after && seen.length === pids.length
        ? Math.max(0, after.busy - before.busy - (cpuAfter - cpuBefore))
        : undefined,
    stolenSeconds: before && after && after.stolen - before.stolen,
    coreSeconds: ((ended - began) / 1000) * ownCores,
  });
  return { value, machine };
}

interface Reading {
  readonly redis: RedisCounters | undefined;
  readonly servers: number | undefined;
  readonly authorization: number | undefined;
  readonly balancer: number | undefined;
  readonly generator: number;
  readonly generatorWaiting: number | undefined;
  /** CPU seconds of this process, which is part of no tier. */
  readonly bench: number;
  readonly machine: { readonly busy: number; readonly stolen: number } | undefined;
  /** Seconds on a clock that only goes forward. */
  readonly at: number;
}

async function read({ redis, instances, authorizationServers, balancer }: Rig, generator: number): Promise<Reading> {
  const of = (processes: readonly { readonly pid: number | null }[]) => {
    const pids = processes.flatMap(({ pid }) => pid ?? []);
    return pids.length > 0 ? pids.map(cpuSecondsOf).reduce((sum, seconds) => sum + seconds, 0) : undefined;
  };
  return {
    redis: redis ? await readRedisCounters(redis.client) : undefined,
    servers: of(instances),
    authorization: of(authorizationServers),
    balancer: balancer ? cpuSecondsOf(balancer.pid) : undefined,
    generator: cpuSecondsOf(generator),
    generatorWaiting: waitingSecondsOf(generator),
    bench: cpuSecondsOf(process.pid),
    machine: machineSeconds(),
    at: performance.now() / 1000,
  };
}

function between(before: Reading, after: Reading, { order, instances }: Rig): TierFacts {
  const spent = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined ? undefined : to - from;
  const generator = after.generator - before.generator;
  const servers = spent(before.servers, after.servers);
  const authorization = spent(before.authorization, after.authorization);
  const balancer = spent(before.balancer, after.balancer);
  const redis = spent(before.redis?.cpuSeconds, after.redis?.cpuSeconds);
  const tiers = [generator, servers, authorization, balancer, redis];
  const ours = tiers.reduce<number>((sum, tier) => sum + (tier ?? 0), after.bench - before.bench);
  const busy = spent(before.machine?.busy, after.machine?.busy);
  // Where the servers are somebody else's, what else runs beside them cannot be told.
  const allSeen = instances.every(({ pid }) => pid !== null);
  return defined({
    // With shares of a core the balancer runs beside the generator.
    generatorCoreSeconds: generator + (order.share === undefined ? 0 : (balancer ?? 0)),
    generatorWaitSeconds:
      order.share === undefined ? spent(before.generatorWaiting, after.generatorWaiting) : undefined,
    cpuSeconds: defined({ servers, authorization, redis, balancer, generator }),
    foreignCpuSeconds: busy !== undefined && allSeen ? Math.max(0, busy - ours) : undefined,
    coreSeconds: (after.at - before.at) * ownCores,
    redisCommands: before.redis && after.redis ? callsBetween(before.redis, after.redis) : undefined,
    stolenSeconds: spent(before.machine?.stolen, after.machine?.stolen),
  });
}

/** What the machine did for others during several spans of time. */
export const sumMachine = (spans: readonly MachineFacts[]): MachineFacts =>
  defined({
    stolenSeconds: total(spans.map((span) => span.stolenSeconds)),
    generatorWaitSeconds: total(spans.map((span) => span.generatorWaitSeconds)),
    foreignCpuSeconds: total(spans.map((span) => span.foreignCpuSeconds)),
    coreSeconds: spans.reduce((sum, span) => sum + span.coreSeconds, 0),
  });

/** Undefined where one of the values is. */
const total = (values: readonly (number | undefined)[]) =>
  values.some((value) => value === undefined)
    ? undefined
    : values.reduce<number>((sum, value) => sum + (value ?? 0), 0);

/**
 * What several loads of one rig spent together.
 * @param machine what it did for others meanwhile, where that is known better than from the loads themselves.
 */
export function sumTiers(loads: readonly TierFacts[], machine: MachineFacts = sumMachine(loads)): TierFacts {
  const names = new Set(loads.flatMap(({ redisCommands }) => Object.keys(redisCommands ?? {})));
  return defined({
    generatorCoreSeconds: loads.reduce((sum, load) => sum + load.generatorCoreSeconds, 0),
    cpuSeconds: defined({
      servers: total(loads.map(({ cpuSeconds }) => cpuSeconds.servers)),
      authorization: total(loads.map(({ cpuSeconds }) => cpuSeconds.authorization)),
      redis: total(loads.map(({ cpuSeconds }) => cpuSeconds.redis)),
      balancer: total(loads.map(({ cpuSeconds }) => cpuSeconds.balancer)),
      generator: loads.reduce((sum, { cpuSeconds }) => sum + cpuSeconds.generator, 0),
    }),
    redisCommands: loads.every(({ redisCommands }) => redisCommands)
      ? Object.fromEntries(
          [...names].map((name) => [name, loads.reduce((sum, load) => sum + (load.redisCommands?.[name] ?? 0), 0)]),
        )
      : undefined,
    generatorWaitSeconds: total(loads.map((load) => load.generatorWaitSeconds)),
    ...machine,
  });
}

/** The members that have a value. */
function defined<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
