// Grants: what a login begins and every refresh goes on with, an access token and a family of refresh tokens.
import type { Redis } from 'ioredis';
import { Unauthenticated } from '../errors.ts';
import type { UserRevoked } from '../revocation/contract.ts';
import type { AuthorizationSettings } from '../settings.ts';
import { createRefreshFamilies, type Grant, type Refreshed } from '../tokens/refresh-families.ts';
import type { AccessTokens } from './access-tokens.ts';

/** The successful answer of RFC 6749 section 5.1. */
interface TokenAnswer extends Record<string, unknown> {
  readonly access_token: string;
  readonly token_type: 'Bearer';
  /** Seconds. */
  readonly expires_in: number;
  readonly refresh_token: string;
}

export interface Grants {
  /**
   * Begins a grant for a user who has just logged in.
   * @throws {Unauthenticated} when all that he holds was taken back meanwhile.
   */
  begin(user: string): Promise<TokenAnswer>;
  /** Takes a refresh token for a new access token and the next refresh token; null when it is not good. */
  refresh(refreshToken: string): Promise<TokenAnswer | null>;
  /**
   * Ends an access token, with its grant unless LOGOUT_ENDS says otherwise, or the grant of a refresh token; false when it was neither, or
   * the access token cannot be ended.
   */
  revoke(token: string): Promise<boolean>;
  /** Ends all grants of a user; the answer is of their access tokens. */
  revokeUser(user: string): Promise<UserRevoked>;
}

export function createGrants(settings: AuthorizationSettings, redis: Redis, accessTokens: AccessTokens): Grants {
  const families = createRefreshFamilies(redis, {
    prefix: settings.REDIS_PREFIX,
    secret: settings.REFRESH_SECRET,
    lifeSeconds: settings.REFRESH_LIFE_SECONDS,
    graceMilliseconds: settings.REFRESH_GRACE_MILLISECONDS,
  });
  const { endGrant } = accessTokens;
  /** Ends all that came of a grant whose family has ended; when that fails, it can be tried again. */
  const finish = async (grant: Grant) => {
    await endGrant?.(grant);
    await families.forget(grant);
  };
  /** Null when the grant was ended meanwhile. */
  const answer = async (grant: Refreshed): Promise<TokenAnswer | null> => {
    const answered: TokenAnswer = {
      access_token: await accessTokens.issue(grant),
      token_type: 'Bearer',
      expires_in: settings.TOKEN_LIFE_SECONDS,
      refresh_token: grant.refreshToken,
    };
    // Whoever ended the family meanwhile may have looked for its tokens before this one was there.
    if (!endGrant || (await families.lives(grant.family))) return answered;
    await endGrant(grant);
    return null;
  };
  return {
    async begin(user) {
      const answered = await answer(await families.begin(user));
      if (!answered) throw new Unauthenticated('all that the user holds was taken back meanwhile');
      return answered;
    },
    async refresh(refreshToken) {
      const result = await families.refresh(refreshToken);
      if (result.outcome === 'refreshed') return answer(result);
      if (result.outcome === 'reused' || result.outcome === 'ended') await finish(result);
      return null;
    },
    async revoke(token) {
      const grant = await families.end(token);
      if (!grant) {
        // RFC 7009 section 2.1: with an access token its refresh token may be revoked, too; left alone, it would give new access tokens.
        const own = settings.LOGOUT_ENDS === 'grant' ? await accessTokens.grantOf(token) : null;
        if (own) await families.forget(own);
        const ended = await accessTokens.end(token);
        if (own) await endGrant?.(own);
        return ended;
      }
      // RFC 7009 section 2.1: with a refresh token the access tokens of its grant are to go.
      await finish(grant);
      return true;
    },
    async revokeUser(user) {
      // First what gives new ones.
      await families.endAll(user);
      return accessTokens.endAll(user);
    },
  };
}
