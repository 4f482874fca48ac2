// Tokens that nobody holds, to be revoked: a record of revocations becomes as long as that of a large service with them. Pure.
import { randomUUID } from 'node:crypto';
import type { CheckedToken } from '../revocation/contract.ts';

/** A part of so many tokens: from one to before another, counted from 0. */
export interface UnheldTokens {
  readonly from: number;
  readonly to: number;
  readonly of: number;
}

/**
 * The tokens of a part, each of a user of its own. All parts together expire evenly over the coming life of a token, as those
 * do that were issued evenly over the past one. Times in seconds.
 */
export function unheldTokens({ from, to, of }: UnheldTokens, lifeSeconds: number, now: number): CheckedToken[] {
  return Array.from({ length: to - from }, (_, index) => {
    const jti = randomUUID();
    const exp = now + Math.ceil(((from + index + 1) / of) * lifeSeconds);
    // As long as the name of a real user.
    return { jti, exp, iat: exp - lifeSeconds, sub: jti.slice(-12) };
  });
}
