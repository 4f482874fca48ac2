// Starts a real rig for a test, and everything that it needs.
import { afterAll } from 'vitest';
import { inspectMachine } from '../../bench/rig/machine.ts';
import { startRedis } from '../../bench/rig/redis.ts';
import { type Rig, startRig } from '../../bench/rig/rig.ts';
import { openRunScope } from '../../bench/rig/run-scope.ts';
import { connectRedis } from '../../servers/store/redis.ts';
import { type StrategyName, strategies } from '../../servers/strategies/index.ts';

/** All that keep a session behind a cookie. */
export const sessionStrategies = (Object.keys(strategies) as StrategyName[]).filter(
  (name) => strategies[name].credential === 'session',
);

/** A run's scope that ends, with all its processes, when the test file does. */
export async function testScope() {
  const scope = await openRunScope(inspectMachine(), { redisUrl: null, adminSecret: null });
  afterAll(() => scope.close());
  return scope;
}

/** A Redis of a test file's own, and a connection to it as the servers make them. */
export async function testRedis(scope: Awaited<ReturnType<typeof testScope>>) {
  const server = await startRedis(scope, null);
  const redis = await connectRedis(server.url);
  afterAll(async () => {
    redis.disconnect();
    await server.stop();
  });
  return { server, redis };
}

/** A rig of some instances of a strategy, without a balancer: each instance is spoken to by its own address. */
export function startInstances(
  scope: Awaited<ReturnType<typeof testScope>>,
  strategy: string,
  instances: number,
  settings: Readonly<Record<string, string>> = {},
): Promise<Rig> {
  return startRig(scope, { strategy, algorithm: 'HS256', instances, balancer: 'none', settings }, null);
}

/** Asks an instance, with a credential or without. */
export async function ask(
  rig: Rig,
  instance: number,
  method: 'GET' | 'POST',
  path: string,
  headers: Record<string, string> = {},
  body?: object,
) {
  const response = await fetch(`${rig.instances[instance]?.url}${path}`, {
    method,
    headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, body: await response.json().catch(() => null), headers: response.headers };
}

/** Keeps this process from everything else, as if it stood still; what comes meanwhile waits in its sockets. */
export function standStill(milliseconds: number): void {
  for (const until = performance.now() + milliseconds; performance.now() < until; );
}

/** Some rounds of the event loop: what was due, and what had arrived, has been seen. */
export async function afterSomeRounds(): Promise<void> {
  for (let round = 0; round < 10; round += 1) await new Promise(setImmediate);
}
