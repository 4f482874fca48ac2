// Keys of one algorithm: made once for a run, handed to each instance as a JWK, imported once at its start.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, generateSecret, importJWK, type JWK } from 'jose';
import type { Algorithm } from './algorithms.ts';

/** The two ends of a signature; for HS256 both are the same secret. */
export interface TokenKeys {
  readonly signing: CryptoKey;
  readonly verifying: CryptoKey;
  readonly kid: string;
}

/** Makes a private key (for HS256 a 256-bit secret, RFC 7518 section 3.2) as a JWK that names its algorithm and `kid`. */
export async function generateKey(algorithm: Algorithm): Promise<JWK> {
  return { ...(await exportJWK(await newKey(algorithm))), alg: algorithm, kid: randomUUID() };
}

async function newKey(algorithm: Algorithm) {
  if (algorithm === 'HS256') return generateSecret(algorithm, { extractable: true });
  // Made by Web Crypto, whose ML-DSA is experimental, it would be a warning on the terminal.
  if (algorithm === 'ML-DSA-44') return generateKeyPairSync('ml-dsa-44').privateKey;
  return (await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 })).privateKey;
}

/** Bytes of a secret: no fewer than those of the hash (RFC 7518 section 3.2), or it is easier to guess than the signature. */
const leastSecret = 32;

/** Bits of an RSA modulus (RFC 7518 section 3.3). */
const leastModulus = 2_048;

/**
 * Imports a key for one algorithm, once for all tokens.
 * @throws {Error} when the text is no JWK, has no `kid`, names another algorithm, or is too short.
 */
export async function importKeys(text: string, algorithm: Algorithm): Promise<TokenKeys> {
  const jwk = parseJwk(text);
  if (!jwk.kid) throw new Error('TOKEN_KEY has no kid');
  if (jwk.alg !== algorithm) throw new Error(`TOKEN_KEY is for ${jwk.alg}, TOKEN_ALGORITHM is ${algorithm}`);
  if (algorithm === 'HS256' && Buffer.from(jwk.k ?? '', 'base64url').length < leastSecret)
    throw new Error(`TOKEN_KEY is shorter than ${leastSecret} bytes`);
  if (jwk.kty === 'RSA' && Buffer.from(jwk.n ?? '', 'base64url').length * 8 < leastModulus)
    throw new Error(`TOKEN_KEY is shorter than ${leastModulus} bits`);
  const signing = await keyOf(jwk, algorithm);
  const verifying = algorithm === 'HS256' ? signing : await keyOf(publicPart(jwk), algorithm);
  return { signing, verifying, kid: jwk.kid };
}

/** jose's importJWK leaves a secret as bytes, which each call would then import anew. */
const keyOf = async (jwk: JWK, algorithm: Algorithm): Promise<CryptoKey> =>
  algorithm === 'HS256'
    ? crypto.subtle.importKey('jwk', { ...jwk, alg: 'HS256' }, { name: 'HMAC', hash: 'SHA-256' }, false, [
        'sign',
        'verify',
      ])
    : ((await importJWK(jwk, algorithm)) as CryptoKey);

export function parseJwk(text: string): JWK {
  try {
    return JSON.parse(text) as JWK;
  } catch (cause) {
    throw new Error('TOKEN_KEY is not a JSON Web Key', { cause });
  }
}

/** The public members of a JWK (RFC 7518 sections 6.2.1 and 6.3.1, RFC 8037 section 2, RFC 9964). */
export function publicPart({ kty, crv, x, y, n, e, pub, alg, kid }: JWK): JWK {
  return JSON.parse(JSON.stringify({ kty, crv, x, y, n, e, pub, alg, kid }));
}
