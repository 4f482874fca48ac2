// A rig: what stands up for one trial, all of it in fresh processes: Redis, instances, balancer.
import { strategies } from '../../servers/strategies/index.ts';
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { combinationOf } from '../plan/strategies.ts';
import { type Instance, startAuthorizationServer, startBalancer, startInstance } from './instances.ts';
import type { Placement } from './machine.ts';
import { freePort } from './ports.ts';
import { pin } from './processes.ts';
import { type CpuQuota, createQuota } from './quota.ts';
import { connect, startRedis, type TrialRedis } from './redis.ts';
import { openRedisLink, type RedisLink } from './redis-link.ts';
import type { RigScope } from './run-scope.ts';
import { addressesOf, parseTarget, probedServers } from './targets.ts';

export interface RigOptions {
  readonly strategy: string;
  readonly algorithm: Algorithm;
  readonly instances: number;
  readonly balancer: 'haproxy' | 'none';
  /** How many authorization servers; unless told otherwise one for a strategy that asks it, which asks the first. */
  readonly authorizationServers?: number;
  /** Which instances stand behind each door of the balancer, counted from 0; without it one door for all. */
  readonly groups?: readonly (readonly number[])[];
  /** True for services in a row: each instance calls the next one (`GET /me/hops/:hops`), and the last nobody. */
  readonly chained?: true;
  /** The share of one core that limitInstances holds each instance to; the balancer then leaves their core to them. */
  readonly share?: number;
  /** False for a rig that nothing is measured on: its processes may use every core. */
  readonly placed?: false;
  /** Settings of the instances, by the names in `servers/settings.ts`, that are to differ from what they usually are. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whose servers to run: the root of a checkout with its dependencies; this one unless told otherwise. */
  readonly tree?: string;
  /** The last instance, or the authorization server where there is one, reaches Redis over a link that can be cut. */
  readonly redisLink?: true;
  /** False for instances without admin routes, and so without the probes that those read. */
  readonly admin?: false;
  /** CPU time that each request costs on top: a cost that is known. */
  readonly injectedMicroseconds?: number;
  /** On the command line of each instance. */
  readonly v8Flags?: readonly string[];
}

