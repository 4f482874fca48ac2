// What all strategies share whose credential is a signed access token in the Authorization header: issuing, and taking back.
import fp from 'fastify-plugin';
import { errors } from 'jose';
import type { RevocationCheck } from '../revocation/contract.ts';
import { loadRevocationCheck, revocationChecks } from '../revocation/index.ts';
import { createUserCredentials } from '../store/user-credentials.ts';
import { issueAccessToken, type TokenClaims, type TokenProfile, verifyAccessToken } from '../tokens/access-token.ts';
import { importKeys } from '../tokens/keys.ts';
import { NotRecognised, type StrategyPlugin } from './contract.ts';

declare module 'fastify' {
  interface FastifyRequest {
    tokenClaims: TokenClaims | null;
  }
}

/**
 * The claims of a token that is to be accepted.
 * @throws {NotRecognised} for any other; {import('./contract.ts').CannotTell} when the check cannot say.
 */
export type Accept = (token: string) => TokenClaims | Promise<TokenClaims>;

/** Verifies a token, whatever it may have been taken back. @throws {NotRecognised} when it is not valid. */
export type Verify = (token: string) => Promise<TokenClaims>;

/** @param accepting how the strategy goes from a token to its claims, given the plain verification and the check. */
export function bearerStrategy(
  name: string,
  accepting: (verify: Verify, check: RevocationCheck | null) => Accept,
): StrategyPlugin {
  const plugin: StrategyPlugin = async (app, { settings, redis }) => {
    const profile: TokenProfile = {
      algorithm: settings.TOKEN_ALGORITHM,
      issuer: settings.TOKEN_ISSUER,
      audience: settings.TOKEN_AUDIENCE,
      clientId: settings.TOKEN_CLIENT_ID,
      lifeSeconds: settings.TOKEN_LIFE_SECONDS,
    };
    const keys = await importKeys(settings.TOKEN_KEY as string, profile.algorithm);
    const check = await loadRevocationCheck(settings.REVOCATION_CHECK, { redis, settings });
    const { takesBack } = revocationChecks[settings.REVOCATION_CHECK];
    app.addHook('onClose', async () => check?.close?.());
    const held = createUserCredentials(redis, settings.REDIS_PREFIX);

    const verify: Verify = async (token) => {
      try {
        return await verifyAccessToken(token, keys, profile);
      } catch (cause) {
        if (cause instanceof errors.JOSEError) throw new NotRecognised('no valid token', { cause });
        throw cause;
      }
    };
    const accept = accepting(verify, check);
    const revoke = async (claims: TokenClaims): Promise<boolean> => {
      if (!check) return false;
      await check.revoke([claims]);
      if (takesBack === 'token') await held.remove(claims.sub, [claims.jti]);
      return true;
    };

    app.decorateRequest('tokenClaims', null);
    app.decorate('strategy', {
      async recognise(request) {
        request.tokenClaims = await accept(bearerToken(request.headers.authorization));
        return request.tokenClaims.sub;
      },
      async issue(_request, _reply, user) {
        const iat = await check?.issuedAt?.(user);
        const { token, claims } = await issueAccessToken(user, keys, profile, iat);
        // Whoever is taken back token by token has to be known by his tokens.
        if (takesBack === 'token') await held.add(user, { id: claims.jti, endsAt: claims.exp });
        return { access_token: token, token_type: 'Bearer', expires_in: profile.lifeSeconds };
      },
      revokeOwn: async ({ tokenClaims }) => tokenClaims !== null && (await revoke(tokenClaims)),
      async revokeCredential(credential) {
        if (!check) return false;
        const claims = await verify(bearerToken(credential)).catch(nullIfNotRecognised);
        return claims !== null && (await revoke(claims));
      },
      async revokeUser(user) {
        if (!check) return null;
        if (check.revokeUser) {
          await check.revokeUser(user);
          return null;
        }
        const tokens = await held.list(user);
        await check.revoke(tokens.map(({ id, endsAt }) => ({ jti: id, exp: endsAt, sub: user, iat: 0 })));
        await held.remove(
          user,
          tokens.map(({ id }) => id),
        );
        return tokens.length;
      },
    });
  };
  return fp(plugin, { name: `strategy-${name}` });
}

function nullIfNotRecognised(error: Error): null {
  if (error instanceof NotRecognised) return null;
  throw error;
}

/** The token of an Authorization header (RFC 6750 section 2.1); the scheme's case does not matter (RFC 9110 section 11.1). */
function bearerToken(header = ''): string {
  const [, token] = /^bearer +(\S+)$/i.exec(header) ?? [];
  if (!token) throw new NotRecognised('no bearer token');
  return token;
}
