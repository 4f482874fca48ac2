// An instance's connection to Redis: fails fast, queues nothing, so that a dead Redis is an answer and not a wait.
import { Redis } from 'ioredis';

/** Milliseconds after which a command counts as failed. */
const commandTimeout = 2_000;

/**
 * Connects to Redis and waits until it answers.
 * @throws {Error} when Redis cannot be reached at the start; later losses are retried in the background.
 */
export async function connectRedis(url: string): Promise<Redis> {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout,
    connectTimeout: commandTimeout,
    retryStrategy: (attempt) => Math.min(attempt * 50, 500),
  });
  // Each failed command is reported by its own rejection; without a listener ioredis prints every lost connection.
  redis.on('error', () => {});
  try {
    await redis.connect();
    await redis.ping();
  } catch (cause) {
    redis.disconnect();
    throw new Error(`Redis does not answer at ${withoutPassword(url)}`, { cause });
  }
  return redis;
}

/** Counts matching keys where they are, a step at a time. ARGV: cursor, pattern. */
const countScript = `
  local step = redis.call('SCAN', ARGV[1], 'MATCH', ARGV[2], 'COUNT', 1000)
  return {step[1], #step[2]}`;

/** How many keys match a pattern; exact while none come or go. All keys are looked at, in steps that hold nobody up. */
export async function countKeys(redis: Redis, pattern: string): Promise<number> {
  let [cursor, keys] = ['0', 0];
  do {
    const [next, found] = (await redis.eval(countScript, 0, cursor, pattern)) as [string, number];
    [cursor, keys] = [next, keys + found];
  } while (cursor !== '0');
  return keys;
}

/** A URL that can be shown: its password is left out. */
function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password) shown.password = '***';
  return shown.href;
}
