// What of a credential is the proof, what kind of proof it is, and how it is put into a request.
import type { IssuedCredential } from '../../../servers/admin/issued-credential.ts';
import type { Headers } from './contract.ts';

export interface Carrier {
  readonly header: IssuedCredential['header'];
  /** A user's word, a signed token that speaks for itself, a cookie that a session stands behind, or a token that says nothing. */
  readonly kind: 'claim' | 'signed' | 'session' | 'opaque';
  /** The token, or the value of the cookie. */
  readonly proof: string;
  /** A request with another proof in the same place. */
  carry(proof: string): Headers;
}

export function carrierOf({ header, value }: IssuedCredential): Carrier {
  const separator = { authorization: ' ', cookie: '=', 'x-user': '' }[header];
  const from = separator === '' ? 0 : value.indexOf(separator) + 1;
  const proof = value.slice(from);
  const carry = (other: string): Headers => [[header, value.slice(0, from) + other]];
  return { header, kind: kindOf(header, proof), proof, carry };
}

function kindOf(header: IssuedCredential['header'], proof: string): Carrier['kind'] {
  if (header === 'x-user') return 'claim';
  if (isSignedToken(proof)) return 'signed';
  return header === 'cookie' ? 'session' : 'opaque';
}

/** Three parts of which the first says how the last was made (RFC 7515 section 3.1). */
function isSignedToken(proof: string): boolean {
  const [header = '', ...others] = proof.split('.');
  if (others.length !== 2) return false;
  try {
    return 'alg' in (JSON.parse(Buffer.from(header, 'base64url').toString()) as object);
  } catch {
    return false;
  }
}
