// Who may use the routes of a run: whoever knows its secret.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { Unauthenticated } from '../errors.ts';

/** Closes the routes of a scope to whoever does not know the run's secret. */
export function guardAdmin(app: FastifyInstance, secret: string): void {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(secret);
  app.addHook('onRequest', async (request) => {
    const given = request.headers['x-admin-secret'];
    if (typeof given !== 'string' || !timingSafeEqual(digest(given), expected)) throw new Unauthenticated('admin only');
  });
}
