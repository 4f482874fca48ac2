// Refresh tokens that rotate: each is good once, and a used one that comes again ends its whole family, for then two hold it
// (RFC 9700 section 4.14.2). A family ends at a fixed time, however often it is refreshed.
import { createHmac, createSecretKey, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Redis } from 'ioredis';

export interface RefreshSettings {
  /** What every key begins with. */
  readonly prefix: string;
  /** At least 32 characters; the same on every instance. */
  readonly secret: string;
  /** Seconds from the login to the end of the family. */
  readonly lifeSeconds: number;
  /** Milliseconds in which the predecessor of the newest token is still answered, with that newest token; 0 for not at all. */
  readonly graceMilliseconds: number;
}

export interface Refreshed {
  readonly user: string;
  readonly family: string;
  readonly refreshToken: string;
}

/** Whose family it is. */
export type Grant = Pick<Refreshed, 'user' | 'family'>;

/**
 * `reused`: a token that had been used before; its family is over now. `ended`: one of a family that was over already, and has not
 * been forgotten. `invalid`: anything else that is not good.
 */
type RefreshOutcome =
  | ({ readonly outcome: 'refreshed' } & Refreshed)
  | ({ readonly outcome: 'reused' | 'ended' } & Grant)
  | { readonly outcome: 'invalid' };

export interface RefreshFamilies {
  /** Begins a family for a user who has just logged in. */
  begin(user: string): Promise<Refreshed>;
  /** Takes a refresh token for the next one. */
  refresh(token: string): Promise<RefreshOutcome>;
  /** Whether a family has not ended. */
  lives(family: string): Promise<boolean>;
  /**
   * Ends the family of a token, used or not; null when there is none. It is known as ended until it is forgotten, so that whoever
   * has more to end, and cannot, may try again.
   */
  end(token: string): Promise<Grant | null>;
  /** Forgets a family that has ended, as all that came of it has. */
  forget(grant: Grant): Promise<void>;
  /** Ends all families of a user. */
  endAll(user: string): Promise<void>;
}

/**
 * By the clock of Redis, like all that is said of a family: two instances have two. KEYS: family, families of the user. ARGV: user,
 * family, life in seconds.
 */
const beginScript = `
  local now = tonumber(redis.call('TIME')[1])
  local endsAt = now + ARGV[3]
  redis.call('HSET', KEYS[1], 'user', ARGV[1], 'number', 1, 'rotatedAt', 0)
  redis.call('EXPIREAT', KEYS[1], endsAt)
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
  redis.call('ZADD', KEYS[2], endsAt, ARGV[2])
  -- The newest need not end last: another server may let families live longer.
  redis.call('EXPIREAT', KEYS[2], endsAt, 'NX')
  redis.call('EXPIREAT', KEYS[2], endsAt, 'GT')`;

/**
 * One step, so that two instances that get the same token at once cannot both take it. KEYS: family. ARGV: number, grace in
 * milliseconds. Gives the user and the number of the token to answer with; or whether it was reused.
 */
const refreshScript = `
  local family = redis.call('HMGET', KEYS[1], 'user', 'number', 'rotatedAt', 'ended')
  if not family[1] then return {'invalid'} end
  if family[4] then return {'ended', family[1]} end
  local presented, newest = tonumber(ARGV[1]), tonumber(family[2])
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  if presented == newest then
    redis.call('HSET', KEYS[1], 'number', newest + 1, 'rotatedAt', now)
    return {'refreshed', family[1], newest + 1}
  end
  local since = now - tonumber(family[3])
  -- Set back, the clock would put a rotation into the future, and its predecessor within any grace.
  local within = since >= 0 and since < tonumber(ARGV[2])
  if presented == newest - 1 and within then return {'refreshed', family[1], newest} end
  redis.call('HSET', KEYS[1], 'ended', 1)
  return {'reused', family[1]}`;

/** One step, for a family that expires meanwhile must not come back without an end. KEYS: family. Gives its user, if there is one. */
const endScript = `
  local user = redis.call('HGET', KEYS[1], 'user')
  if user then redis.call('HSET', KEYS[1], 'ended', 1) end
  return user`;

const keyOfFamily = (prefix: string, family: string) => `${prefix}family:${family}`;
const keyOfFamiliesOf = (prefix: string, user: string) => `${prefix}families:${user}`;

/** Ends all families of a user, whoever began them: who ends all that he holds has to, or he goes on with a refresh. */
export async function endAllFamilies(redis: Redis, prefix: string, user: string): Promise<void> {
  const ofUser = keyOfFamiliesOf(prefix, user);
  const families = await redis.zrange(ofUser, '0', '-1');
  if (families.length === 0) return;
  await redis.del(...families.map((family) => keyOfFamily(prefix, family)));
  // These and no more: one that began meanwhile has to be found by whoever ends all the next time.
  await redis.zrem(ofUser, ...families);
}

/** Ends one family, also at a server that did not begin it: a log-out with an access token ends the grant that it came of. */
export async function endFamily(redis: Redis, prefix: string, { user, family }: Grant): Promise<void> {
  await redis.del(keyOfFamily(prefix, family));
  await redis.zrem(keyOfFamiliesOf(prefix, user), family);
}

export function createRefreshFamilies(redis: Redis, settings: RefreshSettings): RefreshFamilies {
  const { prefix, lifeSeconds, graceMilliseconds } = settings;
  const secret = createSecretKey(settings.secret, 'utf8');
  const key = (family: string) => keyOfFamily(prefix, family);
  const keyOfUser = (user: string) => keyOfFamiliesOf(prefix, user);

  // Its number in its family says everything; the signature is what nobody can make up.
  const tokenOf = (family: string, number: number) => {
    const body = `${family}.${number}`;
    return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
  };
  const read = (token: string): { family: string; number: number } | null => {
    const [family = '', number = ''] = token.split('.');
    if (!/^[0-9]{1,9}$/.test(number)) return null;
    const [given, expected] = [Buffer.from(token), Buffer.from(tokenOf(family, Number(number)))];
    return given.length === expected.length && timingSafeEqual(given, expected)
      ? { family, number: Number(number) }
      : null;
  };

  return {
    async begin(user) {
      const family = randomUUID();
      await redis.eval(beginScript, 2, key(family), keyOfUser(user), user, family, lifeSeconds);
      return { user, family, refreshToken: tokenOf(family, 1) };
    },
    async refresh(token) {
      const presented = read(token);
      if (!presented) return { outcome: 'invalid' };
      const { family, number } = presented;
      const answer = await redis.eval(refreshScript, 1, key(family), number, graceMilliseconds);
      const [outcome, user = '', next] = answer as [RefreshOutcome['outcome'], string?, number?];
      if (outcome === 'invalid') return { outcome };
      if (outcome !== 'refreshed') return { outcome, user, family };
      return { outcome, user, family, refreshToken: tokenOf(family, Number(next)) };
    },
    async lives(family) {
      const [user, ended] = await redis.hmget(key(family), 'user', 'ended');
      return user !== null && ended === null;
    },
    async end(token) {
      const presented = read(token);
      if (!presented) return null;
      const { family } = presented;
      const user = (await redis.eval(endScript, 1, key(family))) as string | null;
      return user === null ? null : { user, family };
    },
    forget: (grant) => endFamily(redis, prefix, grant),
    endAll: (user) => endAllFamilies(redis, prefix, user),
  };
}
