// What every way to know the caller offers to the app. A strategy is one Fastify plugin that decorates `strategy`.
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Redis } from 'ioredis';
import type { RevocationCheck, UserRevoked } from '../revocation/contract.ts';
import type { Settings } from '../settings.ts';

/** Who gives credentials out and takes them back: a strategy, or the authorization server. */
export interface Registrar {
  /** Gives a user a new credential: in the body that it returns, or as a cookie of the reply. */
  issue(request: FastifyRequest, reply: FastifyReply, user: string): Promise<Record<string, unknown>>;
  /** Takes back a credential, given as the value of the header that its client sends; false when it cannot be done or was not valid. */
  revokeCredential(credential: string): Promise<boolean>;
  /** Takes back all that a user holds. */
  revokeUser(user: string): Promise<UserRevoked>;
}

interface Strategy extends Registrar {
  /**
   * The user whom the request's credential stands for.
   * @throws {import('../errors.ts').Unauthenticated} without an accepted credential.
   * @throws {import('../errors.ts').AuthUnavailable} when the store that has to be asked does not answer.
   */
  recognise(request: FastifyRequest): string | Promise<string>;
  /** Takes back the credential of a recognised request; false where that cannot be done before it expires. */
  revokeOwn(request: FastifyRequest): Promise<boolean>;
  /** What is asked whether a token was taken back; absent of a strategy without one. */
  readonly check?: RevocationCheck;
}

/** What a strategy is given when its plugin is registered. */
interface StrategyOptions {
  readonly settings: Settings;
  readonly redis: Redis;
}

/** The plugin of a strategy; once registered, `app.strategy` is there. */
export type StrategyPlugin = FastifyPluginAsync<StrategyOptions>;

declare module 'fastify' {
  interface FastifyInstance {
    strategy: Strategy;
  }
}
