// Signed tokens taken apart and put together again: of any text, and with any key, as no library would.
import { createHmac, webcrypto } from 'node:crypto';
import { type CryptoKey, importJWK, type JWK } from 'jose';
import type { Algorithm } from '../../../servers/tokens/algorithms.ts';

export type Members = Readonly<Record<string, unknown>>;

/** Text, bytes, or members to be written as JSON; those that are undefined are left out. */
export type Part = string | Buffer | Members;

/** A signature in base64url over a text. */
export type Sign = (text: string) => Promise<string>;

export function encode(part: Part): string {
  const isRaw = typeof part === 'string' || Buffer.isBuffer(part);
  return Buffer.from(isRaw ? part : JSON.stringify(part)).toString('base64url');
}

export const decode = (text: string): Members => JSON.parse(Buffer.from(text, 'base64url').toString()) as Members;

/** A signature with a private or secret key, by its own algorithm, whatever the token will say. */
export async function signerOf(key: JWK, algorithm: Algorithm): Promise<Sign> {
  if (key.kty === 'oct') return hmac(Buffer.from(String(key.k), 'base64url'));
  const imported = (await importJWK(key, algorithm)) as CryptoKey;
  // A hash for ECDSA and a salt for RSA-PSS (RFC 7518 sections 3.4 and 3.5); other algorithms do not look.
  const parameters = { name: imported.algorithm.name, hash: 'SHA-256', saltLength: 32 };
  return async (text) =>
    Buffer.from(await webcrypto.subtle.sign(parameters, imported, Buffer.from(text))).toString('base64url');
}

export const hmac =
  (secret: string | Buffer, hash = 'sha256'): Sign =>
  async (text) =>
    createHmac(hash, secret).update(text).digest('base64url');

export async function token(header: Part, claims: Part, sign: Sign): Promise<string> {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${await sign(text)}`;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * The same bytes in another spelling: the last bits of the last character mean nothing (RFC 4648 section 3.5). Of text whose last
 * group is whole, other bytes.
 */
export function respelled(base64url: string): string {
  const last = alphabet.indexOf(base64url.at(-1) as string);
  return base64url.slice(0, -1) + alphabet[last ^ 1];
}

/** The text with one character changed, far enough from the end for its bits to mean something. */
export function altered(text: string, fromEnd = 10): string {
  const at = Math.max(0, text.length - fromEnd);
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}

/** The text to whoever decodes it as a URI (RFC 3986 section 2.1), and another to everybody else. */
export const percentEncoded = (text: string): string => `%${text.charCodeAt(0).toString(16)}${text.slice(1)}`;
