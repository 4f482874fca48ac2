// Where the CPU time of each tier of a rig is read: in the kernel where it tells it in nanoseconds; elsewhere each process tells its
// own, and what nobody tells is left out.
import type { CpuClock } from './cpu-clock.ts';
import type { Rig } from './rig.ts';

/** Who tells the CPU time of a process. */
export type CpuSource =
  | { readonly from: 'kernel'; readonly pid: number }
  | { readonly from: 'process'; readonly port: number }
  | { readonly from: 'redis'; readonly url: string };

const tiers = ['servers', 'authorization', 'redis', 'balancer'] as const;
export type Tier = (typeof tiers)[number];

/** The sources of each tier that can be told. A Redis that is not ours, and servers that are not, have none. */
export type TierSources = Partial<Record<Tier, readonly CpuSource[]>>;

/**
 * The sources of a rig.
 * @param loaded which instances the load goes to, counted from 0; all unless told.
 */
export function cpuSourcesOf(
  { instances, authorizationServers, redis, balancer }: Rig,
  clock: CpuClock,
  loaded: readonly number[] = [...instances.keys()],
): TierSources {
  const of = (processes: readonly { readonly pid: number | null; readonly cpuPort?: number }[]): CpuSource[] =>
    processes.flatMap(({ pid, cpuPort }): CpuSource[] => {
      if (pid === null) return [];
      if (clock === 'kernel') return [{ from: 'kernel', pid }];
      return cpuPort === undefined ? [] : [{ from: 'process', port: cpuPort }];
    });
  const ofRedis: CpuSource[] =
    redis?.pid == null ? [] : clock === 'kernel' ? of([redis]) : [{ from: 'redis', url: redis.url }];
  const sources = {
    servers: of(instances.filter((_, index) => loaded.includes(index))),
    authorization: of(authorizationServers),
    redis: ofRedis,
    balancer: balancer && clock === 'kernel' ? of([balancer]) : [],
  };
  return Object.fromEntries(Object.entries(sources).filter(([, own]) => own.length > 0));
}
