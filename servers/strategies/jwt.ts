// A signed access token in the Authorization header, verified with jose on every request; revocation is a check of its own.
import fp from 'fastify-plugin';
import { errors } from 'jose';
import { loadRevocationCheck } from '../revocation/index.ts';
import { createUserCredentials } from '../store/user-credentials.ts';
import { issueAccessToken, type TokenClaims, type TokenProfile, verifyAccessToken } from '../tokens/access-token.ts';
import { importKeys } from '../tokens/keys.ts';
import { NotRecognised, type StrategyPlugin } from './contract.ts';

declare module 'fastify' {
  interface FastifyRequest {
    tokenClaims: TokenClaims | null;
  }
}

const jwt: StrategyPlugin = async (app, { settings, redis }) => {
  const profile: TokenProfile = {
    algorithm: settings.TOKEN_ALGORITHM,
    issuer: settings.TOKEN_ISSUER,
    audience: settings.TOKEN_AUDIENCE,
    clientId: settings.TOKEN_CLIENT_ID,
    lifeSeconds: settings.TOKEN_LIFE_SECONDS,
  };
  const keys = await importKeys(settings.TOKEN_KEY as string, profile.algorithm);
  const check = await loadRevocationCheck(settings.REVOCATION_CHECK, { redis, prefix: settings.REDIS_PREFIX });
  const held = createUserCredentials(redis, settings.REDIS_PREFIX);

  const verify = async (token: string): Promise<TokenClaims> => {
    try {
      return await verifyAccessToken(token, keys, profile);
    } catch (cause) {
      if (cause instanceof errors.JOSEError) throw new NotRecognised('no valid token', { cause });
      throw cause;
    }
  };

  app.decorateRequest('tokenClaims', null);
  app.decorate('strategy', {
    async recognise(request) {
      const claims = await verify(bearerToken(request.headers.authorization));
      if (await check?.isRevoked(claims)) throw new NotRecognised('token revoked');
      request.tokenClaims = claims;
      return claims.sub;
    },
    async issue(_request, _reply, user) {
      const { token, claims } = await issueAccessToken(user, keys, profile);
      if (check) await held.add(user, { id: claims.jti, endsAt: claims.exp });
      return { access_token: token, token_type: 'Bearer', expires_in: profile.lifeSeconds };
    },
    async revokeOwn({ tokenClaims }) {
      if (!check || !tokenClaims) return false;
      await check.revoke([{ jti: tokenClaims.jti, exp: tokenClaims.exp }]);
      await held.remove(tokenClaims.sub, [tokenClaims.jti]);
      return true;
    },
    async revokeCredential(credential) {
      if (!check) return false;
      const claims = await verify(bearerToken(credential)).catch(nullIfNotRecognised);
      if (!claims) return false;
      const { sub, jti, exp } = claims;
      await check.revoke([{ jti, exp }]);
      await held.remove(sub, [jti]);
      return true;
    },
    async revokeUser(user) {
      if (!check) return null;
      const tokens = await held.list(user);
      await check.revoke(tokens.map(({ id, endsAt }) => ({ jti: id, exp: endsAt })));
      await held.remove(
        user,
        tokens.map(({ id }) => id),
      );
      return tokens.length;
    },
  });
};

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

export default fp(jwt, { name: 'strategy-jwt' });
