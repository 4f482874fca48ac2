// What both strategies share whose credential only the authorization server can read: it issues, and it takes back.
import fp from 'fastify-plugin';
import { connectAuthorizationClient, type IntrospectedToken } from '../authorization-client.ts';
import { bearerToken } from '../authorization-header.ts';
import { Unauthenticated } from '../errors.ts';
import type { StrategyPlugin } from './contract.ts';

/** Asks what a token is; null when it is not active. */
export type Introspect = (token: string) => Promise<IntrospectedToken | null>;

/** How a strategy comes to an answer, and what it does when a token is taken back here. */
export interface Introspection {
  readonly introspect: Introspect;
  forget(token: string): void;
  forgetUser(user: string): void;
}

/** @param asking how the strategy asks, given the question to the authorization server, and how old an answer may be. */
export function introspectedStrategy(
  name: string,
  asking: (introspect: Introspect, cacheSeconds: number) => Introspection,
): StrategyPlugin {
  const plugin: StrategyPlugin = async (app, { settings }) => {
    const server = connectAuthorizationClient(settings);
    app.addHook('onClose', () => server.close());
    const { introspect, forget, forgetUser } = asking(server.introspect, settings.INTROSPECTION_CACHE_SECONDS);

    app.decorate('strategy', {
      async recognise({ headers }) {
        const token = await introspect(bearerToken(headers.authorization));
        if (!token) throw new Unauthenticated('no active token');
        return token.sub;
      },
      issue: (_request, _reply, user) => server.issue(user),
      async revokeOwn({ headers }) {
        const token = bearerToken(headers.authorization);
        await server.revoke(token);
        forget(token);
        return true;
      },
      async revokeCredential(credential) {
        const revoked = await server.revokeCredential(credential);
        forget(bearerToken(credential));
        return revoked;
      },
      async revokeUser(user) {
        const revoked = await server.revokeUser(user);
        forgetUser(user);
        return revoked;
      },
    });
  };
  return fp(plugin, { name: `strategy-${name}` });
}
