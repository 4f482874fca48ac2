// Accounts: a user's name and password hash, kept in the store that all instances share.
import type { Redis } from 'ioredis';
import { hashPassword, verifyPassword } from './passwords.ts';

export interface Accounts {
  /** Creates an account or gives it a new password. */
  register(user: string, password: string): Promise<void>;
  /** Whether the password is this user's; takes as long for a user who does not exist. */
  verify(user: string, password: string): Promise<boolean>;
}

export function createAccounts(redis: Redis, prefix: string): Accounts {
  const key = (user: string) => `${prefix}account:${user}`;
  return {
    async register(user, password) {
      await redis.set(key(user), await hashPassword(password));
    },
    async verify(user, password) {
      return verifyPassword(password, await redis.get(key(user)));
    },
  };
}
