// What all strategies share whose credential is a signed access token: issuing it, finding it in a request, and taking it back.
import fp from 'fastify-plugin';
import { nullIfUnauthenticated } from '../errors.ts';
import type { RevocationCheck } from '../revocation/contract.ts';
import type { Settings } from '../settings.ts';
import type { TokenClaims } from '../tokens/access-token.ts';
import { importKeys } from '../tokens/keys.ts';
import { endAllFamilies, endFamily } from '../tokens/refresh-families.ts';
import { remoteKeys } from '../tokens/remote-keys.ts';
import { createSignedTokens, type SigningKeys } from '../tokens/signed-tokens.ts';
import { type Carriage, carriageOf } from './carriage.ts';
import type { StrategyPlugin } from './contract.ts';

/**
 * The claims of the token in a request's header, when it is to be accepted.
 * @throws {Unauthenticated} for any other; {import('../errors.ts').AuthUnavailable} when the check cannot say.
 */
export type Accept = (header: string | undefined) => TokenClaims | Promise<TokenClaims>;

/** Verifies the token in a header, whether or not it was taken back. @throws {Unauthenticated} when it is not valid. */
export type Verify = (header: string | undefined) => Promise<TokenClaims>;

/** @param accepting how the strategy goes from a header to its claims, given the plain verification, the check, and what tells that keys have changed. */
export function bearerStrategy(
  name: string,
  accepting: (
    verify: Verify,
    check: RevocationCheck | null,
    bare: Carriage['bare'],
    keysVersion: () => number,
  ) => Accept,
): StrategyPlugin {
  const plugin: StrategyPlugin = async (app, { settings, redis }) => {
    const keys = await keysOf(settings);
    const tokens = await createSignedTokens(settings, redis, keys);
    const { check } = tokens;
    const carriage = await carriageOf(app, settings);
    const verify: Verify = async (header) => tokens.verify(carriage.tokenIn(header));
    app.addHook('onClose', async () => check?.close?.());
    const accept = accepting(verify, check, carriage.bare, () => keys.version?.() ?? 0);

    app.decorate('strategy', {
      ...(check ? { check } : {}),
      recognise({ headers }) {
        const claims = accept(headers[carriage.header]);
        return claims instanceof Promise ? claims.then(({ sub }) => sub) : claims.sub;
      },
      async issue(_request, reply, user) {
        const { token } = await tokens.issue(user);
        return carriage.hand(reply, token);
      },
      async revokeOwn({ headers }) {
        const header = headers[carriage.header];
        const accepted = await accept(header);
        // What is cached of a token does not tell its family. First what gives new ones.
        if (settings.LOGOUT_ENDS === 'grant') {
          const { sub: user, sid: family } = await verify(header);
          if (family !== undefined) await endFamily(redis, settings.REDIS_PREFIX, { user, family });
        }
        return tokens.revoke([accepted]);
      },
      async revokeCredential(credential) {
        if (!check) return false;
        const claims = await verify(credential).catch(nullIfUnauthenticated);
        return claims !== null && (await tokens.revoke([claims]));
      },
      async revokeUser(user) {
        // First what gives new ones, where an authorization server with the same store has given some out.
        await endAllFamilies(redis, settings.REDIS_PREFIX, user);
        return tokens.revokeUser(user);
      },
    });
  };
  return fp(plugin, { name: `strategy-${name}` });
}

/** The key of TOKEN_KEY signs and verifies; with JWKS_URL what verifies is fetched, and without TOKEN_KEY nothing is issued. */
async function keysOf({ TOKEN_KEY: text, TOKEN_ALGORITHM: algorithm, ...settings }: Settings): Promise<SigningKeys> {
  const own = text === undefined ? null : await importKeys(text, algorithm);
  return {
    signing() {
      if (!own) throw new Error('tokens are issued by the authorization server: there is no TOKEN_KEY');
      return own;
    },
    ...(settings.JWKS_URL
      ? remoteKeys(settings.JWKS_URL, settings)
      : { verifying: (own as NonNullable<typeof own>).verifying }),
  };
}
