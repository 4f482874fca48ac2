// A signed access token that an instance verifies once and remembers until it expires; whether it has expired or been taken back
// is asked on every request.

import { Unauthenticated } from '../errors.ts';
import { ExactKeyCache } from '../exact-key-cache.ts';
import { ownCopy } from '../own-copy.ts';
import type { RevocationCheck } from '../revocation/contract.ts';
import type { TokenClaims } from '../tokens/access-token.ts';
import { bearerStrategy } from './bearer.ts';

/** Tokens that an instance remembers, some 700 bytes each of a user without roles; the one that was not presented for longest goes first. */
const mostTokens = 50_000;

/** What is remembered of a token; its claims stand in it, for each object more is one more to fetch from memory. */
interface Verified extends TokenClaims {
  /** The header with the token and nothing beside it. */
  readonly text: string;
  /** Where the check counts changes for this token, and the count at which it was last found not revoked. */
  readonly slot: number;
  count: number;
  /** The version of the keys by which it was verified. */
  readonly keys: number;
  /** What was taken back stays so: it is neither verified nor asked about again. */
  revoked: boolean;
}

/** No count of changes is that. */
const neverAsked = -1;

export default bearerStrategy('jwt-cached', (verify, check, bare, keysVersion) => {
  // By the header that has nothing but the token in it: what clients send beside their tokens is not kept.
  const remembered = new ExactKeyCache<Verified>(mostTokens);
  const changes = check?.changes;
  const now = () => Date.now() / 1000;
  /** Verifications under way: who comes with the same token meanwhile waits for the same one. */
  const underWay = new Map<string, Promise<Verified>>();

  const remember = (header: string): Promise<Verified> => {
    const verification = underWay.get(header) ?? verifyAnew(header).finally(() => underWay.delete(header));
    underWay.set(header, verification);
    return verification;
  };
  const verifyAnew = async (header: string): Promise<Verified> => {
    // Read first: of a key that goes while the token is verified, it is verified anew.
    const keys = keysVersion();
    const claims = await verify(header);
    const { sub, exp, iat, jti } = claims;
    const slot = changes?.slotOf(claims) ?? 0;
    // In this order what every hit reads lies side by side.
    const entry: Verified = {
      text: ownCopy(header),
      sub,
      exp,
      slot,
      count: neverAsked,
      revoked: false,
      keys,
      iat,
      jti,
    };
    remembered.set(entry);
    return entry;
  };
  /** Without waiting for anything, where nothing has changed since the check was last asked. */
  const accept = (entry: Verified): Verified | Promise<Verified> => {
    if (entry.exp <= now()) {
      remembered.delete(entry.text);
      throw new Unauthenticated('token expired');
    }
    if (entry.revoked) throw new Unauthenticated('token revoked');
    if (entry.keys !== keysVersion()) return verifyAgain(entry);
    if (!check) return entry;
    const count = changes?.versionAt(entry.slot);
    // Without counts the check itself is asked, every time.
    return entry.count === count ? entry : askCheck(entry, check, count);
  };
  /** A key has gone, or come: what it was verified by may not be good any more. */
  const verifyAgain = ({ text }: Verified): Promise<Verified> => {
    remembered.delete(text);
    return remember(text).then(accept);
  };
  const askCheck = async (entry: Verified, { isRevoked }: RevocationCheck, count = neverAsked) => {
    // Only ever set: an answer that was asked for before the revoke may come after it.
    if (await isRevoked(entry)) entry.revoked = true;
    if (entry.revoked) throw new Unauthenticated('token revoked');
    entry.count = count;
    return entry;
  };
  const acceptBare = (header: string) => {
    const entry = remembered.get(header);
    return entry ? accept(entry) : remember(header).then(accept);
  };
  return (header = '') => {
    const entry = remembered.get(header);
    return entry ? accept(entry) : acceptBare(bare(header));
  };
});
