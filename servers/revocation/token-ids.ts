// The id of a token, its `jti`, as 128 bits: a UUID is that already, anything else by its digest. Pure.
import { createHash } from 'node:crypto';

/** Four words of 32 bits. */
export type TokenId = readonly [number, number, number, number];

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The same text always has the same id; two texts share one as seldom as two random UUIDs are the same. */
export function tokenIdOf(jti: string): TokenId {
  if (!uuid.test(jti)) {
    const digest = createHash('sha256').update(jti).digest();
    return [digest.readUInt32BE(0), digest.readUInt32BE(4), digest.readUInt32BE(8), digest.readUInt32BE(12)];
  }
  return [
    hexIn(jti, 0, 8),
    hexIn(jti, 9, 13) * 2 ** 16 + hexIn(jti, 14, 18),
    hexIn(jti, 19, 23) * 2 ** 16 + hexIn(jti, 24, 28),
    hexIn(jti, 28, 36),
  ];
}

/** The number that hexadecimal digits stand for; digit by digit, for a million ids are read at an instance's start. */
function hexIn(text: string, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    number = number * 16 + (code & 0xf) + (code > nine ? 9 : 0);
  }
  return number;
}

const nine = '9'.charCodeAt(0);
