// The one app that every server runs: the same routes and the same work, whatever the strategy.
import Fastify, { type FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import { adminRoutes } from './admin.ts';
import { createAccounts } from './identity/accounts.ts';
import type { Settings } from './settings.ts';
import { NotRecognised } from './strategies/contract.ts';
import { strategies } from './strategies/index.ts';

/** Bounds on what a client may send or hold: bytes and milliseconds. */
export const limits = {
  bodyBytes: 16_384,
  headerBytes: 16_384,
  requestMilliseconds: 10_000,
  // Longer than the balancer keeps an idle connection, so that the balancer is the one who closes it.
  keepAliveMilliseconds: 75_000,
} as const;

const userSchema = { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' } as const;

const loginSchema = {
  type: 'object',
  required: ['user', 'password'],
  additionalProperties: false,
  properties: { user: userSchema, password: { type: 'string', minLength: 1, maxLength: 256 } },
} as const;

/**
 * Builds the app of one instance, ready to listen.
 * @param redis a connection that the app does not own; the caller closes it.
 * @throws {Error} when the strategy cannot start with these settings.
 */
export async function buildApp(settings: Settings, redis: Redis): Promise<FastifyInstance> {
  const app = Fastify({
    // A secure cookie is set only on a request that came by TLS, which ends in front: its X-Forwarded-Proto is believed then.
    trustProxy: settings.COOKIE_SECURE,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMilliseconds,
    connectionTimeout: limits.keepAliveMilliseconds,
    keepAliveTimeout: limits.keepAliveMilliseconds,
    http: { maxHeaderSize: limits.headerBytes, headersTimeout: limits.requestMilliseconds },
    forceCloseConnections: true,
  });
  app.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const status = error.statusCode ?? 503;
    if (status === 401) reply.header('www-authenticate', 'Bearer error="invalid_token"');
    return reply.code(status).send({ error: status < 500 ? error.message : 'service unavailable' });
  });

  const { INSTANCE: instance, AUTH_STRATEGY: strategy, REVOCATION_CHECK: check } = settings;
  app.get('/healthz', async () => ({ status: 'ok', instance, strategy, check }));
  // What a strategy hooks into requests stays inside this scope: health and counters cost the same for all.
  await app.register(async (scope) => {
    const { default: plugin } = await strategies[settings.AUTH_STRATEGY].load();
    await scope.register(plugin, { settings, redis });
    userRoutes(scope, settings, redis);
    if (settings.ADMIN_SECRET) await scope.register(adminRoutes, { secret: settings.ADMIN_SECRET, settings, redis });
  });
  await app.ready();
  return app;
}

function userRoutes(app: FastifyInstance, settings: Settings, redis: Redis): void {
  const accounts = createAccounts(redis, settings.REDIS_PREFIX);
  const { strategy } = app;

  app.post<{ Body: { user: string; password: string } }>(
    '/login',
    { schema: { body: loginSchema } },
    async (request, reply) => {
      const { user, password } = request.body;
      if (!(await accounts.verify(user, password))) throw new NotRecognised('wrong user or password');
      return { user, ...(await strategy.issue(request, reply, user)) };
    },
  );
  app.get('/me', async (request) => ({ user: await strategy.recognise(request) }));
  app.post('/logout', async (request) => {
    await strategy.recognise(request);
    return { revoked: await strategy.revokeOwn(request) };
  });
  app.post('/logout-everywhere', async (request) => {
    const user = await strategy.recognise(request);
    return { revoked: await strategy.revokeUser(user) };
  });
}
