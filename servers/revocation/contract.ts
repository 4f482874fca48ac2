// What every way to take a token back offers to the strategies that carry tokens.
import type { Redis } from 'ioredis';

/** A token to be refused from now on; `exp` in seconds since the epoch. */
export interface RevokedToken {
  readonly jti: string;
  readonly exp: number;
}

export interface RevocationCheck {
  /**
   * Whether a token, otherwise valid, has been taken back.
   * @throws {import('../strategies/contract.ts').CannotTell} when nobody can be asked.
   */
  isRevoked(token: RevokedToken): Promise<boolean>;
  /** Takes tokens back; when it resolves, the revocation is acknowledged. */
  revoke(tokens: readonly RevokedToken[]): Promise<void>;
}

export interface RevocationOptions {
  readonly redis: Redis;
  /** What every key of this run begins with. */
  readonly prefix: string;
}

export type CreateRevocationCheck = (options: RevocationOptions) => RevocationCheck;
