// What every way to take a token back offers to the strategies that carry tokens.
import type { Redis } from 'ioredis';
import type { Settings } from '../settings.ts';

/** What has to be known of a token that was taken back, until its `exp` in seconds since the epoch. */
export interface RevokedToken {
  readonly jti: string;
  readonly exp: number;
}

/** A token as it is taken back. */
export interface RevocableToken {
  readonly jti: string;
  readonly exp: number;
  readonly sub: string;
}

/** What a check is asked of a token that is otherwise valid; times in seconds since the epoch. */
export interface CheckedToken extends RevocableToken {
  readonly iat: number;
}

/** How many credentials of a user were taken back; true where all were and none is counted, false where that cannot be done. */
export type UserRevoked = number | boolean;

export interface RevocationCheck {
  /**
   * Whether a token, otherwise valid, has been taken back.
   * @throws {import('../errors.ts').AuthUnavailable} when it cannot be told now and the setting is to refuse.
   */
  isRevoked(token: CheckedToken): boolean | Promise<boolean>;
  /**
   * Takes tokens back; when it resolves, the revocation is acknowledged. A check of whole users takes back with a token all that
   * its user was issued before.
   */
  revoke(tokens: readonly RevocableToken[]): Promise<void>;
  /** Takes back all that a user holds, in one step; absent where tokens are taken back one by one. */
  revokeUser?(user: string): Promise<void>;
  /** What a token issued to a user now has to carry as `iat`; absent where the clock will do. */
  issuedAt?(user: string): Promise<number>;
  /** How many entries its record has, or its copy here: they are counted, so this is not for requests. */
  entries(): Promise<number>;
  /**
   * For whoever remembers an answer: a slot for a token, and a number per slot that changes whenever the answer for one of
   * its tokens may have changed. Absent where somebody else has to be asked each time.
   */
  readonly changes?: Changes;
  close?(): Promise<void>;
}

interface Changes {
  slotOf(token: CheckedToken): number;
  /** @throws {import('../errors.ts').AuthUnavailable} like isRevoked. */
  versionAt(slot: number): number;
}

export interface RevocationOptions {
  readonly redis: Redis;
  readonly settings: Pick<
    Settings,
    'REDIS_PREFIX' | 'TOKEN_LIFE_SECONDS' | 'REVOCATION_WHEN_UNSURE' | 'BLOOM_FALSE_POSITIVES'
  >;
}

export type CreateRevocationCheck = (options: RevocationOptions) => RevocationCheck | Promise<RevocationCheck>;
