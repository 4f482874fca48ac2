// A rig: what stands up for one trial, all of it in fresh processes: Redis, instances, balancer.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { type Instance, startBalancer, startInstance } from './instances.ts';
import { createQuota } from './quota.ts';
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
  const stops: (() => Promise<void> | void)[] = [];
  const stop = async () => {
    for (const undo of stops.splice(0).reverse()) await undo();
  };
  try {
    const redis = await startRedis(scope, systems);
    stops.push(redis.stop);
    const starting = Array.from({ length: order.instances }, (_, index) =>
      startInstance(scope, redis, { ...order, number: index + 1, cores: systems }),
    );
    const started = await Promise.allSettled(starting);
    const instances = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const quotas = order.quota ? instances.map(({ pid }) => quotaFor(scope, pid)) : [];
    stops.push(() => {
      for (const quota of quotas) quota.remove();
    });
    for (const instance of instances) stops.push(instance.stop);
    for (const result of started) if (result.status === 'rejected') throw result.reason;

    const balancer =
      order.balancer === 'haproxy' ? await startBalancer(scope, instances, order.quota ? generator : systems) : null;
    if (balancer) stops.push(balancer.stop);
    const failed = Promise.race([redis, ...instances, ...(balancer ? [balancer] : [])].map((part) => part.failed));
    failed.catch(() => {});
    return {
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

function quotaFor({ machine, mark }: RunScope, pid: number) {
  if (machine.quota.kind === 'unavailable') throw new Error(machine.quota.reason);
  const quota = createQuota(machine.quota, `${mark}-${pid}`);
  quota.add(pid);
  return quota;
}
