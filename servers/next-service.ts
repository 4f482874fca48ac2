// The service behind this one: asked for the same user, with the very credential that the caller presented.
import type { IncomingHttpHeaders } from 'node:http';
import { Pool } from 'undici';
import { AuthUnavailable, Unauthenticated } from './errors.ts';

export interface NextService {
  /**
   * The user whom the last service of the chain recognises.
   * @param headers those of the request that is being answered.
   * @param hops how many services are to be called beyond the next one.
   * @throws {Unauthenticated} when one of them refuses the credential; {AuthUnavailable} when one does not answer.
   */
  me(headers: IncomingHttpHeaders, hops: number): Promise<string>;
  close(): Promise<void>;
}

/** Where strategies look for a credential; nothing else of the request is passed on. */
const credentialHeaders = ['authorization', 'cookie', 'x-user'] as const;

/**
 * Keeps connections to a service open, as many as there are calls at a time.
 * @param milliseconds how long it may take to answer.
 */
export function connectNextService(url: string, milliseconds: number): NextService {
  const pool = new Pool(url, { headersTimeout: milliseconds, bodyTimeout: milliseconds });
  return {
    async me(received, hops) {
      const headers = Object.fromEntries(
        credentialHeaders.flatMap((name) => {
          const value = received[name];
          return value === undefined ? [] : [[name, value]];
        }),
      );
      const { statusCode, body } = await pool
        .request({ method: 'GET', path: `/me/hops/${hops}`, headers })
        .catch(unanswered);
      if (statusCode === 200) return ((await body.json().catch(unanswered)) as { user: string }).user;
      await body.dump();
      if (statusCode === 401) throw new Unauthenticated('not recognised by the next service');
      throw new AuthUnavailable(`the next service answers ${statusCode}`);
    },
    close: () => pool.close(),
  };
}

function unanswered(cause: Error): never {
  throw new AuthUnavailable('the next service does not answer', { cause });
}
