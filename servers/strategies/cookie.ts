// The cookies in which a client keeps its credential.
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../settings.ts';

/** Out of scripts' reach and not sent with cross-site posts; `secure` wherever the servers stand behind TLS. */
const options = ({ COOKIE_SECURE }: Settings) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: COOKIE_SECURE }) as const;

/** One and the same for all session strategies. */
export const sessionCookie = { name: 'sid', options };

/** For a signed token that is not to be in the hands of scripts. */
export const tokenCookie = { name: 'access_token', options };

/** Bytes of name and value together beyond which a browser drops a cookie without a word (RFC 6265bis). */
export const largestCookie = 4_096;

/** The Cookie header of a client that has this one cookie, as a reply's setCookie gave it: with only what has to be escaped. */
export const cookieHeader = (app: Pick<FastifyInstance, 'serializeCookie'>, name: string, value: string): string =>
  app.serializeCookie(name, value);
