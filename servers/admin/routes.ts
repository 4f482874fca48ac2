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

const texts = { type: 'array', items: { type: 'string' } } as const;
const bodyOf = (properties: Readonly<Record<string, object>>) => ({
  body: { type: 'object', required: Object.keys(properties), properties },
});
const account = { type: 'object', required: ['user', 'password'] } as const;
const schemas = {
  accounts: bodyOf({ accounts: { type: 'array', items: account } }),
  credential: bodyOf({ user: { type: 'string' } }),
  credentials: bodyOf({ users: texts }),
  revoke: { body: { anyOf: [bodyOf({ user: { type: 'string' } }).body, bodyOf({ credentials: texts }).body] } },
} as const;

export const adminRoutes: FastifyPluginAsync<AdminOptions> = async (app, { secret, settings, redis, registrar }) => {
  const accounts = createAccounts(redis, settings.REDIS_PREFIX);

  guardAdmin(app, secret);

  app.post<{ Body: { accounts: { user: string; password: string }[] } }>(
    '/admin/accounts',
    { ...bulk, schema: schemas.accounts },
    async (request) => {
      await Promise.all(request.body.accounts.map(({ user, password }) => accounts.register(user, password)));
      return { registered: request.body.accounts.length };
    },
  );

  // The login's own issuing, without the password; /admin/credentials drives it in bulk.
  app.post<{ Body: { user: string } }>('/admin/credential', { schema: schemas.credential }, async (request, reply) => {
    const { user } = request.body;
    return { user, ...(await registrar.issue(request, reply, user)) };
  });

  app.post<{ Body: { users: string[] } }>(
    '/admin/credentials',
    { ...bulk, schema: schemas.credentials },
    async (request) => {
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
    },
  );

  app.post<{ Body: { user: string } | { credentials: string[] } }>(
    '/admin/revoke',
    { ...bulk, schema: schemas.revoke },
    async (request) => {
      if ('user' in request.body) return { revoked: await registrar.revokeUser(request.body.user) };
      const outcomes = await Promise.all(request.body.credentials.map((value) => registrar.revokeCredential(value)));
      return { revoked: outcomes.filter(Boolean).length };
    },
  );

  app.post('/admin/memory', memoryAfterCollection);
};
