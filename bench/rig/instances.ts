// Instances of a server under test, each a fresh process, and the balancer in front of them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { strategies } from '../../servers/strategies/index.ts';
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { combinationOf } from '../plan/strategies.ts';
import { freePort } from './ports.ts';
import { type RunningProcess, startProcess } from './processes.ts';
import type { TrialRedis } from './redis.ts';
import type { RunScope } from './run-scope.ts';
import { balancerConfiguration, credentialLives } from './topology.ts';

export interface Instance extends RunningProcess {
  readonly url: string;
}

export interface InstanceOrder {
  /** As the plan names it: `jwt+redis-blocklist`. */
  readonly strategy: string;
  readonly algorithm: Algorithm;
  readonly number: number;
  /** Whether it shares a core, and so the caches, with other instances that would have machines of their own. */
  readonly sharesCore: boolean;
}

/**
 * Mebibytes of each half of an instance's young generation. Each instance writes through all of it again and again; at
 * V8's 16 four of them push one another out of a cache that machines of their own would not share, and a request at
 * four instances cost a quarter more CPU than at one.
 */
const sharedYoungGeneration = 2;

/** Starts one instance and waits until it listens; on any core, so that several start sooner, until it is pinned. */
export async function startInstance(scope: RunScope, redis: TrialRedis, order: InstanceOrder): Promise<Instance> {
  const { strategy, check } = combinationOf(order.strategy);
  const { server } = strategies[strategy];
  const running = await startProcess({
    name: `${server} ${order.number} (${order.strategy})`,
    command: process.execPath,
    args: [
      `--title=${scope.mark}`,
      '--no-deprecation',
      ...(order.sharesCore ? [`--max-semi-space-size=${sharedYoungGeneration}`] : []),
      fileURLToPath(new URL(`../../servers/${server}.ts`, import.meta.url)),
    ],
    env: {
      NODE_COMPILE_CACHE: join(scope.directory, 'compile-cache'),
      ...credentialLives,
      HOST: '127.0.0.1',
      PORT: '0',
      INSTANCE: String(order.number),
      REDIS_URL: redis.url,
      REDIS_PREFIX: redis.prefix,
      AUTH_STRATEGY: strategy,
      REVOCATION_CHECK: check,
      ADMIN_SECRET: scope.adminSecret,
      SESSION_SECRET: scope.sessionSecret,
      TOKEN_ALGORITHM: order.algorithm,
      TOKEN_KEY: JSON.stringify(await scope.keyOf(order.algorithm)),
    },
    cores: null,
    ready: { line: /"listening":"(http[^"]+)"/ },
  });
  return { ...running, url: running.said };
}

/** Starts HAProxy in front of instances; `url` is where clients connect. */
export async function startBalancer(
  scope: RunScope,
  instances: readonly Instance[],
  cores: string | null,
): Promise<Instance> {
  const port = await freePort();
  const file = join(scope.directory, `haproxy-${port}.cfg`);
  const servers = instances.map(({ url }, index) => `server instance-${index + 1} ${new URL(url).host}`);
  writeFileSync(file, balancerConfiguration([{ name: 'instances', bind: `127.0.0.1:${port}`, servers }]));
  const running = await startProcess({
    name: 'HAProxy',
    command: scope.machine.balancerCommand as string,
    args: ['-db', '-f', file],
    cores,
    ready: { port },
  });
  return { ...running, url: `http://127.0.0.1:${port}` };
}
