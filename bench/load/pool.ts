// The credentials that this generator's loads present: sent to its process once, not again for each load.
import type { CredentialPool } from './credentials.ts';

const pools = new Map<string, CredentialPool>();

/** Takes a pool under a name by which later loads ask for it. */
export function usePool(name: string, pool: CredentialPool): void {
  pools.set(name, pool);
}

/** The pool of a name. */
export function poolNamed(name: string): CredentialPool {
  const pool = pools.get(name);
  if (!pool) throw new Error(`no pool "${name}" was given`);
  return pool;
}
