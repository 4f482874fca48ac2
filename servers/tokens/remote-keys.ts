// The public keys of an authorization server, fetched from its JWKS (RFC 7517) and kept: a resource server that verifies by them
// can issue nothing.
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { AuthUnavailable } from '../errors.ts';
import type { CommonSettings } from '../settings.ts';

/** Milliseconds that the authorization server has to answer. */
const patience = 2_000;

type RemoteSettings = Pick<CommonSettings, 'JWKS_COOLDOWN_SECONDS' | 'JWKS_MAX_AGE_SECONDS'>;

/**
 * Finds the key that a token names by its `kid`. A `kid` that is not among the kept keys has them fetched anew, but at most
 * once per cooldown, or whoever makes up names would have each request fetch; a token of a key that is younger than the last
 * fetch is refused until then. A retired key is forgotten with the kept keys, at their age; whoever remembers what was verified by
 * it (`jwt-cached`) goes on until that expires.
 * It throws AuthUnavailable when the keys have to be fetched and cannot be.
 */
export function remoteKeys(url: string, settings: RemoteSettings): JWTVerifyGetKey {
  const keyNamed = createRemoteJWKSet(new URL(url), {
    timeoutDuration: patience,
    cooldownDuration: settings.JWKS_COOLDOWN_SECONDS * 1_000,
    cacheMaxAge: settings.JWKS_MAX_AGE_SECONDS * 1_000,
  });
  return async (header, token) => {
    // Without a name jose would take the only key that there is.
    if (header?.kid === undefined) throw new errors.JWKSNoMatchingKey();
    try {
      return await keyNamed(header, token);
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey) throw cause;
      throw new AuthUnavailable('the keys of the authorization server cannot be had', { cause });
    }
  };
}
