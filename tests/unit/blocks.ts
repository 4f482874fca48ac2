// Blocks of a comparison as simulations draw them.
import type { Random } from '../../bench/plan/random.ts';

/** A normal deviate (Box and Muller). */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());

/**
 * So many blocks of each strategy about 0, as far apart as its spread says.
 * @param outlying how many in a hundred lie five times as far off.
 */
export const drawCells = (blocks: number, spreads: readonly number[], random: Random, outlying = 0): number[][] =>
  spreads.map((spread) =>
    Array.from({ length: blocks }, () => (random.below(100) < outlying ? 5 : 1) * spread * normal(random)),
  );
