// A Bloom filter over token ids (Bloom, CACM 13(7), 1970), with the bits and hashes that a stated rate of false positives asks
// for, and double hashing (Kirsch and Mitzenmacher, Random Structures and Algorithms 33(2), 2008).
import type { TokenId } from './token-ids.ts';

export class BloomFilter {
  /** How many ids it can hold before its false positives become more than stated. */
  readonly capacity: number;
  readonly #bits: Uint8Array;
  readonly #hashes: number;
  #size = 0;

  /** @param falsePositives the share of absent ids that are taken for present, once it is full: 0 to 1. */
  constructor(capacity: number, falsePositives: number) {
    const bitsPerId = -Math.log2(falsePositives) / Math.LN2;
    this.capacity = Math.max(1, capacity);
    this.#bits = new Uint8Array(Math.ceil((this.capacity * bitsPerId) / 8));
    this.#hashes = Math.max(1, Math.round(-Math.log2(falsePositives)));
  }

  /** Ids that changed a bit when they were added: all but false positives. */
  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#bits.byteLength;
  }

  mayHave(id: TokenId): boolean {
    const { length } = this.#bits;
    let [at, step] = startOf(id);
    for (let hash = 0; hash < this.#hashes; hash += 1) {
      const bit = bitOf(at, length);
      if (((this.#bits[bit >>> 3] as number) & (1 << (bit & 7))) === 0) return false;
      at = (at + step) % 2 ** 48;
      step += hash;
    }
    return true;
  }

  add(id: TokenId): void {
    const { length } = this.#bits;
    let [at, step] = startOf(id);
    let changed = false;
    for (let hash = 0; hash < this.#hashes; hash += 1) {
      const bit = bitOf(at, length);
      const [byte, mask] = [bit >>> 3, 1 << (bit & 7)];
      changed ||= ((this.#bits[byte] as number) & mask) === 0;
      (this.#bits[byte] as number) |= mask;
      at = (at + step) % 2 ** 48;
      step += hash;
    }
    if (changed) this.#size += 1;
  }
}

/** Two numbers of 48 bits: where the first bit is, and how far it is to the next. */
const startOf = ([first, second, third, fourth]: TokenId): [number, number] => [
  first * 2 ** 16 + (second >>> 16),
  third * 2 ** 16 + (fourth & 0xffff),
];

const bitOf = (at: number, bytes: number) => Math.floor((at / 2 ** 48) * bytes * 8);
