// A rig: what stands up for one trial, all of it in fresh processes: Redis, instances, balancer.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { type Instance, startBalancer, startInstance } from './instances.ts';
import { type CpuQuota, createQuota } from './quota.ts';
import { startRedis, type TrialRedis } from './redis.ts';
import type { RunScope } from './run-scope.ts';

export interface RigOrder {
  readonly strategy: string;
  readonly algorithm: Algorithm;
  readonly instances: number;
  readonly balancer: 'haproxy' | 'none';
  /** Whether each instance can be held to a share of a core; the balancer then leaves the systems' cores to them. */
  readonly quota: boolean;
}

export interface Rig {
  readonly order: RigOrder;
  /** Where the load goes: the balancer, or without one each instance in turn. */
  readonly urls: readonly string[];
  readonly instances: readonly Instance[];
  readonly balancer: Instance | null;
  readonly redis: TrialRedis;
  readonly adminSecret: string;
  /** Holds each instance to a share of one core from now on; the rig starts and warms up without a limit. */
  limitInstances(share: number): void;
  /** Rejects as soon as a process of the rig ends by itself. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/**
 * Brings up a rig. Whatever of it has been started is stopped again when a part fails.
 * @throws {import('../record/errors.ts').BenchError} PROCESS_FAILED or REDIS_UNREACHABLE.
 */
export async function startRig(scope: RunScope, order: RigOrder): Promise<Rig> {
  const { generator, systems } = scope.machine.placement;
  const processes: { stop(): Promise<void> }[] = [];
  const quotas: CpuQuota[] = [];
  const stop = async () => {
    await Promise.all(processes.splice(0).map((process) => process.stop()));
    for (const quota of quotas.splice(0)) quota.remove();
  };
  try {
    const redis = await startRedis(scope, systems);
    processes.push(redis);
    const starting = Array.from({ length: order.instances }, (_, index) =>
      startInstance(scope, redis, { ...order, number: index + 1, cores: systems }),
    );
    const started = await Promise.allSettled(starting);
    const instances = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    processes.push(...instances);
    if (order.quota) quotas.push(...instances.map(({ pid }) => quotaFor(scope, pid)));
    for (const result of started) if (result.status === 'rejected') throw result.reason;

    const balancer =
      order.balancer === 'haproxy' ? await startBalancer(scope, instances, order.quota ? generator : systems) : null;
    if (balancer) processes.push(balancer);
    const failed = Promise.race([redis, ...instances, ...(balancer ? [balancer] : [])].map((part) => part.failed));
    failed.catch(() => {});
    return {
      order,
      urls: balancer ? [balancer.url] : instances.map(({ url }) => url),
      instances,
      balancer,
      redis,
      adminSecret: scope.adminSecret,
      limitInstances(share) {
        for (const quota of quotas) quota.limit(share);
      },
      failed,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function quotaFor({ machine, mark }: RunScope, pid: number): CpuQuota {
  if (machine.quota.kind === 'unavailable') throw new Error(machine.quota.reason);
  const quota = createQuota(machine.quota, `${mark}-${pid}`);
  quota.add(pid);
  return quota;
}
