// The registry of revocation checks: a new way to take a token back is one file and one line here.
import type { CreateRevocationCheck, RevocationCheck, RevocationOptions } from './contract.ts';

export const revocationChecks = {
  /** No check: a token is good until its `exp`. */
  none: null,
  'redis-blocklist': () => import('./redis-blocklist.ts'),
} as const satisfies Record<string, (() => Promise<{ default: CreateRevocationCheck }>) | null>;

export type RevocationCheckName = keyof typeof revocationChecks;

/** Loads a check by name; null for `none`. */
export async function loadRevocationCheck(
  name: RevocationCheckName,
  options: RevocationOptions,
): Promise<RevocationCheck | null> {
  const load = revocationChecks[name];
  return load ? (await load()).default(options) : null;
}
