// Which credentials a user holds, each until it ends: what "log out everywhere" has to know.
import type { Redis } from 'ioredis';
import { clockSkew, surelyCome } from './clock-skew.ts';

interface HeldCredential {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly endsAt: number;
}

export interface UserCredentials {
  add(user: string, credential: HeldCredential): Promise<void>;
  /** The credentials that have not ended yet; some that ended in the last minute may be among them. */
  list(user: string): Promise<HeldCredential[]>;
  /** Forgets credentials; to be called once they are revoked, never before, so that a failure can be tried again. */
  remove(user: string, ids: string[]): Promise<void>;
}

/** Kinds of credential are ended in ways of their own: nobody may list, and forget, what he cannot end. */
export type CredentialKind = 'session' | 'signed-token' | 'opaque-token' | 'token-of-grant';

/**
 * Keeps one sorted set per user and kind, scored by the end of each credential; the set ends with its last member.
 * @param prefix what every key begins with.
 */
export function createUserCredentials(redis: Redis, prefix: string, kind: CredentialKind): UserCredentials {
  const key = (user: string) => `${prefix}credentials:${kind}:${user}`;
  return {
    async add(user, { id, endsAt }) {
      const batch = redis.pipeline();
      batch.zremrangebyscore(key(user), '-inf', surelyCome());
      batch.zadd(key(user), endsAt, id);
      // The newest need not end last: another server may let credentials live longer.
      const keptUntil = endsAt + clockSkew;
      batch.expireat(key(user), keptUntil, 'NX').expireat(key(user), keptUntil, 'GT');
      for (const [error] of (await batch.exec()) ?? []) if (error) throw error;
    },
    async list(user) {
      const members = await redis.zrange(key(user), `(${surelyCome()}`, '+inf', 'BYSCORE', 'WITHSCORES');
      return pairs(members);
    },
    async remove(user, ids) {
      if (ids.length > 0) await redis.zrem(key(user), ...ids);
    },
  };
}

/** RESP2 answers member, score, member, ...; RESP3 answers pairs. */
function pairs(members: readonly unknown[]): HeldCredential[] {
  const flat = members.flat();
  const held: HeldCredential[] = [];
  for (let i = 0; i < flat.length; i += 2) held.push({ id: String(flat[i]), endsAt: Number(flat[i + 1]) });
  return held;
}
