// Chance that repeats: everything random in a run comes from its seed through here.
import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Random {
  /** A number from 0 (included) to 1 (excluded). */
  fraction(): number;
  /** A whole number from 0 (included) to n (excluded). */
  below(n: number): number;
}

const hashOf = (seed: number, purpose: string) => createHash('sha256').update(`${seed}:${purpose}`).digest();

/** A seed for one purpose, to hand on: the same seed and purpose give the same one, other purposes unrelated ones. */
export const seedFor = (seed: number, purpose: string): number => hashOf(seed, purpose).readUInt32BE(0) >>> 1;

/** A generator for one purpose: the same seed and purpose give the same numbers, other purposes unrelated ones. */
export function seededRandom(seed: number, purpose: string): Random {
  const generator = xoroshiro128plus(hashOf(seed, purpose).readInt32BE(0));
  return {
    fraction: () => uniformFloat64(generator),
    below: (n) => uniformInt(generator, 0, n - 1),
  };
}

/** A shuffled copy (Fisher and Yates, in Durstenfeld's form). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const copy = [...items];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    [copy[last], copy[other]] = [copy[other] as T, copy[last] as T];
  }
  return copy;
}
