// Pools of credentials: issued in bulk by the instances themselves, picked from by a seeded generator.
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { seededRandom } from '../plan/random.ts';

/** A credential as the load presents it, and what the servers must make of it. */
export interface PooledCredential extends Omit<IssuedCredential, 'header'> {
  /** Null for a request without a credential. */
  readonly header: IssuedCredential['header'] | null;
  /** False when the servers have to refuse it: it was revoked, or never issued. */
  readonly valid: boolean;
  /** What is wrong with it, for loads that tell their credentials apart. */
  readonly kind?: string;
  /** More header lines that go with it, each with its end; the servers ignore them. */
  readonly alongside?: string;
}

/** A pool, and the share of requests (0 to 1) that present a credential that has to be refused. */
export interface CredentialPool {
  readonly credentials: readonly PooledCredential[];
  readonly invalidShare: number;
}

/**
 * A sequence of credentials without an end: those to be refused with the pool's share, each kind evenly from its own.
 * The same seed gives the same sequence.
 */
export function credentialSequence(
  { credentials, invalidShare }: CredentialPool,
  seed: number,
): () => PooledCredential {
  const random = seededRandom(seed, 'credentials');
  const valid = credentials.filter((credential) => credential.valid);
  const invalid = credentials.filter((credential) => !credential.valid);
  return () => {
    const from = invalidShare > 0 && random.fraction() < invalidShare ? invalid : valid;
    return from[random.below(from.length)] as PooledCredential;
  };
}

/** The header of a request with a credential, as a line of it; empty without one. */
export const headerLine = ({ header, value, alongside = '' }: PooledCredential): string =>
  header === null ? alongside : `${header}: ${value}\r\n${alongside}`;

/**
 * A credential like this one that was never issued: one character of its proof is another. Null where there is no proof.
 */
export function forged({ user, header, value }: IssuedCredential): PooledCredential | null {
  if (header === 'x-user') return null;
  // Not the last character: in base64url its lowest bits may mean nothing.
  const at = value.length - 10;
  const other = value[at] === 'A' ? 'B' : 'A';
  return { user, header, value: value.slice(0, at) + other + value.slice(at + 1), valid: false };
}
