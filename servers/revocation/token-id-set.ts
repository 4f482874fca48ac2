// A set of token ids in one typed array, open addressing with linear probing (Knuth, TAOCP 3, section 6.4): 16 bytes an id and
// at most as much again, where a Set of strings takes some hundred.
import type { TokenId } from './token-ids.ts';

const words = 4;
const leastCapacity = 16;

/** Full beyond this share it is made larger, by so much: between 20 and 30 bytes an id. */
const mostFull = 0.8;
const growth = 1.5;

export class TokenIdSet {
  #table: Uint32Array;
  #size = 0;

  /** @param expected how many ids it is to hold without having to grow. */
  constructor(expected = 0) {
    this.#table = tableFor(expected);
  }

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#table.byteLength;
  }

  has(id: TokenId): boolean {
    return this.#table[placeOf(this.#table, id) + 1] !== 0;
  }

  /** False when it was there already. */
  add(id: TokenId): boolean {
    if (this.#size + 1 > mostFull * capacityOf(this.#table)) this.#grow();
    const place = placeOf(this.#table, id);
    if (this.#table[place + 1] !== 0) return false;
    put(this.#table, place, id);
    this.#size += 1;
    return true;
  }

  #grow(): void {
    const before = this.#table;
    const after = new Uint32Array(Math.ceil(capacityOf(before) * growth) * words);
    for (let place = 0; place < before.length; place += words) {
      if (before[place + 1] === 0) continue;
      const id = before.subarray(place, place + words) as unknown as TokenId;
      put(after, placeOf(after, id), id);
    }
    this.#table = after;
  }
}

const tableFor = (expected: number) =>
  new Uint32Array(Math.max(leastCapacity, Math.ceil(expected / mostFull) + 1) * words);

const capacityOf = (table: Uint32Array) => table.length / words;

/**
 * Where an id stands, or would. A place is empty when its second word is zero; the second word of a stored id never is, for
 * zero is stored as one: two ids that differ in nothing else are taken for the same.
 */
function placeOf(table: Uint32Array, [first, second, third, fourth]: TokenId): number {
  const marked = second === 0 ? 1 : second;
  // From a random word to a place without a division (Lemire, ACM TOMACS 29(1), 2019).
  let place = Math.floor((first * capacityOf(table)) / 2 ** 32) * words;
  for (;;) {
    const at = table[place + 1];
    if (at === 0) return place;
    if (at === marked && table[place] === first && table[place + 2] === third && table[place + 3] === fourth)
      return place;
    place += words;
    if (place === table.length) place = 0;
  }
}

function put(table: Uint32Array, place: number, [first, second, third, fourth]: TokenId): void {
  table[place] = first;
  table[place + 1] = second === 0 ? 1 : second;
  table[place + 2] = third;
  table[place + 3] = fourth;
}
