// The registry of revocation checks: a new way to take a token back is one file and one line here.
import type { CreateRevocationCheck, RevocationCheck, RevocationOptions } from './contract.ts';

/** What the servers and the instrument have to know of a check before it is loaded. */
export interface RevocationCheckEntry {
  /** How a token is taken back, for readers of a report. */
  readonly inWords: string;
  /** What a revoke takes back: one token, or with it all that its user was issued before. */
  readonly takesBack: 'nothing' | 'token' | 'user';
  /** What it writes into Redis, by a name of its choice: checks that name the same one read each other's. A check without any says `none`. */
  readonly record: string;
  /** What it may do when it cannot tell, the default first; `ask` asks Redis. */
  readonly whenUnsure: readonly ('refuse' | 'ask' | 'accept')[];
  readonly load: (() => Promise<{ default: CreateRevocationCheck }>) | null;
}

const inRedis = ['refuse', 'accept'] as const;
const copied = ['refuse', 'ask', 'accept'] as const;

export const revocationChecks = {
  /** No check: a token is good until its `exp`. */
  none: {
    inWords: 'it is not: a token is accepted until it expires',
    takesBack: 'nothing',
    record: 'none',
    whenUnsure: ['refuse'],
    load: null,
  },
  'redis-blocklist': {
    inWords: 'a blocklist in Redis, asked on every request',
    takesBack: 'token',
    record: 'keys',
    whenUnsure: inRedis,
    load: () => import('./redis-blocklist.ts'),
  },
  'replicated-blocklist': {
    inWords: 'a copy of the blocklist in each instance, kept in step',
    takesBack: 'token',
    record: 'log',
    whenUnsure: copied,
    load: () => import('./replicated-blocklist.ts'),
  },
  'bloom-blocklist': {
    inWords: 'a Bloom filter of the blocklist in each instance; what it takes for revoked is confirmed in Redis',
    takesBack: 'token',
    record: 'log',
    whenUnsure: copied,
    load: () => import('./bloom-blocklist.ts'),
  },
  'not-before': {
    inWords: 'one moment for each user in Redis: what was issued to him before is rejected',
    takesBack: 'user',
    record: 'users',
    whenUnsure: inRedis,
    load: () => import('./not-before.ts'),
  },
} as const satisfies Record<string, RevocationCheckEntry>;

export type RevocationCheckName = keyof typeof revocationChecks;

/** Loads a check by name; null for `none`. */
export async function loadRevocationCheck(
  name: RevocationCheckName,
  options: RevocationOptions,
): Promise<RevocationCheck | null> {
  const { load } = revocationChecks[name];
  return load ? await (await load()).default(options) : null;
}
