// Sessions in Redis by connect-redis, for all session strategies, with the record of who holds which.
import { unsign } from '@fastify/cookie';
import { RedisStore } from 'connect-redis';
import type { Redis } from 'ioredis';
import { roleNames } from '../identity/roles.ts';
import type { Settings } from '../settings.ts';
import { createUserCredentials } from './user-credentials.ts';

/** What a session remembers. `endsAt` (seconds since the epoch) is absolute: use does not move it. */
export interface SessionRecord {
  user?: string;
  endsAt?: number;
  /** What its user may do; absent without any. */
  roles?: readonly string[];
}

/** The record of somebody who has logged in. */
type BegunSession = SessionRecord & Required<Pick<SessionRecord, 'user' | 'endsAt'>>;

export interface Sessions {
  /** What express-session and @fastify/session are given as their store. */
  readonly store: RedisStore;
  /** The record of a session that begins now. */
  begin(user: string): BegunSession;
  /** Notes who holds a session that has been saved. */
  note(sessionId: string, record: BegunSession): Promise<void>;
  /** The user of a session that has neither ended nor been left empty. */
  userOf(record: SessionRecord): string | null;
  /** False when there was none. */
  end(sessionId: string): Promise<boolean>;
  /** The same by a Cookie header's `sid=...`. */
  endIn(cookie: string): Promise<boolean>;
  endAll(user: string): Promise<number>;
  /** The session id inside the value of a cookie, decoded; null when the signature is not ours. */
  idOf(value: string): string | null;
}

/** The key under which a session is stored. */
export const sessionKey = (prefix: string, sessionId: string) => `${prefix}session:${sessionId}`;

/** The session id in such a key. */
export const sessionIdOf = (prefix: string, key: string) => key.slice(sessionKey(prefix, '').length);

/**
 * Keeps a library from saving a session once more at the end of the response, when it may have been ended: it would be back, and
 * noted nowhere.
 */
export function savedForGood(session: object): void {
  Object.defineProperty(session, 'save', { value: (done?: () => void) => done?.() });
}

/** @param ended told of each session that this instance has ended, when it is gone: for whoever keeps some. */
export function createSessions(redis: Redis, settings: Settings, ended?: (sessionId: string) => void): Sessions {
  const { REDIS_PREFIX: prefix, SESSION_LIFE_SECONDS: lifeSeconds } = settings;
  const secret = settings.SESSION_SECRET as string;
  const roles = roleNames(settings.CLAIM_ROLES);
  const store = new RedisStore({ client: nodeRedisView(redis), prefix: sessionKey(prefix, '') });
  const held = createUserCredentials(redis, prefix, 'session');
  const now = () => Math.floor(Date.now() / 1000);
  const idOf = (signed: string) => {
    // express-session marks a signed value with "s:"; @fastify/session does not. The signature is the same.
    const { valid, value } = unsign(signed.replace(/^s:/, ''), secret);
    return valid ? value : null;
  };
  const destroy = async (sessionId: string) => {
    await store.destroy(sessionId);
    ended?.(sessionId);
  };
  const end = async (sessionId: string) => {
    const record = (await store.get(sessionId)) as SessionRecord | null;
    await destroy(sessionId);
    if (record?.user) await held.remove(record.user, [sessionId]);
    return record !== null;
  };
  return {
    store,
    begin: (user) => ({ user, endsAt: now() + lifeSeconds, ...(roles.length > 0 ? { roles } : {}) }),
    note: (sessionId, { user, endsAt }) => held.add(user, { id: sessionId, endsAt }),
    userOf: ({ user, endsAt }) => (user && endsAt && endsAt > now() ? user : null),
    end,
    async endIn(cookie) {
      const id = idOf(decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1)));
      return id !== null && end(id);
    },
    async endAll(user) {
      const ids = (await held.list(user)).map(({ id }) => id);
      await Promise.all(ids.map(destroy));
      await held.remove(user, ids);
      return ids.length;
    },
    idOf,
  };
}

/** connect-redis 10 speaks node-redis' API; this is the part of it that the store uses, over ioredis. */
function nodeRedisView(redis: Redis) {
  return {
    get: (key: string) => redis.get(key),
    set: (key: string, value: string, options: { expiration: { value: number } }) =>
      redis.set(key, value, 'EX', options.expiration.value),
    expire: (key: string, seconds: number) => redis.expire(key, seconds),
    del: (keys: string[]) => redis.del(...keys),
  };
}
