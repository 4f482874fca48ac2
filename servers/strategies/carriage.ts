// Where the client keeps a signed token: in its own hands, for the Authorization header, or in a cookie that no script reads.
import fastifyCookie from '@fastify/cookie';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { bearerToken } from '../authorization-header.ts';
import { Unauthenticated } from '../errors.ts';
import type { Settings } from '../settings.ts';
import { cookieHeader, largestCookie, tokenCookie } from './cookie.ts';

export interface Carriage {
  /** The one request header that is looked at. */
  readonly header: 'authorization' | 'cookie';
  /** The token in that header. @throws {Unauthenticated} when there is none. */
  tokenIn(header: string | undefined): string;
  /** The header that carries the same token and nothing beside it, as its client was given it. @throws {Unauthenticated} likewise. */
  bare(header: string | undefined): string;
  /** Gives a token to its client: in the body that it returns, or as a cookie of the reply. */
  hand(reply: FastifyReply, token: string): Record<string, unknown>;
}

/** The carriage that the settings name. */
export const carriageOf = async (app: FastifyInstance, settings: Settings): Promise<Carriage> =>
  settings.CARRIAGE === 'cookie' ? inCookie(app, settings) : inHeader(settings);

const inHeader = ({ TOKEN_LIFE_SECONDS: life }: Settings): Carriage => ({
  header: 'authorization',
  tokenIn: bearerToken,
  bare: (header) => `Bearer ${bearerToken(header)}`,
  hand: (_reply, token) => ({ access_token: token, token_type: 'Bearer', expires_in: life }),
});

/** A token has nothing to escape, and the value of a cookie is what is written (RFC 6265 section 4.1.1). An option that its type lacks. */
const literally: object = { decode: (value: string) => value };

async function inCookie(app: FastifyInstance, settings: Settings): Promise<Carriage> {
  await app.register(fastifyCookie, { hook: false, parseOptions: literally });
  const { TOKEN_LIFE_SECONDS: life } = settings;
  const { name } = tokenCookie;
  const options = { ...tokenCookie.options(settings), maxAge: life };
  let warned = false;
  const warnOfSize = (bytes: number) => {
    if (bytes <= largestCookie || warned) return;
    warned = true;
    const message = `a token takes ${bytes} bytes as a cookie, and browsers drop any over ${largestCookie}`;
    process.emitWarning(message, { code: 'COOKIE_TOO_LARGE' });
  };
  const tokenIn = (header = '') => {
    const token = app.parseCookie(header)[name];
    if (!token) throw new Unauthenticated('no token cookie');
    return token;
  };
  return {
    header: 'cookie',
    tokenIn,
    bare: (header) => cookieHeader(app, name, tokenIn(header)),
    hand(reply, token) {
      warnOfSize(name.length + token.length);
      reply.setCookie(name, token, options);
      return { expires_in: life };
    },
  };
}
