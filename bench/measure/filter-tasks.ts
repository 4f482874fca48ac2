// Asks a Bloom filter of revoked tokens for tokens that were not revoked, and counts how often it has to ask Redis. A worker.

import { unheldTokens } from '../../servers/admin/unheld-tokens.ts';
import { loadRevocationCheck } from '../../servers/revocation/index.ts';
import { settingsSchema } from '../../servers/settings.ts';
import { connectRedis } from '../../servers/store/redis.ts';
import type { FilterFacts } from '../record/facts.ts';
import { callsBetween, readRedisCounters } from './redis-counters.ts';

export interface AbsentOrder {
  readonly url: string;
  readonly prefix: string;
  readonly lifeSeconds: number;
  /** How many tokens to ask for. */
  readonly tokens: number;
}

/** Asks for as many random tokens, which expire when revoked ones do; one that is taken for revoked all the same is an error. */
export async function askForAbsent({ url, prefix, lifeSeconds, tokens }: AbsentOrder): Promise<FilterFacts> {
  const redis = await connectRedis(url);
  const stated = settingsSchema.shape.BLOOM_FALSE_POSITIVES.parse(undefined);
  const check = await loadRevocationCheck('bloom-blocklist', {
    redis,
    settings: {
      REDIS_PREFIX: prefix,
      TOKEN_LIFE_SECONDS: lifeSeconds,
      REVOCATION_WHEN_UNSURE: 'refuse',
      BLOOM_FALSE_POSITIVES: stated,
    },
  });
  try {
    const before = await readRedisCounters(redis);
    const now = Math.floor(Date.now() / 1000);
    for (const token of unheldTokens({ from: 0, to: tokens, of: tokens }, lifeSeconds, now)) {
      if (await check?.isRevoked(token)) throw new Error('a token that was not revoked is taken for one that was');
    }
    const calls = callsBetween(before, await readRedisCounters(redis));
    return { type: 'filter', asked: tokens, confirmed: calls.zscore ?? 0, stated };
  } finally {
    await check?.close?.();
    redis.disconnect();
  }
}
