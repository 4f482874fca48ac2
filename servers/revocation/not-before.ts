// One moment per user: whatever was issued to him up to it is refused. "Log out everywhere" is one write, and so is a ban.
import { AuthUnavailable } from '../errors.ts';
import { clockSkew, requireClocks } from '../store/clock-skew.ts';
import { countKeys } from '../store/redis.ts';
import type { CreateRevocationCheck } from './contract.ts';

/**
 * `iat` counts seconds, and a revoke and an issue often fall into the same one; nor are the clocks of two instances one. So per
 * user the moments are a clock of their own that only goes forward (after Kulkarni et al., "Logical physical clocks", OPODIS
 * 2014): a token is issued later than the last revoke, and a revoke is no earlier than the last issue.
 * A key lives until the last token that was issued has expired, whoever issued it: an instance with shorter lives brings its end no
 * nearer. KEYS: the user's. ARGV: now, life and
 * clock skew in seconds.
 */
const issueScript = `
  local revoked = tonumber(redis.call('HGET', KEYS[1], 'revoked') or -1)
  local iat = math.max(tonumber(ARGV[1]), revoked + 1)
  local issued = math.max(tonumber(redis.call('HGET', KEYS[1], 'issued') or 0), iat)
  redis.call('HSET', KEYS[1], 'issued', issued)
  redis.call('EXPIREAT', KEYS[1], issued + ARGV[2] + ARGV[3], 'NX')
  redis.call('EXPIREAT', KEYS[1], issued + ARGV[2] + ARGV[3], 'GT')
  return iat`;

const revokeScript = `
  local issued = tonumber(redis.call('HGET', KEYS[1], 'issued') or 0)
  local revoked = math.max(tonumber(ARGV[1]), issued)
  redis.call('HSET', KEYS[1], 'revoked', revoked, 'issued', revoked)
  redis.call('EXPIREAT', KEYS[1], revoked + ARGV[2] + ARGV[3], 'NX')
  redis.call('EXPIREAT', KEYS[1], revoked + ARGV[2] + ARGV[3], 'GT')`;

const notBefore: CreateRevocationCheck = ({ redis, settings }) => {
  const { REDIS_PREFIX: prefix, TOKEN_LIFE_SECONDS: life, REVOCATION_WHEN_UNSURE: whenUnsure } = settings;
  const key = (user: string) => `${prefix}not-before:${user}`;
  const now = () => Math.floor(Date.now() / 1000);
  const run = (script: string, user: string) =>
    redis.eval(script, 1, key(user), now(), life, clockSkew).catch((cause) => {
      throw new AuthUnavailable('the record of users does not answer', { cause });
    });
  const revokeUser = async (user: string) => {
    await requireClocks(redis);
    await run(revokeScript, user);
  };
  return {
    async isRevoked({ sub, iat }) {
      try {
        const revoked = await redis.hget(key(sub), 'revoked');
        return revoked !== null && iat <= Number(revoked);
      } catch (cause) {
        if (whenUnsure === 'accept') return false;
        throw new AuthUnavailable('the record of users does not answer', { cause });
      }
    },
    async revoke(tokens) {
      await Promise.all([...new Set(tokens.map(({ sub }) => sub))].map(revokeUser));
    },
    revokeUser,
    entries: () => countKeys(redis, key('*')),
    issuedAt: async (user) => Number(await run(issueScript, user)),
  };
};

export default notBefore;
