// Authorization servers for a test, and what a client asks of them.
import { userNames } from '../../bench/plan/users.ts';
import { type Rig, startRig } from '../../bench/rig/rig.ts';
import type { RunScope } from '../../bench/rig/run-scope.ts';
import type { Algorithm } from '../../servers/tokens/algorithms.ts';

export interface AuthorizationOptions {
  /** What it gives out is what this strategy takes. */
  readonly strategy: string;
  readonly algorithm?: Algorithm;
  readonly servers?: number;
  readonly settings?: Readonly<Record<string, string>>;
}

/** Authorization servers in front of a Redis of their own, without a resource server. */
export function startAuthorizationServers(scope: RunScope, order: AuthorizationOptions): Promise<Rig> {
  const { strategy, algorithm = 'HS256', servers = 1, settings = {} } = order;
  return startRig(
    scope,
    { strategy, algorithm, instances: 0, authorizationServers: servers, balancer: 'none', settings },
    null,
  );
}

/** The client of a rig's authorization servers; each call may name another server than the first. */
export function clientOf(scope: RunScope, rig: Rig) {
  const url = (server: number) => rig.authorizationServers[server]?.url;
  const read = async (response: Response) => ({
    status: response.status,
    body: (await response.json().catch(() => null)) as Record<string, unknown>,
    headers: response.headers,
  });
  const form = async (path: string, fields: Record<string, string> | string, server = 0, authorization = '') =>
    read(
      await fetch(`${url(server)}${path}`, {
        method: 'POST',
        headers: authorization ? { authorization } : {},
        body: new URLSearchParams(fields),
      }),
    );
  const json = async (path: string, body: object, headers: Record<string, string> = {}, server = 0) =>
    read(
      await fetch(`${url(server)}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    );
  const admin = (path: string, body: object, server = 0) =>
    json(path, body, { 'x-admin-secret': scope.adminSecret }, server);
  return {
    form,
    json,
    admin,
    url: (path: string, server = 0) => `${url(server)}${path}`,
    refresh: (token: unknown, server = 0) =>
      form('/token', { grant_type: 'refresh_token', refresh_token: String(token) }, server),
    introspect: async (token: unknown, server = 0) =>
      (await form('/introspect', { token: String(token) }, server, basic('auth-bench-api', scope.introspectionSecret)))
        .body,
    /** A grant, as a login begins it, without the time that a password takes. */
    begin: async (user = userNames(1)[0], server = 0) => {
      const { body } = await admin('/admin/credential', { user }, server);
      return { accessToken: String(body.access_token), refreshToken: String(body.refresh_token) };
    },
    jwks: async (server = 0) =>
      ((await (await fetch(`${url(server)}/.well-known/jwks.json`)).json()) as { keys: Record<string, unknown>[] })
        .keys,
  };
}

/** The header of HTTP Basic. */
export const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
