// The Redis of a trial: one of our own on a free port with nothing on disk, or the user's under a prefix of the run.
import { linkSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { BenchError } from '../record/errors.ts';
import { freePort } from './ports.ts';
import { startProcess } from './processes.ts';
import { deleteKeys } from './redis-keys.ts';
import type { RigScope } from './run-scope.ts';
import { redisSettings } from './topology.ts';

export interface TrialRedis {
  readonly url: string;
  readonly prefix: string;
  /** The bench's own connection, for set-up and counters. */
  readonly client: Redis;
  /** The file that its SAVE writes; null for a Redis that is not ours. */
  readonly dump: string | null;
  /** Null for a Redis that is not ours. */
  readonly pid: number | null;
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/**
 * Starts, or connects to, the Redis of one trial; its keys are gone when it is stopped.
 * @param snapshot a file that a Redis of our own begins with.
 */
export async function startRedis(
  scope: RigScope,
  cores: string | null,
  snapshot: string | null = null,
): Promise<TrialRedis> {
  if (scope.namedRedis) return useNamedRedis(scope, scope.namedRedis);
  const port = await freePort();
  const directory = join(scope.directory, `redis-${port}`);
  mkdirSync(directory);
  const dump = join(directory, 'dump.rdb');
  // A link will do: Redis reads it, and its SAVE puts another file in its place.
  if (snapshot) linkSync(snapshot, dump);
  const server = await startProcess({
    name: 'Redis',
    command: scope.machine.redisCommand as string,
    // With its title left alone, the run's mark stays on its command line (in --dir) for the janitor to find.
    args: [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--dir',
      directory,
      '--set-proc-title',
      'no',
      ...redisSettings,
    ],
    cores,
    ready: { line: /Ready to accept connections/ },
  });
  const url = `redis://127.0.0.1:${port}`;
  const client = await connect(url);
  return {
    url,
    prefix: scope.redisPrefix,
    client,
    dump,
    pid: server.pid,
    failed: server.failed,
    async stop() {
      client.disconnect();
      await server.stop();
      rmSync(directory, { recursive: true });
    },
  };
}

async function useNamedRedis(scope: RigScope, url: string): Promise<TrialRedis> {
  const client = await connect(url);
  return {
    url,
    prefix: scope.redisPrefix,
    client,
    dump: null,
    pid: null,
    failed: new Promise(() => {}),
    async stop() {
      client.disconnect();
      await deleteKeys(url, scope.redisPrefix);
    },
  };
}

/**
 * Checks a Redis that the user named.
 * @returns its version.
 * @throws {BenchError} BAD_REDIS_URL or REDIS_UNREACHABLE.
 */
export async function checkNamedRedis(url: string): Promise<string> {
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    throw new BenchError('BAD_REDIS_URL', 'REDIS_URL is not an address like redis://127.0.0.1:6379');
  }
  const client = await connect(url);
  try {
    const version = /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? '';
    if (Number.parseInt(version, 10) < 7) {
      throw new BenchError('REDIS_UNREACHABLE', `the Redis of REDIS_URL is version ${version}; 7 or later is needed`);
    }
    return version;
  } finally {
    client.disconnect();
  }
}

/** @throws {BenchError} REDIS_UNREACHABLE. */
export async function connect(url: string): Promise<Redis> {
  const client = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: 3_000,
    retryStrategy: () => null,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.ping();
    return client;
  } catch (cause) {
    client.disconnect();
    const { host } = new URL(url);
    throw new BenchError('REDIS_UNREACHABLE', `no Redis answers at ${host}: ${(cause as Error).message}`, { cause });
  }
}
