// Pools of credentials: issued in bulk by the instances themselves, picked from by a seeded generator.
import type { IssuedCredential } from '../../servers/admin.ts';
import { seededRandom } from '../plan/random.ts';

/** A credential as the load presents it, and what the servers must make of it. */
export interface PooledCredential extends IssuedCredential {
  readonly revoked: boolean;
}

/** A pool, and the share of requests (0 to 1) that present a revoked credential. */
export interface CredentialPool {
  readonly credentials: readonly PooledCredential[];
  readonly revokedShare: number;
}

/**
 * A sequence of credentials without an end: the revoked ones with the pool's share, each kind evenly from its own.
 * The same seed gives the same sequence.
 */
export function credentialSequence(
  { credentials, revokedShare }: CredentialPool,
  seed: number,
): () => PooledCredential {
  const random = seededRandom(seed, 'credentials');
  const valid = credentials.filter(({ revoked }) => !revoked);
  const revoked = credentials.filter((credential) => credential.revoked);
  return () => {
    const from = revokedShare > 0 && random.fraction() < revokedShare ? revoked : valid;
    return from[random.below(from.length)] as PooledCredential;
  };
}
