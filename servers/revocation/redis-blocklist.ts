// A list in Redis of the tokens taken back: EXISTS by `jti` on every request. A key outlives its token by as much
// as the clocks of Redis and the instances may differ.
import { AuthUnavailable } from '../errors.ts';
import { clockSkew, requireClocks } from '../store/clock-skew.ts';
import { countKeys } from '../store/redis.ts';
import type { CreateRevocationCheck } from './contract.ts';

const redisBlocklist: CreateRevocationCheck = ({ redis, settings }) => {
  const { REDIS_PREFIX: prefix, REVOCATION_WHEN_UNSURE: whenUnsure } = settings;
  const key = (jti: string) => `${prefix}revoked:${jti}`;
  return {
    async isRevoked({ jti }) {
      try {
        return (await redis.exists(key(jti))) === 1;
      } catch (cause) {
        if (whenUnsure === 'accept') return false;
        throw new AuthUnavailable('the blocklist does not answer', { cause });
      }
    },
    async revoke(tokens) {
      if (tokens.length === 0) return;
      await requireClocks(redis);
      const batch = redis.pipeline();
      for (const { jti, exp } of tokens) batch.set(key(jti), '', 'EXAT', exp + clockSkew);
      for (const [error] of (await batch.exec()) ?? [])
        if (error) throw new AuthUnavailable('the blocklist does not answer', { cause: error });
    },
    entries: () => countKeys(redis, key('*')),
  };
};

export default redisBlocklist;
