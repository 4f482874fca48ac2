// What every server gives to its HTTP: bounds on what a client may send or hold, and how an error is told.
import type { RequestListener } from 'node:http';
import Fastify, { type FastifyInstance } from 'fastify';
import type { CommonSettings } from './settings.ts';
import { watchStandstill } from './standstill.ts';

/** Bounds on what a client may send or hold: bytes and milliseconds. */
export const limits = {
  bodyBytes: 16_384,
  headerBytes: 16_384,
  requestMilliseconds: 10_000,
  /** How often it is looked whether a request has taken too long. */
  checkMilliseconds: 1_000,
  // Longer than the balancer keeps an idle connection, so that the balancer is the one who closes it.
  keepAliveMilliseconds: 75_000,
} as const;

/** An app without routes; what is not told a status is a part that failed: 503. */
export function createHttpApp(settings: CommonSettings): FastifyInstance {
  const standstill = watchStandstill();
  const app = Fastify({
    // A secure cookie is set only on a request that came by TLS, which ends in front: its X-Forwarded-Proto is believed then.
    trustProxy: settings.COOKIE_SECURE,
    // What an instance has to read before it can answer may be long: how long to wait is for whoever starts it to say.
    pluginTimeout: 0,
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMilliseconds,
    connectionTimeout: limits.keepAliveMilliseconds,
    keepAliveTimeout: limits.keepAliveMilliseconds,
    http: {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.requestMilliseconds,
      // Node.js looks every 30 s unless told, and a request that never comes to its end would be waited for as long.
      connectionsCheckingInterval: limits.checkMilliseconds,
    },
    forceCloseConnections: true,
  });
  // In front of all that Fastify does: nothing of a request has been looked at before.
  const [handle] = app.server.listeners('request') as [RequestListener];
  app.server.removeAllListeners('request');
  app.server.on('request', (request, reply) => standstill.settled(handle, request, reply));
  app.addHook('onClose', async () => standstill.close());
  app.setErrorHandler<Error & { statusCode?: number }>((error, { headers }, reply) => {
    const status = error.statusCode ?? 503;
    if (status === 401) reply.header('www-authenticate', challengeFor(headers.authorization));
    return reply.code(status).send({ error: status < 500 ? error.message : 'service unavailable' });
  });
  return app;
}

/** RFC 6750 section 3: what is wrong with a token is said only to whoever presented one. */
const challengeFor = (authorization = ''): string =>
  `Bearer realm="auth-bench"${/^bearer /i.test(authorization) ? ', error="invalid_token"' : ''}`;
