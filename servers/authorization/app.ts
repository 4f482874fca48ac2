// The app of an authorization server: logins, tokens, introspection, keys; and the admin routes that every server has.
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Redis } from 'ioredis';
import { guardAdmin } from '../admin/guard.ts';
import { adminRoutes } from '../admin/routes.ts';
import { bearerToken } from '../authorization-header.ts';
import { createHttpApp } from '../http.ts';
import { createAccounts } from '../identity/accounts.ts';
import { loginRoute } from '../login.ts';
import type { AuthorizationSettings } from '../settings.ts';
import type { Registrar } from '../strategies/contract.ts';
import { createOpaqueAccessTokens, createSignedAccessTokens } from './access-tokens.ts';
import { createGrants } from './grants.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import { oauthRoutes } from './oauth-routes.ts';

/**
 * Builds the app of one authorization server, ready to listen.
 * @param redis a connection that the app does not own; the caller closes it.
 * @throws {Error} when the key is not one of the algorithm.
 */
export async function buildAuthorizationApp(settings: AuthorizationSettings, redis: Redis): Promise<FastifyInstance> {
  const { INSTANCE: instance, ACCESS_TOKENS: kind, REVOCATION_CHECK: check, ADMIN_SECRET: secret } = settings;
  const ring = kind === 'jwt' ? await createKeyRing(settings, redis) : null;
  const accessTokens = ring
    ? await createSignedAccessTokens(settings, redis, ring)
    : createOpaqueAccessTokens(settings, redis);
  const grants = createGrants(settings, redis, accessTokens);
  const registrar: Registrar = {
    issue: (_request, _reply, user) => grants.begin(user),
    revokeCredential: (credential) => grants.revoke(bearerToken(credential)),
    revokeUser: (user) => grants.revokeUser(user),
  };

  const app = createHttpApp(settings);
  app.addHook('onClose', () => accessTokens.close());
  app.get('/healthz', async () => ({ status: 'ok', instance, accessTokens: kind, check }));
  app.get('/.well-known/jwks.json', async () => ({ keys: (await ring?.published()) ?? [] }));
  await app.register(oauthRoutes, { settings, grants, accessTokens });
  loginRoute(app, createAccounts(redis, settings.REDIS_PREFIX), (_request, reply, user) => {
    reply.header('cache-control', 'no-store');
    return grants.begin(user);
  });
  if (secret) {
    await app.register(adminRoutes, { secret, settings, redis, registrar });
    if (ring) await app.register(rotationRoute, { secret, ring });
  }
  await app.ready();
  return app;
}

/** A new signing key, when the one who runs the server says so. */
const rotationRoute: FastifyPluginAsync<{ secret: string; ring: KeyRing }> = async (app, { secret, ring }) => {
  guardAdmin(app, secret);
  app.post('/admin/rotate-key', async () => ({ kid: await ring.rotate() }));
};
