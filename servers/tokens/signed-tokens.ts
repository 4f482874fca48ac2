// Signed access tokens with their revocation check: issued, verified and taken back alike by whoever serves them.
import type { Redis } from 'ioredis';
import { errors } from 'jose';
import { Unauthenticated } from '../errors.ts';
import { roleNames } from '../identity/roles.ts';
import type { RevocableToken, RevocationCheck, UserRevoked } from '../revocation/contract.ts';
import { loadRevocationCheck, revocationChecks } from '../revocation/index.ts';
import type { CommonSettings } from '../settings.ts';
import { createUserCredentials } from '../store/user-credentials.ts';
import {
  type IssuedToken,
  issueAccessToken,
  type TokenClaims,
  type TokenProfile,
  timesFromNow,
  type VerifyingKeys,
  verifyAccessToken,
} from './access-token.ts';
import type { TokenKeys } from './keys.ts';

/** What tokens are signed and verified with. */
export interface SigningKeys extends VerifyingKeys {
  /** The key for a token that expires at `exp`, seconds since the epoch. @throws {Error} where none is at hand. */
  signing(exp: number): TokenKeys | Promise<TokenKeys>;
}

export interface SignedTokens {
  /** Null where a token is good until its `exp`. */
  readonly check: RevocationCheck | null;
  /** @param family of refresh tokens that it comes of, where there is one. */
  issue(user: string, family?: string): Promise<IssuedToken>;
  /** Verifies a token, whether or not it was taken back. @throws {Unauthenticated} when it is not valid. */
  verify(token: string): Promise<TokenClaims>;
  /** Takes tokens back; false where that cannot be done. */
  revoke(tokens: readonly RevocableToken[]): Promise<boolean>;
  /** Takes back all that a user holds. */
  revokeUser(user: string): Promise<UserRevoked>;
}

export async function createSignedTokens(
  settings: CommonSettings,
  redis: Redis,
  keys: SigningKeys,
): Promise<SignedTokens> {
  const profile: TokenProfile = {
    algorithm: settings.TOKEN_ALGORITHM,
    issuer: settings.TOKEN_ISSUER,
    audience: settings.TOKEN_AUDIENCE,
    clientId: settings.TOKEN_CLIENT_ID,
    lifeSeconds: settings.TOKEN_LIFE_SECONDS,
    roles: roleNames(settings.CLAIM_ROLES),
  };
  const check = await loadRevocationCheck(settings.REVOCATION_CHECK, { redis, settings });
  const { takesBack } = revocationChecks[settings.REVOCATION_CHECK];
  const held = createUserCredentials(redis, settings.REDIS_PREFIX, 'signed-token');
  return {
    check,
    async issue(user, family) {
      const times = timesFromNow(profile);
      // A check may put `iat` ahead of the clock; `exp` stays, or whoever makes it do so would live longer by it.
      const iat = (await check?.issuedAt?.(user)) ?? times.iat;
      const issued = await issueAccessToken(user, await keys.signing(times.exp), profile, { ...times, iat }, family);
      // Whoever is taken back token by token has to be known by his tokens.
      if (takesBack === 'token') await held.add(user, { id: issued.claims.jti, endsAt: issued.claims.exp });
      return issued;
    },
    async verify(token) {
      try {
        return await verifyAccessToken(token, keys, profile);
      } catch (cause) {
        if (cause instanceof errors.JOSEError) throw new Unauthenticated('no valid token', { cause });
        throw cause;
      }
    },
    async revoke(tokens) {
      if (!check) return false;
      await check.revoke(tokens);
      if (takesBack === 'token') await Promise.all(tokens.map(({ sub, jti }) => held.remove(sub, [jti])));
      return true;
    },
    async revokeUser(user) {
      if (!check) return false;
      if (check.revokeUser) {
        await check.revokeUser(user);
        return true;
      }
      const tokens = await held.list(user);
      await check.revoke(tokens.map(({ id, endsAt }) => ({ jti: id, exp: endsAt, sub: user })));
      await held.remove(
        user,
        tokens.map(({ id }) => id),
      );
      return tokens.length;
    },
  };
}
