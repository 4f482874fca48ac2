// Opaque access tokens: random, and meaning something only to whoever remembers them. Redis holds a digest of each, so that
// whoever reads Redis cannot present one.
import { createHash, randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { createUserCredentials } from '../store/user-credentials.ts';

/** 256 random bits. */
const tokenBytes = 32;

/** Of an active token; `exp` in seconds since the epoch. */
interface OpaqueClaims {
  readonly sub: string;
  readonly exp: number;
  /** The family of refresh tokens that it came of; absent of a token that came of none. */
  readonly family?: string;
}

export interface OpaqueTokens {
  /** `id` is what the store knows the token by. */
  issue(user: string, family?: string): Promise<{ token: string; id: string; claims: OpaqueClaims }>;
  /** Null for a token that was never issued, has ended or was taken back. */
  read(token: string): Promise<OpaqueClaims | null>;
  /** False when it was not active. */
  end(token: string): Promise<boolean>;
  endIssued(id: string): Promise<boolean>;
  endAll(user: string): Promise<number>;
}

export function createOpaqueTokens(redis: Redis, prefix: string, lifeSeconds: number): OpaqueTokens {
  const held = createUserCredentials(redis, prefix, 'opaque-token');
  const digest = (token: string) => createHash('sha256').update(token).digest('base64url');
  const key = (id: string) => `${prefix}opaque:${id}`;
  const now = () => Math.floor(Date.now() / 1000);
  const read = async (id: string): Promise<OpaqueClaims | null> => {
    const [sub, exp, family] = await redis.hmget(key(id), 'sub', 'exp', 'family');
    return sub && exp && Number(exp) > now() ? { sub, exp: Number(exp), ...(family ? { family } : {}) } : null;
  };
  const endIssued = async (id: string): Promise<boolean> => {
    const claims = await read(id);
    if (!claims) return false;
    const ended = await redis.del(key(id));
    await held.remove(claims.sub, [id]);
    return ended === 1;
  };
  return {
    async issue(user, family) {
      const token = randomBytes(tokenBytes).toString('base64url');
      const [id, exp] = [digest(token), now() + lifeSeconds];
      // Stored first: one that is noted before it exists could be ended before it begins, and then live unnoted.
      const batch = redis
        .multi()
        .hset(key(id), { sub: user, exp, ...(family ? { family } : {}) })
        .expireat(key(id), exp);
      for (const [error] of (await batch.exec()) ?? []) if (error) throw error;
      await held.add(user, { id, endsAt: exp });
      return { token, id, claims: { sub: user, exp } };
    },
    read: (token) => read(digest(token)),
    end: (token) => endIssued(digest(token)),
    endIssued,
    async endAll(user) {
      const ids = (await held.list(user)).map(({ id }) => id);
      if (ids.length > 0) await redis.del(...ids.map(key));
      await held.remove(user, ids);
      return ids.length;
    },
  };
}
