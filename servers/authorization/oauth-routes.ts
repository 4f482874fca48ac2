// The routes that OAuth defines: token (RFC 6749, refresh only), revoke (RFC 7009), introspect (RFC 7662). Forms in, JSON out.
import { createHash, timingSafeEqual } from 'node:crypto';
import formbody from '@fastify/formbody';
import type { FastifyError, FastifyPluginAsync } from 'fastify';
import { basicCredentials } from '../authorization-header.ts';
import { limits } from '../http.ts';
import type { AuthorizationSettings } from '../settings.ts';
import type { AccessTokens } from './access-tokens.ts';
import type { Grants } from './grants.ts';

/** An error as RFC 6749 section 5.2 and RFC 7009 section 2.2.1 tell it: its name is the `error` of the answer. */
class OAuthError extends Error {
  readonly statusCode: number;

  constructor(
    name: 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type' | 'unsupported_token_type',
    statusCode: number,
  ) {
    super(name);
    this.statusCode = statusCode;
  }
}

/** A parameter that comes twice is a list, and refused as no string (RFC 6749 section 3.2); those not named are ignored. */
const form = (required: readonly string[], optional: readonly string[] = []) => ({
  body: {
    type: 'object',
    required,
    properties: Object.fromEntries(
      [...required, ...optional].map((name) => [name, { type: 'string', minLength: 1, maxLength: 8_192 }]),
    ),
  },
});

interface OAuthOptions {
  readonly settings: AuthorizationSettings;
  readonly grants: Grants;
  readonly accessTokens: AccessTokens;
}

export const oauthRoutes: FastifyPluginAsync<OAuthOptions> = async (app, { settings, grants, accessTokens }) => {
  app.removeContentTypeParser(['application/json', 'text/plain']);
  await app.register(formbody, { bodyLimit: limits.bodyBytes });
  app.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
  app.setErrorHandler<FastifyError | OAuthError>((error, _request, reply) => {
    const status = error.statusCode ?? 503;
    if (error instanceof OAuthError) {
      if (status === 401) reply.header('www-authenticate', 'Basic realm="auth-bench", charset="UTF-8"');
      return reply.code(status).send({ error: error.message });
    }
    return reply.code(status).send({ error: status < 500 ? 'invalid_request' : 'temporarily_unavailable' });
  });

  // Its one client is public (RFC 6749 section 2.1): what proves that a refresh token is its own is that it has it.
  app.post<{ Body: { grant_type: string; refresh_token?: string } }>(
    '/token',
    { schema: form(['grant_type'], ['refresh_token']) },
    async ({ body }) => {
      if (body.grant_type !== 'refresh_token') throw new OAuthError('unsupported_grant_type', 400);
      if (body.refresh_token === undefined) throw new OAuthError('invalid_request', 400);
      const answer = await grants.refresh(body.refresh_token);
      if (!answer) throw new OAuthError('invalid_grant', 400);
      return answer;
    },
  );

  // Nothing is said of whether there was such a token (RFC 7009 section 2.2), but of one that works on (section 2.2.1).
  app.post<{ Body: { token: string } }>('/revoke', { schema: form(['token']) }, async ({ body }) => {
    const ended = await grants.revoke(body.token);
    if (!ended && (await accessTokens.read(body.token))) throw new OAuthError('unsupported_token_type', 400);
    return {};
  });

  const isCaller = callerCheck(settings);
  const { TOKEN_ISSUER: iss, TOKEN_AUDIENCE: aud, TOKEN_CLIENT_ID: client_id } = settings;
  app.post<{ Body: { token: string } }>(
    '/introspect',
    {
      schema: form(['token']),
      // Before the form is looked at: who may not ask is told nothing of it.
      onRequest: async ({ headers }) => {
        if (!isCaller(headers.authorization)) throw new OAuthError('invalid_client', 401);
      },
    },
    async ({ body }) => {
      const token = await accessTokens.read(body.token);
      if (!token) return { active: false };
      const { sub, exp, iat } = token;
      return {
        active: true,
        sub,
        exp,
        ...(iat === undefined ? {} : { iat }),
        client_id,
        token_type: 'Bearer',
        iss,
        aud,
      };
    },
  );
};

/** Whether a header is that of the one caller. */
function callerCheck({ INTROSPECTION_CLIENT: id, INTROSPECTION_SECRET: secret }: AuthorizationSettings) {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(basicCredentials(id, secret));
  return (header = ''): boolean => {
    const [, given = ''] = /^basic +(\S+)$/i.exec(header) ?? [];
    return timingSafeEqual(digest(given), expected);
  };
}
