// The public keys of an authorization server, fetched from its JWKS (RFC 7517) and kept: a resource server that verifies by them
// can issue nothing.
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { AuthUnavailable } from '../errors.ts';
import type { CommonSettings } from '../settings.ts';

/** Milliseconds that the authorization server has to answer. */
const patience = 2_000;

type RemoteSettings = Pick<CommonSettings, 'JWKS_COOLDOWN_SECONDS' | 'JWKS_MAX_AGE_SECONDS'>;

export interface RemoteKeys {
  readonly verifying: JWTVerifyGetKey;
  /**
   * A number that changes when a key has gone or come: what was verified before may not be good any more. Keys that have reached their
   * age are fetched anew meanwhile, for who only remembers would never ask for one.
   */
  version(): number;
}

/**
 * Finds the key that a token names by its `kid`. A `kid` that is not among the kept keys has them fetched anew, but at most
 * once per cooldown, or whoever makes up names would have each request fetch; a token of a key that is younger than the last
 * fetch is rejected until then. A retired key leaves the cache with the other keys, at their age, and what was verified by it is verified anew.
 * Finding a key throws AuthUnavailable when the keys have to be fetched and cannot be.
 */
export function remoteKeys(url: string, settings: RemoteSettings): RemoteKeys {
  const keyNamed = createRemoteJWKSet(new URL(url), {
    timeoutDuration: patience,
    cooldownDuration: settings.JWKS_COOLDOWN_SECONDS * 1_000,
    cacheMaxAge: settings.JWKS_MAX_AGE_SECONDS * 1_000,
  });
  let [version, known, refreshing, notBefore] = [0, '', false, 0];
  const note = () => {
    const kids = (keyNamed.jwks()?.keys ?? []).map(({ kid }) => kid).sort();
    if (known !== '' && known !== kids.join()) version += 1;
    known = kids.join();
  };
  const refresh = () => {
    refreshing = true;
    keyNamed
      .reload()
      .then(note, () => {
        // They cannot be had: the kept ones stay, and it is tried again after a while.
        notBefore = Date.now() + settings.JWKS_COOLDOWN_SECONDS * 1_000;
      })
      .finally(() => {
        refreshing = false;
      });
  };
  const verifying: JWTVerifyGetKey = async (header, token) => {
    // Without a name jose would take the only key that there is.
    if (header?.kid === undefined) throw new errors.JWKSNoMatchingKey();
    try {
      const key = await keyNamed(header, token);
      note();
      return key;
    } catch (cause) {
      if (cause instanceof errors.JWKSNoMatchingKey) throw cause;
      throw new AuthUnavailable('the keys of the authorization server cannot be had', { cause });
    }
  };
  return {
    verifying,
    version() {
      if (!keyNamed.fresh && !refreshing && Date.now() >= notBefore) refresh();
      return version;
    },
  };
}
