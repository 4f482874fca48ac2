// Removes what a run wrote into a Redis that is not ours: its own prefix, nothing else.
import { Redis } from 'ioredis';

/** Deletes every key that begins with the prefix, in small steps that do not hold up others. */
export async function deleteKeys(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1 });
  try {
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1_000 })) {
      if (keys.length > 0) await redis.unlink(...(keys as string[]));
    }
  } finally {
    redis.disconnect();
  }
}
