// The access tokens that the authorization server gives out, signed or opaque, behind one interface.
import type { Redis } from 'ioredis';
import { nullIfUnauthenticated } from '../errors.ts';
import type { UserRevoked } from '../revocation/contract.ts';
import type { AuthorizationSettings } from '../settings.ts';
import { createUserCredentials } from '../store/user-credentials.ts';
import { createOpaqueTokens } from '../tokens/opaque-tokens.ts';
import type { Grant } from '../tokens/refresh-families.ts';
import { createSignedTokens } from '../tokens/signed-tokens.ts';
import type { KeyRing } from './key-ring.ts';

/** What an active token says; times in seconds since the epoch. */
interface ActiveToken {
  readonly sub: string;
  readonly exp: number;
  /** Absent of opaque tokens. */
  readonly iat?: number;
}

export interface AccessTokens {
  /** A token for a grant: it ends with the grant, where it can be ended at all. */
  issue(grant: Grant): Promise<string>;
  /**
   * Null for a token that is not active.
   * @throws {import('../errors.ts').AuthUnavailable} when that cannot be told.
   */
  read(token: string): Promise<ActiveToken | null>;
  /** The grant that a token came of; null when it is not valid, or came of none. */
  grantOf(token: string): Promise<Grant | null>;
  /** False when it was not active, or cannot be ended. */
  end(token: string): Promise<boolean>;
  /** Ends all tokens of a grant; null where a token is good until its `exp`. */
  readonly endGrant: ((grant: Grant) => Promise<void>) | null;
  /** Ends all tokens of a user. */
  endAll(user: string): Promise<UserRevoked>;
  close(): Promise<void>;
}

/** Which tokens belong to a grant, by its family. */
const tokensOfGrants = (settings: AuthorizationSettings, redis: Redis) =>
  createUserCredentials(redis, settings.REDIS_PREFIX, 'token-of-grant');

export function createOpaqueAccessTokens(settings: AuthorizationSettings, redis: Redis): AccessTokens {
  const tokens = createOpaqueTokens(redis, settings.REDIS_PREFIX, settings.TOKEN_LIFE_SECONDS);
  const ofGrants = tokensOfGrants(settings, redis);
  return {
    async issue({ user, family }) {
      const { token, id, claims } = await tokens.issue(user, family);
      await ofGrants.add(family, { id, endsAt: claims.exp });
      return token;
    },
    read: (token) => tokens.read(token),
    async grantOf(token) {
      const found = await tokens.read(token);
      return found?.family ? { user: found.sub, family: found.family } : null;
    },
    end: (token) => tokens.end(token),
    async endGrant({ family }) {
      const ids = (await ofGrants.list(family)).map(({ id }) => id);
      await Promise.all(ids.map((id) => tokens.endIssued(id)));
      await ofGrants.remove(family, ids);
    },
    endAll: (user) => tokens.endAll(user),
    close: async () => {},
  };
}

export async function createSignedAccessTokens(
  settings: AuthorizationSettings,
  redis: Redis,
  ring: KeyRing,
): Promise<AccessTokens> {
  const tokens = await createSignedTokens(settings, redis, ring);
  const { check } = tokens;
  const ofGrants = tokensOfGrants(settings, redis);
  const read: AccessTokens['read'] = async (token) => {
    const claims = await tokens.verify(token).catch(nullIfUnauthenticated);
    return claims && !(await check?.isRevoked(claims)) ? claims : null;
  };
  return {
    async issue({ user, family }) {
      const { token, claims } = await tokens.issue(user, family);
      if (check) await ofGrants.add(family, { id: claims.jti, endsAt: claims.exp });
      return token;
    },
    read,
    async grantOf(token) {
      const claims = await tokens.verify(token).catch(nullIfUnauthenticated);
      return claims?.sid ? { user: claims.sub, family: claims.sid } : null;
    },
    async end(token) {
      const claims = check && (await tokens.verify(token).catch(nullIfUnauthenticated));
      return claims ? tokens.revoke([claims]) : false;
    },
    endGrant:
      check &&
      (async ({ user, family }) => {
        const held = await ofGrants.list(family);
        await tokens.revoke(held.map(({ id, endsAt }) => ({ jti: id, exp: endsAt, sub: user })));
        await ofGrants.remove(
          family,
          held.map(({ id }) => id),
        );
      }),
    endAll: (user) => tokens.revokeUser(user),
    close: async () => check?.close?.(),
  };
}
