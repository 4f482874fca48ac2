// What only the run itself may ask of a revocation check: to revoke tokens that nobody holds, and to count what it has.
import type { FastifyPluginAsync } from 'fastify';
import type { RevocationCheck } from '../revocation/contract.ts';
import { guardAdmin } from './guard.ts';
import { type UnheldTokens, unheldTokens } from './unheld-tokens.ts';

interface RecordOptions {
  readonly secret: string;
  readonly check: RevocationCheck;
  readonly lifeSeconds: number;
}

/** Tokens that are revoked at once. */
const batch = 1_000;

const whole = { type: 'integer', minimum: 0 } as const;
const unheldSchema = {
  type: 'object',
  required: ['from', 'to', 'of'],
  properties: { from: whole, to: whole, of: whole },
} as const;

export const recordRoutes: FastifyPluginAsync<RecordOptions> = async (app, { secret, check, lifeSeconds }) => {
  guardAdmin(app, secret);

  // In batches, so that Redis answers others in between.
  app.post<{ Body: UnheldTokens }>('/admin/revoke-unheld', { schema: { body: unheldSchema } }, async (request) => {
    const { from, to, of } = request.body;
    for (let first = from; first < to; first += batch) {
      const part = { from: first, to: Math.min(first + batch, to), of };
      await check.revoke(unheldTokens(part, lifeSeconds, Math.floor(Date.now() / 1000)));
    }
    return { revoked: to - from };
  });

  app.post('/admin/revocations', async () => ({ entries: await check.entries() }));
};
