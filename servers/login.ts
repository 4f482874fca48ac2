// The login with a password, the same at every server: who may have a credential is decided here, what it is elsewhere.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Unauthenticated } from './errors.ts';
import type { Accounts } from './identity/accounts.ts';

const userSchema = { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' } as const;

const loginSchema = {
  type: 'object',
  required: ['user', 'password'],
  additionalProperties: false,
  properties: { user: userSchema, password: { type: 'string', minLength: 1, maxLength: 256 } },
} as const;

/** @param issue gives the user, whose password was right, a credential. */
export function loginRoute(
  app: FastifyInstance,
  accounts: Accounts,
  issue: (request: FastifyRequest, reply: FastifyReply, user: string) => Promise<object>,
): void {
  app.post<{ Body: { user: string; password: string } }>(
    '/login',
    { schema: { body: loginSchema } },
    async (request, reply) => {
      const { user, password } = request.body;
      // RFC 6749 section 5.1: whatever holds a token is stored nowhere on the way.
      reply.header('cache-control', 'no-store');
      if (!(await accounts.verify(user, password))) throw new Unauthenticated('wrong user or password');
      return { user, ...(await issue(request, reply, user)) };
    },
  );
}
