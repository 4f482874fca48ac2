// The one app of both twins: the same routes and the same work, whatever the strategy.
import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import { recordRoutes } from './admin/record-routes.ts';
import { adminRoutes } from './admin/routes.ts';
import { AuthUnavailable } from './errors.ts';
import { createHttpApp, limits } from './http.ts';
import { createAccounts } from './identity/accounts.ts';
import { loginRoute } from './login.ts';
import type { Settings } from './settings.ts';
import { strategies } from './strategies/index.ts';

/** Services that one request may call one after the other: even a ring of them ends. */
export const mostHops = 8;

const hopsSchema = {
  type: 'object',
  properties: { hops: { type: 'integer', minimum: 0, maximum: mostHops } },
} as const;

/**
 * Builds the app of one instance, ready to listen.
 * @param redis a connection that the app does not own; the caller closes it.
 * @throws {Error} when the strategy cannot start with these settings.
 */
export async function buildApp(settings: Settings, redis: Redis): Promise<FastifyInstance> {
  const app = createHttpApp(settings);
  const { INSTANCE: instance, AUTH_STRATEGY: strategy, REVOCATION_CHECK: check } = settings;
  app.get('/healthz', async () => ({ status: 'ok', instance, strategy, check }));
  // What a strategy hooks into requests stays inside this scope: health costs the same for all.
  await app.register(async (scope) => {
    const { default: plugin } = await strategies[settings.AUTH_STRATEGY].load();
    await scope.register(plugin, { settings, redis });
    await userRoutes(scope, settings, redis);
    const { ADMIN_SECRET: secret, TOKEN_LIFE_SECONDS: lifeSeconds } = settings;
    if (!secret) return;
    const { strategy: registrar } = scope;
    await scope.register(adminRoutes, { secret, settings, redis, registrar });
    if (registrar.check) await scope.register(recordRoutes, { secret, check: registrar.check, lifeSeconds });
  });
  await app.ready();
  return app;
}

async function userRoutes(app: FastifyInstance, settings: Settings, redis: Redis): Promise<void> {
  const { strategy } = app;
  const next = await nextService(settings);
  app.addHook('onClose', async () => next?.close());
  loginRoute(app, createAccounts(redis, settings.REDIS_PREFIX), (...given) => strategy.issue(...given));
  app.get('/me', async (request) => ({ user: await strategy.recognise(request) }));
  // Each service on the way recognises the caller for itself; the last one's word is the answer.
  app.get<{ Params: { hops: number } }>('/me/hops/:hops', { schema: { params: hopsSchema } }, async (request) => {
    const user = await strategy.recognise(request);
    const { hops } = request.params;
    if (hops === 0) return { user };
    if (!next) throw new AuthUnavailable('there is no next service');
    return { user: await next.me(request.headers, hops - 1) };
  });
  app.post('/logout', async (request) => {
    await strategy.recognise(request);
    return { revoked: await strategy.revokeOwn(request) };
  });
  app.post('/logout-everywhere', async (request) => {
    const user = await strategy.recognise(request);
    return { revoked: await strategy.revokeUser(user) };
  });
}

/** Loaded only where one is called, for its client takes a while to load. */
async function nextService({ NEXT_SERVICE_URL: url }: Settings) {
  if (!url) return null;
  const { connectNextService } = await import('./next-service.ts');
  return connectNextService(url, limits.requestMilliseconds);
}
