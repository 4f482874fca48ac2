// The authorization server as a resource server speaks to it: over a pool of connections, with a bound on every wait.
import { type Dispatcher, Pool } from 'undici';
import { basicCredentials } from './authorization-header.ts';
import { AuthUnavailable } from './errors.ts';
import type { UserRevoked } from './revocation/contract.ts';
import type { Settings } from './settings.ts';

/** Milliseconds for a connection, for the head of an answer and for its body; a crowd that is to be issued to may take longer. */
const patience = 2_000;
const bulkPatience = 10_000;

/** Far more than any of its answers has. */
const mostBytes = 65_536;

/** As much as the authorization server reads of a token, encoded as in a form; one of its own with a hundred roles takes 7,000. */
const mostCharacters = 8_192;

/** What introspection says of an active token; `exp` in seconds since the epoch. */
export interface IntrospectedToken {
  readonly sub: string;
  readonly exp: number;
}

/** Every call throws AuthUnavailable when the authorization server does not answer, or not with what was asked for. */
export interface AuthorizationClient {
  /** Null for a token that is not active, or not meant for this resource server. */
  introspect(token: string): Promise<IntrospectedToken | null>;
  /** Ends a token, whatever it is (RFC 7009). */
  revoke(token: string): Promise<void>;
  /** A credential without a password, as admin; the next ones likewise. */
  issue(user: string): Promise<Record<string, unknown>>;
  revokeCredential(credential: string): Promise<boolean>;
  revokeUser(user: string): Promise<UserRevoked>;
  close(): Promise<void>;
}

export function connectAuthorizationClient(settings: Settings): AuthorizationClient {
  const { INTROSPECTION_CLIENT: id, INTROSPECTION_SECRET: secret = '', TOKEN_AUDIENCE: audience } = settings;
  // As many connections as there are questions: behind a bound some would wait, for as long as those before them do.
  const pool = new Pool(settings.AUTHORIZATION_SERVER_URL as string, {
    connect: { timeout: patience },
    headersTimeout: patience,
    bodyTimeout: patience,
    maxResponseSize: mostBytes,
  });
  const call = async (request: Omit<Dispatcher.RequestOptions, 'method'>): Promise<Record<string, unknown>> => {
    try {
      const { statusCode, body } = await pool.request({ ...request, method: 'POST' });
      const text = await body.text();
      if (statusCode === 200) return JSON.parse(text);
      throw new Error(`${request.path} answered ${statusCode}`);
    } catch (cause) {
      throw new AuthUnavailable('the authorization server does not answer', { cause });
    }
  };
  const formHeaders = {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `Basic ${basicCredentials(id, secret)}`,
  };
  const asked = (path: string, token: string) =>
    call({ path, headers: formHeaders, body: `token=${encodeURIComponent(token)}` });
  const adminHeaders = { 'content-type': 'application/json', 'x-admin-secret': settings.ADMIN_SECRET ?? '' };
  const asAdmin = (path: string, body: object) =>
    call({ path, headers: adminHeaders, body: JSON.stringify(body), headersTimeout: bulkPatience });

  return {
    async introspect(token) {
      // It would refuse to read it, and that is no failure to answer.
      if (encodeURIComponent(token).length > mostCharacters) return null;
      const { active, sub, exp, aud } = await asked('/introspect', token);
      if (active !== true || typeof sub !== 'string' || typeof exp !== 'number') return null;
      return aud === audience && exp * 1_000 > Date.now() ? { sub, exp } : null;
    },
    revoke: async (token) => void (await asked('/revoke', token)),
    issue: (user) => asAdmin('/admin/credential', { user }),
    revokeCredential: async (credential) =>
      (await asAdmin('/admin/revoke', { credentials: [credential] })).revoked === 1,
    revokeUser: async (user) => (await asAdmin('/admin/revoke', { user })).revoked as UserRevoked,
    close: () => pool.destroy(),
  };
}
