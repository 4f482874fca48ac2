// What stands in an Authorization header, by scheme.
import { Unauthenticated } from './errors.ts';

/** The token after `Bearer` (RFC 6750 section 2.1); the scheme's case does not matter (RFC 9110 section 11.1). @throws {Unauthenticated} */
export function bearerToken(header = ''): string {
  const [, token] = /^bearer +([\w.~+/-]+=*)$/i.exec(header) ?? [];
  if (!token) throw new Unauthenticated('no bearer token');
  return token;
}

/** What follows `Basic`, by which one server shows another who it is: id and secret, each form-encoded first (RFC 6749 section 2.3.1). */
export const basicCredentials = (id: string, secret: string): string =>
  Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64');
