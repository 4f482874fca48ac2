// A list in Redis of the tokens taken back: EXISTS by `jti` on every request. A key lives exactly as long as its token would have.
import { CannotTell } from '../strategies/contract.ts';
import type { CreateRevocationCheck } from './contract.ts';

/** The key under which a revoked token is listed. */
export const blocklistKey = (prefix: string, jti: string) => `${prefix}revoked:${jti}`;

const redisBlocklist: CreateRevocationCheck = ({ redis, settings }) => {
  const { REDIS_PREFIX: prefix, REVOCATION_WHEN_UNSURE: whenUnsure } = settings;
  return {
    async isRevoked({ jti }) {
      try {
        return (await redis.exists(blocklistKey(prefix, jti))) === 1;
      } catch (cause) {
        if (whenUnsure === 'accept') return false;
        throw new CannotTell('the blocklist does not answer', { cause });
      }
    },
    async revoke(tokens) {
      if (tokens.length === 0) return;
      const batch = redis.pipeline();
      for (const { jti, exp } of tokens) batch.set(blocklistKey(prefix, jti), '', 'EXAT', exp);
      for (const [error] of (await batch.exec()) ?? [])
        if (error) throw new CannotTell('the blocklist does not answer', { cause: error });
    },
  };
};

export default redisBlocklist;
