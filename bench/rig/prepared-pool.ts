// What a run keeps of credentials that serve again.
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';

/** Credentials of distinct users that a rig of the run has issued. */
export interface PreparedPool {
  readonly credentials: readonly IssuedCredential[];
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  /** A file that a Redis can start from, where the store has to remember something; null where it does not. */
  readonly snapshot: string | null;
  /** How many revoked tokens that snapshot was found to hold. */
  readonly revokedTokens: number;
}
