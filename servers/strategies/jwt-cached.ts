// A signed access token that an instance verifies once and remembers until it expires; whether it has expired or been taken back
// is asked on every request.
import { LRUCache } from 'lru-cache';
import { NotRecognised } from '../errors.ts';
import { ownCopy } from '../own-copy.ts';
import type { RevocationCheck } from '../revocation/contract.ts';
import type { TokenClaims } from '../tokens/access-token.ts';
import { bearerStrategy } from './bearer.ts';

/** Tokens that an instance remembers, some 900 bytes each of a user without roles; the one that was not presented for longest goes first. */
const mostTokens = 50_000;

/**
 * Characters of a header by whose end it is found: of a signature, so that no two tokens share them by chance. To hash all of a
 * header of 430 characters took half as long again as the whole look-up does so.
 */
const tailLength = 32;

/** What is remembered of a token. */
interface Verified {
  /** The header with the token and nothing beside it. */
  readonly header: string;
  readonly claims: TokenClaims;
  /** Where the check counts changes for this token, and the count at which it was last found not revoked. */
  readonly slot: number;
  count: number;
  /** What was taken back stays so: it is neither verified nor asked about again. */
  revoked: boolean;
}

export default bearerStrategy('jwt-cached', (verify, check, bare) => {
  // By the end of the header that has nothing but the token in it. All of it has to be the same for a hit: that is the very token
  // that was verified, and can answer for no other; and what clients send beside their tokens is not kept.
  const remembered = new LRUCache<string, Verified>({ max: mostTokens });
  const changes = check?.changes;
  const now = () => Date.now() / 1000;

  const find = (header: string): Verified | undefined => {
    const entry = remembered.get(header.slice(-tailLength));
    return entry?.header === header ? entry : undefined;
  };
  const remember = async (given: string): Promise<Verified> => {
    const claims = await verify(given);
    const header = ownCopy(given);
    const entry = { header, claims, slot: changes?.slotOf(claims) ?? 0, count: Number.NaN, revoked: false };
    remembered.set(ownCopy(header.slice(-tailLength)), entry);
    return entry;
  };
  /** Without waiting for anything, where nothing has changed since the check was last asked. */
  const accept = (entry: Verified) => {
    const { claims, slot } = entry;
    if (claims.exp <= now()) {
      remembered.delete(entry.header.slice(-tailLength));
      throw new NotRecognised('token expired');
    }
    if (entry.revoked) throw new NotRecognised('token revoked');
    if (!check) return claims;
    const count = changes?.inSlot(slot) ?? Number.NaN;
    // NaN equals nothing: without a count the check itself is asked.
    return entry.count === count ? claims : askCheck(entry, check, count);
  };
  const askCheck = async (entry: Verified, { isRevoked }: RevocationCheck, count: number) => {
    // Only ever set: an answer that was asked for before the revoke may come after it.
    if (await isRevoked(entry.claims)) entry.revoked = true;
    if (entry.revoked) throw new NotRecognised('token revoked');
    entry.count = count;
    return entry.claims;
  };
  const acceptBare = (header: string) => {
    const entry = find(header);
    return entry ? accept(entry) : remember(header).then(accept);
  };
  return (header = '') => {
    const entry = find(header);
    return entry ? accept(entry) : acceptBare(bare(header));
  };
});
