// The public half of a key in every spelling in which a careless verifier may have it at hand, and in a certificate.
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import type { JWK } from 'jose';

/** By name; none for a secret key, which has no public half. */
export function publicKeySpellings(key: JWK): Record<string, string | Buffer> {
  if (key.kty === 'oct') return {};
  const jwk = publicJwk(key);
  const publicKey = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const raw = [jwk.x, jwk.y, jwk.n, jwk.pub].map((text) => Buffer.from(String(text ?? ''), 'base64url'));
  return {
    PEM: pem,
    'PEM without its last line end': pem.trimEnd(),
    'PEM with CRLF': pem.replaceAll('\n', '\r\n'),
    'base64 of a PEM': pem.replace(/-----.*?-----|\n/g, ''),
    DER: publicKey.export({ type: 'spki', format: 'der' }),
    JWK: JSON.stringify(jwk),
    'key bytes': Buffer.concat(raw),
    ...(key.kty === 'RSA'
      ? {
          'PEM of PKCS #1': publicKey.export({ type: 'pkcs1', format: 'pem' }),
          'DER of PKCS #1': publicKey.export({ type: 'pkcs1', format: 'der' }),
          modulus: String(jwk.n),
        }
      : {}),
  };
}

/** A JWK without its private members (RFC 7518 section 6, RFC 8037 section 2). */
export function publicJwk({ d, p, q, dp, dq, qi, k, priv, ...rest }: JWK): JWK {
  return rest;
}

/**
 * A certificate of a key in base64, as `x5c` holds it (RFC 7515 section 4.1.6): whole enough to be parsed, signed by nobody. Null
 * for a secret key.
 */
export function certificateOf(key: JWK): string | null {
  if (key.kty === 'oct') return null;
  const jwk = publicJwk(key) as JsonWebKey;
  const spki = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' });
  const [sequence, set, oid, time, bits, text] = [0x30, 0x31, 0x06, 0x18, 0x03, 0x0c];
  const ed25519 = der(sequence, der(oid, Buffer.from([0x2b, 0x65, 0x70])));
  const commonName = der(oid, Buffer.from([0x55, 0x04, 0x03]));
  const name = der(sequence, der(set, der(sequence, commonName, der(text, Buffer.from('attacker')))));
  const validity = der(sequence, ...['20200101000000Z', '20990101000000Z'].map((at) => der(time, Buffer.from(at))));
  const serial = der(0x02, Buffer.from([1]));
  const body = der(sequence, serial, ed25519, name, validity, name, spki);
  return der(sequence, body, ed25519, der(bits, Buffer.alloc(65))).toString('base64');
}

/** A value in the Distinguished Encoding Rules (X.690 section 8.1). */
function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const length =
    content.length < 0x80
      ? [content.length]
      : content.length < 0x100
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}
