// What each tier spends while a load runs: CPU of servers, Redis, balancer and generator, and Redis' commands.
import type { InstanceCounters } from '../../servers/admin.ts';
import type { HttpFacts } from '../record/observation.ts';
import { instanceCounters } from '../rig/admin.ts';
import type { Rig } from '../rig/rig.ts';
import { cpuSecondsOf, stolenSeconds } from './cpu.ts';
import { callsBetween, readRedisCounters } from './redis-counters.ts';

export type TierFacts = Pick<HttpFacts, 'cpuSeconds' | 'redisCommands' | 'eventLoopDelayP99' | 'stolenSeconds'>;

/** Runs something and tells what each tier spent meanwhile. */
export async function watchTiers<T>(
  rig: Rig,
  generator: number,
  run: () => Promise<T>,
): Promise<{ value: T; tiers: TierFacts }> {
  await instanceCounters(rig);
  const before = await read(rig, generator);
  const value = await run();
  const after = await read(rig, generator);
  const counters = await instanceCounters(rig);
  return { value, tiers: between(before, after, counters) };
}

async function read(rig: Rig, generator: number) {
  return {
    redis: await readRedisCounters(rig.redis.client),
    servers: rig.instances.map(({ pid }) => cpuSecondsOf(pid)).reduce((sum, seconds) => sum + seconds, 0),
    balancer: rig.balancer ? cpuSecondsOf(rig.balancer.pid) : undefined,
    generator: cpuSecondsOf(generator),
    stolen: stolenSeconds(),
  };
}

type Reading = Awaited<ReturnType<typeof read>>;

function between(before: Reading, after: Reading, counters: readonly InstanceCounters[]): TierFacts {
  return {
    cpuSeconds: {
      servers: after.servers - before.servers,
      redis: after.redis.cpuSeconds - before.redis.cpuSeconds,
      generator: after.generator - before.generator,
      ...(after.balancer !== undefined && before.balancer !== undefined
        ? { balancer: after.balancer - before.balancer }
        : {}),
    },
    redisCommands: callsBetween(before.redis, after.redis),
    eventLoopDelayP99: Math.max(...counters.map(({ eventLoopDelay }) => eventLoopDelay.p99)),
    ...(after.stolen !== undefined && before.stolen !== undefined
      ? { stolenSeconds: after.stolen - before.stolen }
      : {}),
  };
}
