// Where the CPU time of each tier of a rig is read: in the kernel where it tells it in nanoseconds; elsewhere, and in containers, each
// server tells its own, and tiers without a source are left out.
import type { CpuClock } from './cpu-clock.ts';
import type { Rig } from './rig.ts';

/** Who tells the CPU time of a process. */
export type CpuSource =
  | { readonly from: 'kernel'; readonly pid: number }
  | { readonly from: 'probe'; readonly host: string; readonly port: number }
  | { readonly from: 'redis'; readonly url: string };

const tiers = ['servers', 'authorization', 'redis', 'balancer'] as const;
export type Tier = (typeof tiers)[number];

/** The sources of each tier that has any. */
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
  const byKernel = (pid: number | null): CpuSource[] =>
    pid !== null && clock === 'kernel' ? [{ from: 'kernel', pid }] : [];
  const ofServer = ({ url, pid, cpuPort: port }: Rig['instances'][number]): CpuSource[] => {
    const kernel = byKernel(pid);
    return kernel.length > 0 || port === undefined ? kernel : [{ from: 'probe', host: new URL(url).hostname, port }];
  };
  const ofRedis = ({ url, pid }: NonNullable<Rig['redis']>): CpuSource[] => {
    // Beside servers that the user runs, Redis is theirs; beside ours, the CPU of a Redis that the user named includes what others ask of it.
    const isTheirs = pid === null && instances.every((instance) => instance.pid === null);
    return isTheirs || (pid !== null && clock === 'processes') ? [{ from: 'redis', url }] : byKernel(pid);
  };
  const sources = {
    servers: instances.filter((_, index) => loaded.includes(index)).flatMap(ofServer),
    authorization: authorizationServers.flatMap(ofServer),
    redis: redis ? ofRedis(redis) : [],
    balancer: balancer ? byKernel(balancer.pid) : [],
  };
  return Object.fromEntries(Object.entries(sources).filter(([, own]) => own.length > 0));
}
