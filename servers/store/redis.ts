// The one Redis connection of an instance: fails fast, queues nothing, so that a dead Redis is an answer and not a wait.
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

/** A URL that can be shown: its password is left out. */
export function withoutPassword(url: string): string {
  const shown = new URL(url);
  if (shown.password) shown.password = '***';
  return shown.href;
}
