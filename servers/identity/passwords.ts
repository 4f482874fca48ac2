// Password hashes: argon2id in PHC string form, with the parameters that OWASP's cheat sheet gives first.
import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const hashAsync = promisify(argon2) as (algorithm: 'argon2id', parameters: Argon2Parameters) => Promise<Buffer>;

/** 19 MiB, 2 passes, 1 lane: OWASP Password Storage Cheat Sheet. */
const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 } as const;

const derive = (password: string, salt: Buffer) =>
  hashAsync('argon2id', { message: Buffer.from(password, 'utf8'), nonce: salt, ...cost });

const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

/** Hashes a password with a fresh salt; the result carries its own parameters. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const tag = await derive(password, salt);
  const { memory, passes, parallelism } = cost;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

/**
 * Tells whether a password matches a hash made by hashPassword, in constant time.
 * Without a hash (no such account) it does the same work and says no, so that the time does not tell who exists.
 */
export async function verifyPassword(password: string, hash: string | null): Promise<boolean> {
  const [, , , , salt = '', tag = ''] = (hash ?? '').split('$');
  const expected = Buffer.from(tag, 'base64');
  const actual = await derive(password, salt ? Buffer.from(salt, 'base64') : Buffer.alloc(16));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
