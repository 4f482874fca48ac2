// Instances of a server under test, each a fresh process, and the balancer in front of them.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strategies } from '../../servers/strategies/index.ts';
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { combinationOf } from '../plan/strategies.ts';
import { compileCache } from './compile-cache.ts';
import { freePort } from './ports.ts';
import { type RunningProcess, startProcess } from './processes.ts';
import type { TrialRedis } from './redis.ts';
import type { RigScope } from './run-scope.ts';
import { balancerConfiguration, credentialLives } from './topology.ts';

export interface Instance extends RunningProcess {
  readonly url: string;
  /** Where it tells its own CPU, on machines whose kernel does not. */
  readonly cpuPort?: number;
}

export interface InstanceOptions {
  /** As the plan names it: `jwt+redis-blocklist`. */
  readonly strategy: string;
  readonly algorithm: Algorithm;
  readonly number: number;
  readonly settings?: Readonly<Record<string, string>>;
  readonly tree?: string;
  readonly injectedMicroseconds?: number;
  readonly v8Flags?: readonly string[];
  readonly admin?: false;
  /** Where the authorization server is, if there is one. */
  readonly authorizationUrl?: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const injectedCost = new URL('./injected-cost.ts', import.meta.url).href;
const cpuProbe = new URL('./cpu-probe.ts', import.meta.url).href;

/** The Node.js that a checkout pins, for it is the largest of its dependencies; ours where it has none. */
export function nodeOf(tree: string): string {
  const pinned = join(tree, 'node_modules', '.bin', 'node');
  return existsSync(pinned) ? pinned : process.execPath;
}

/** Starts one instance and waits until it listens; on any core, so that several start sooner, until it is pinned. */
export async function startInstance(scope: RigScope, redis: TrialRedis, order: InstanceOptions): Promise<Instance> {
  const { strategy } = combinationOf(order.strategy);
  const { server } = strategies[strategy];
  return startServer(scope, redis, order, server, {
    AUTH_STRATEGY: strategy,
    SESSION_SECRET: scope.sessionSecret,
    ...(order.authorizationUrl === undefined ? {} : { AUTHORIZATION_SERVER_URL: order.authorizationUrl }),
  });
}

/** Starts one authorization server, in the same way. It gives out what the strategy takes; a cost put in is the instances' own. */
export function startAuthorizationServer(
  scope: RigScope,
  redis: TrialRedis,
  { injectedMicroseconds: _, ...order }: InstanceOptions,
): Promise<Instance> {
  const { strategy } = combinationOf(order.strategy);
  return startServer(scope, redis, order, 'authorization-server', {
    ACCESS_TOKENS: strategies[strategy].asksAuthorizationServer ? 'opaque' : 'jwt',
    REFRESH_SECRET: scope.refreshSecret,
  });
}

async function startServer(
  scope: RigScope,
  redis: TrialRedis,
  order: InstanceOptions,
  server: string,
  settings: Readonly<Record<string, string>>,
): Promise<Instance> {
  // A port for each process that has to tell its own CPU.
  const cpuPort = scope.machine.cpuClock === 'processes' ? await freePort() : undefined;
  const running = await startProcess({
    name: `${server} ${order.number} (${order.strategy})`,
    command: order.tree ? nodeOf(order.tree) : process.execPath,
    args: [
      `--title=${scope.mark}`,
      '--no-deprecation',
      '--disable-warning=ExperimentalWarning',
      ...(order.v8Flags ?? []),
      ...(cpuPort === undefined ? [] : ['--import', cpuProbe]),
      ...(order.injectedMicroseconds === undefined ? [] : ['--import', injectedCost]),
      join(order.tree ?? root, 'servers', `${server}.ts`),
    ],
    env: {
      ...(cpuPort === undefined ? {} : { CPU_PROBE_PORT: String(cpuPort) }),
      ...(order.injectedMicroseconds === undefined
        ? {}
        : { INJECTED_MICROSECONDS: String(order.injectedMicroseconds) }),
      NODE_COMPILE_CACHE: compileCache,
      ...credentialLives,
      HOST: '127.0.0.1',
      PORT: '0',
      INSTANCE: String(order.number),
      REDIS_URL: redis.url,
      REDIS_PREFIX: redis.prefix,
      REVOCATION_CHECK: combinationOf(order.strategy).check,
      ...(order.admin === false ? {} : { ADMIN_SECRET: scope.adminSecret }),
      TOKEN_ALGORITHM: order.algorithm,
      TOKEN_KEY: JSON.stringify(await scope.keyOf(order.algorithm)),
      INTROSPECTION_SECRET: scope.introspectionSecret,
      ...settings,
      ...order.settings,
    },
    cores: null,
    ready: { line: /"listening":"(http[^"]+)"/ },
  });
  return { ...running, url: running.said, ...(cpuPort === undefined ? {} : { cpuPort }) };
}

export interface Balancer extends RunningProcess {
  /** Where clients connect, one address per group. */
  readonly urls: readonly string[];
}

/** Starts HAProxy with one door for each group of instances. */
export async function startBalancer(
  scope: RigScope,
  groups: readonly (readonly Instance[])[],
  cores: string | null,
): Promise<Balancer> {
  const ports = await Promise.all(groups.map(freePort));
  const file = join(scope.directory, `haproxy-${ports[0]}.cfg`);
  const services = groups.map((instances, index) => ({
    name: `group-${index + 1}`,
    bind: `127.0.0.1:${ports[index]}`,
    servers: instances.map(({ url }) => `server ${new URL(url).port} ${new URL(url).host}`),
  }));
  writeFileSync(file, balancerConfiguration(services));
  const running = await startProcess({
    name: 'HAProxy',
    command: scope.machine.balancerCommand as string,
    args: ['-db', '-f', file],
    cores,
    ready: { port: ports.at(-1) as number },
  });
  return { ...running, urls: ports.map((port) => `http://127.0.0.1:${port}`) };
}
