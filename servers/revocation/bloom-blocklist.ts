// A Bloom filter of all revoked tokens in every instance, kept in step through Redis, its positives confirmed there: less than two
// bytes a token, and a question to Redis for what is revoked and for one valid token in a thousand.
import { AuthUnavailable } from '../errors.ts';
import { surelyCome } from '../store/clock-skew.ts';
import { BloomFilter } from './bloom-filter.ts';
import type { CreateRevocationCheck, RevokedToken } from './contract.ts';
import { ExpirySlices } from './expiry-slices.ts';
import { createRevocationLog } from './revocation-log.ts';
import { type TokenId, tokenIdOf } from './token-ids.ts';

/** A filter is made for so many times what it has to hold at first, so that it is not made anew with every token. */
const headroom = 1.05;

/** The least that a filter is made for. */
const leastCapacity = 1_000;

/** The filter that answers, and while a larger one is being filled that one, too: both are told what comes meanwhile. */
interface Slice {
  filter: BloomFilter;
  /** Null while none is needed; the filter itself until Redis has said how large it has to be. */
  larger: BloomFilter | null;
}

const bloomBlocklist: CreateRevocationCheck = async ({ redis, settings }) => {
  const { REDIS_PREFIX: prefix, TOKEN_LIFE_SECONDS: life, REVOCATION_WHEN_UNSURE: whenUnsure } = settings;
  const log = createRevocationLog(redis, prefix);
  const slices = new ExpirySlices<Slice>(life);
  const now = () => Math.floor(Date.now() / 1000);
  const filterFor = (tokens: number) =>
    new BloomFilter(Math.max(leastCapacity, Math.ceil(tokens * headroom)), settings.BLOOM_FALSE_POSITIVES);
  const sliceFor = (tokens: number): Slice => ({ filter: filterFor(tokens), larger: null });

  const sliceOf = (exp: number): Slice => {
    const slice = slices.get(exp) ?? sliceFor(0);
    slices.set(exp, slice);
    return slice;
  };
  const put = ({ filter, larger }: Slice, id: TokenId) => {
    filter.add(id);
    larger?.add(id);
  };
  /** Fills a larger filter from Redis; the full one answers meanwhile, with more false positives than stated. */
  const enlarge = async (slice: Slice, exp: number) => {
    const [first, last] = slices.boundsOf(exp);
    slice.larger = slice.filter;
    try {
      const larger = filterFor(Math.max(slice.filter.size, await log.count(first, last)));
      slice.larger = larger;
      for await (const tokens of log.between(first, last)) for (const { jti } of tokens) larger.add(tokenIdOf(jti));
      slice.filter = larger;
    } catch (error) {
      // Redis did not answer: the next token that comes tries again.
      if (!(error instanceof AuthUnavailable)) throw error;
    } finally {
      slice.larger = null;
    }
  };
  const add = (tokens: readonly RevokedToken[]) => {
    slices.drop(surelyCome());
    for (const { jti, exp } of tokens) {
      const slice = sliceOf(exp);
      put(slice, tokenIdOf(jti));
      if (slice.filter.size > slice.filter.capacity && !slice.larger) void enlarge(slice, exp);
    }
  };
  const follower = await log.follow({
    add,
    async prepare() {
      for (const exp of slices.living(now())) {
        const expected = await log.count(...slices.boundsOf(exp));
        if (expected > 0 && !slices.get(exp)) slices.set(exp, sliceFor(expected));
      }
    },
  });

  const isConfirmed = async (jti: string): Promise<boolean> => {
    try {
      return await log.has(jti);
    } catch (error) {
      if (whenUnsure === 'accept' && error instanceof AuthUnavailable) return false;
      throw error;
    }
  };

  return {
    isRevoked({ jti, exp }) {
      if (slices.get(exp)?.filter.mayHave(tokenIdOf(jti))) return isConfirmed(jti);
      if (follower.inStep || whenUnsure === 'accept') return false;
      if (whenUnsure === 'ask') return log.has(jti);
      throw new AuthUnavailable('the copy of the blocklist is not in step');
    },
    async revoke(tokens) {
      await log.append(tokens);
      add(tokens);
    },
    entries: async () => [...slices.values()].reduce((sum, { filter }) => sum + filter.size, 0),
    close: () => follower.close(),
  };
};

export default bloomBlocklist;
