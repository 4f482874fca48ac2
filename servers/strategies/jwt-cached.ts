// A signed access token that an instance verifies once and remembers until it expires; whether it has expired or been taken back
// is asked on every request.
import { LRUCache } from 'lru-cache';
import type { TokenClaims } from '../tokens/access-token.ts';
import { bearerStrategy } from './bearer.ts';
import { NotRecognised } from './contract.ts';

/** Tokens that an instance remembers, some 600 bytes each; the one that was not presented for longest goes first. */
const mostTokens = 50_000;

/** What is remembered of a token. */
interface Verified {
  readonly claims: TokenClaims;
  /** Where the check counts changes for this token, and the count at which it was last found not revoked. */
  readonly slot: number;
  count: number;
}

export default bearerStrategy('jwt-cached', (verify, check) => {
  // By the whole token, signature and all: a hit is the very token that was verified, and can answer for no other.
  const remembered = new LRUCache<string, Verified>({ max: mostTokens });
  const changes = check?.changes;
  const now = () => Date.now() / 1000;
  const refuse = (token: string, why: string): never => {
    remembered.delete(token);
    throw new NotRecognised(why);
  };

  const remember = async (token: string): Promise<Verified> => {
    const claims = await verify(token);
    const entry = { claims, slot: changes?.slotOf(claims) ?? 0, count: Number.NaN };
    remembered.set(token, entry);
    return entry;
  };
  return async (token) => {
    const entry = remembered.get(token) ?? (await remember(token));
    const { claims, slot } = entry;
    if (claims.exp <= now()) refuse(token, 'token expired');
    if (!check) return claims;
    const count = changes?.inSlot(slot) ?? Number.NaN;
    // NaN equals nothing: without a count the check itself is asked.
    if (entry.count === count) return claims;
    if (await check.isRevoked(claims)) refuse(token, 'token revoked');
    entry.count = count;
    return claims;
  };
});
