// What a negative case is: something that a client presents, and that has to be refused; with it the controls, which have to be accepted.
import type { JWK } from 'jose';
import type { IssuedCredential } from '../../../servers/admin/issued-credential.ts';
import type { Algorithm } from '../../../servers/tokens/algorithms.ts';

/** What forgers have to work with: more than any attacker has. */
export interface Material {
  /** Valid, and of two users. */
  readonly credential: IssuedCredential;
  readonly other: IssuedCredential;
  /** Was valid, and was taken back; null where nothing can be. */
  readonly revoked: IssuedCredential | null;
  readonly algorithm: Algorithm;
  /** The run's key, and another of the same algorithm. */
  readonly key: JWK;
  readonly foreignKey: JWK;
  readonly sessionSecret: string;
}

export type Headers = readonly (readonly [name: string, value: string])[];

export interface Case {
  readonly name: string;
  /** As they go on the wire. */
  readonly headers: Headers;
  readonly path: string;
  /** The statuses that refuse it; null for a control, which is the valid credential in another form. */
  readonly refusedWith: readonly number[] | null;
}

const refused = [401] as const;

/** Refused before it is read: RFC 6585 section 5. */
export const tooLarge = [401, 431] as const;

export const negative = (
  name: string,
  headers: Headers,
  refusedWith: readonly number[] = refused,
  path = '/me',
): Case => ({ name, headers, path, refusedWith });

export const control = (name: string, headers: Headers): Case => ({ name, headers, path: '/me', refusedWith: null });
