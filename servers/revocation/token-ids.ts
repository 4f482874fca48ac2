// The id of a token, its `jti`, as 128 bits: a UUID is that already, anything else by its digest. Pure.
import { createHash } from 'node:crypto';

/** Four words of 32 bits. */
export type TokenId = readonly [number, number, number, number];

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The same text always has the same id; two texts share one as seldom as two random UUIDs are the same. */
export function tokenIdOf(jti: string): TokenId {
  const hex = uuid.test(jti) ? jti.replaceAll('-', '') : createHash('sha256').update(jti).digest('hex');
  const word = (index: number) => Number.parseInt(hex.slice(index * 8, index * 8 + 8), 16);
  return [word(0), word(1), word(2), word(3)];
}