export interface Rig {
  readonly order: RigOptions;
  /** Where the load goes, one entry per group: a door of the balancer, or without one the instances themselves. */
  readonly entries: readonly (readonly string[])[];
  /** Where the admin routes are; the pid only of processes of ours, the port only of those that tell their own CPU. */
  readonly instances: readonly { readonly url: string; readonly pid: number | null; readonly cpuPort?: number }[];
  readonly authorizationServers: Rig['instances'];
  readonly balancer: { readonly pid: number } | null;
  /** Null when the servers' Redis is not known. */
  readonly redis: Pick<TrialRedis, 'url' | 'client' | 'prefix' | 'dump' | 'pid'> | null;
  /** The way to Redis that can be cut; null unless it was ordered. */
  readonly redisLink: RedisLink | null;
  readonly adminSecret: string;
  /** Holds each instance to its share from now on; the rig starts without a limit. */
  limitInstances(): void;
  /** Rejects as soon as a process of the rig ends by itself. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** All processes of a rig; null for each that is not ours. */
export const pidsOf = ({ redis, authorizationServers, instances, balancer }: Rig): (number | null)[] =>
  [...(redis ? [redis] : []), ...authorizationServers, ...instances, ...(balancer ? [balancer] : [])].map(
    ({ pid }) => pid,
  );

const anyCore: Placement = { generator: null, systems: null };

/**
 * Brings up a rig. Whatever of it has been started is stopped again when a part fails.
 * @param snapshot a file that its Redis begins with; null for an empty one.
 * @throws {import('../record/errors.ts').BenchError} PROCESS_FAILED or REDIS_UNREACHABLE.
 */
export async function startRig(scope: RigScope, order: RigOptions, snapshot: string | null): Promise<Rig> {
  const { generator, systems } = order.placed === false ? anyCore : scope.machine.placement;
  const processes: { stop(): Promise<void> }[] = [];
  const quotas: CpuQuota[] = [];
  const stop = async () => {
    await Promise.all(processes.splice(0).map((process) => process.stop()));
    for (const quota of quotas.splice(0)) quota.remove();
  };
  try {
    const redis = await startRedis(scope, systems, snapshot);
    processes.push(redis);
    /** Starts several of a kind at once; what has started is stopped with the rig, also when another has not. */
    const startAll = async (count: number, start: (number: number) => Promise<Instance>): Promise<Instance[]> => {
      const started = await Promise.allSettled(Array.from({ length: count }, (_, index) => start(index + 1)));
      const running = started.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      processes.push(...running);
      for (const result of started) if (result.status === 'rejected') throw result.reason;
      return running;
    };
    const { asksAuthorizationServer } = strategies[combinationOf(order.strategy).strategy];
    const redisLink = order.redisLink ? await openRedisLink(redis.url) : null;
    if (redisLink) processes.push(redisLink);
    const overLink = redisLink ? { ...redis, url: redisLink.url } : redis;
    const authorizationServers = await startAll(
      order.authorizationServers ?? (asksAuthorizationServer ? 1 : 0),
      (number) => startAuthorizationServer(scope, overLink, { ...order, number }),
    );
    const [authorization] = authorizationServers;
    const asked = authorization ? { authorizationUrl: authorization.url } : {};
    const links = order.chained ? await chainOf(order.instances) : [];
    const instances = await startAll(order.instances, (number) => {
      const its = !authorization && number === order.instances ? overLink : redis;
      const settings = { ...order.settings, ...links[number - 1] };
      return startInstance(scope, its, { ...order, ...asked, number, settings });
    });
    if (order.share !== undefined) quotas.push(...instances.map(({ pid }) => quotaFor(scope, pid)));
    for (const { pid } of [...authorizationServers, ...instances]) pin(pid, systems);

    const groups = (order.groups ?? [[...instances.keys()]]).map((members) =>
      members.map((member) => instances[member] as Instance),
    );
    const cores = order.share === undefined ? systems : generator;
    const balancer = order.balancer === 'haproxy' ? await startBalancer(scope, groups, cores) : null;
    if (balancer) processes.push(balancer);
    const parts = [redis, ...authorizationServers, ...instances, ...(balancer ? [balancer] : [])];
    const failed = Promise.race(parts.map((part) => part.failed));
    failed.catch(() => {});
    return {
      order,
      entries: balancer ? balancer.urls.map((url) => [url]) : groups.map((group) => group.map(({ url }) => url)),
      instances,
      authorizationServers,
      balancer,
      redis,
      redisLink,
      adminSecret: scope.adminSecret,
      limitInstances() {
        for (const quota of quotas) quota.limit(order.share as number);
      },
      failed,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * A rig of servers that the user runs: nothing is started, placed or limited, and measured is what they tell and what can be seen from
 * outside.
 * @param target where they are reached, as `parseTarget` takes it.
 */
export async function attachRig(scope: RigScope, order: RigOptions, target: string): Promise<Rig> {
  const { door, instances: named } = parseTarget(target);
  const instances = await probedServers(await addressesOf(named));
  const asked = [...new Set(instances.flatMap(({ place }) => place?.asks ?? []))];
  const client = scope.namedRedis ? await connect(scope.namedRedis) : null;
  return {
    order,
    entries: [door === named ? instances.map(({ url }) => url) : [door]],
    instances,
    authorizationServers: await probedServers(asked),
    balancer: null,
    redis: client ? { url: scope.namedRedis ?? '', client, prefix: '', dump: null, pid: null } : null,
    redisLink: null,
    adminSecret: scope.adminSecret,
    limitInstances() {},
    failed: new Promise(() => {}),
    stop: async () => client?.disconnect(),
  };
}

/** What each instance is told for all of them to stand in a row. */
async function chainOf(instances: number): Promise<Record<string, string>[]> {
  const ports = await Promise.all(Array.from({ length: instances }, freePort));
  return ports.map((port, index) => {
    const next = ports[index + 1];
    return { PORT: String(port), ...(next === undefined ? {} : { NEXT_SERVICE_URL: `http://127.0.0.1:${next}` }) };
  });
}

function quotaFor({ machine, mark }: RigScope, pid: number): CpuQuota {
  if (machine.quota.kind === 'unavailable') throw new Error(machine.quota.reason);
  const quota = createQuota(machine.quota, `${mark}-${pid}`);
  quota.add(pid);
  return quota;
}
