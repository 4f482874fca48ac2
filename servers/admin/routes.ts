// What only the run itself may ask of an instance: credentials in bulk, revocation, memory. Guarded by the run's secret.
import type { FastifyPluginAsync } from 'fastify';
import type { Redis } from 'ioredis';
import { createAccounts } from '../identity/accounts.ts';
import type { Settings } from '../settings.ts';
import type { Registrar } from '../strategies/contract.ts';
import { guardAdmin } from './guard.ts';
import { presented } from './issued-credential.ts';
import { memoryAfterCollection } from './memory.ts';

interface AdminOptions {
  readonly secret: string;
  readonly settings: Pick<Settings, 'REDIS_PREFIX'>;
  readonly redis: Redis;
  readonly registrar: Registrar;
}

/** Bulk requests are larger than a client's ever are. */
const bulk = { bodyLimit: 4 * 1_048_576 };

export const adminRoutes: FastifyPluginAsync<AdminOptions> = async (app, { secret, settings, redis, registrar }) => {
  const accounts = createAccounts(redis, settings.REDIS_PREFIX);

  guardAdmin(app, secret);

  app.post<{ Body: { accounts: { user: string; password: string }[] } }>('/admin/accounts', bulk, async (request) => {
    await Promise.all(request.body.accounts.map(({ user, password }) => accounts.register(user, password)));
    return { registered: request.body.accounts.length };
  });

  // The login's own issuing, without the password; /admin/credentials drives it in bulk.
  app.post<{ Body: { user: string } }>('/admin/credential', async (request, reply) => {
    const { user } = request.body;
    return { user, ...(await registrar.issue(request, reply, user)) };
  });

  app.post<{ Body: { users: string[] } }>('/admin/credentials', bulk, async (request) => {
    const issue = async (user: string) =>
      presented(
        await app.inject({
          method: 'POST',
          url: '/admin/credential',
          headers: { 'x-admin-secret': secret, 'x-forwarded-proto': 'https' },
          payload: { user },
        }),
      );
    return { credentials: await Promise.all(request.body.users.map(issue)) };
  });

  app.post<{ Body: { user: string } | { credentials: string[] } }>('/admin/revoke', bulk, async (request) => {
    if ('user' in request.body) return { revoked: await registrar.revokeUser(request.body.user) };
    const outcomes = await Promise.all(request.body.credentials.map((value) => registrar.revokeCredential(value)));
    return { revoked: outcomes.filter(Boolean).length };
  });

  app.post('/admin/memory', memoryAfterCollection);
};
