// How far the blocks of a comparison lie apart, told by all its strategies together: a few blocks of one often agree by chance. Pure.
import { meanOf } from './intervals.ts';
import type { Component } from './pooled.ts';

/**
 * The standard deviation of blocks about the mean of their cell, pooled over cells. What one block knows of its own error has no say: by it,
 * intervals of a strategy whose processes differ more than its slices held the truth 73 times in 100 (revision 62c496d).
 * @param lostSquares how many times smaller the squares are because values were drawn in.
 */
export function pooledSpread(cells: readonly (readonly number[])[], lostSquares = 1): Component {
  let [squares, degrees] = [0, 0];
  for (const cell of cells) {
    if (cell.length < 2) continue;
    const mean = meanOf(cell);
    squares += cell.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    degrees += cell.length - 1;
  }
  return { deviation: degrees === 0 ? 0 : Math.sqrt((lostSquares * squares) / degrees), degrees };
}

/**
 * The spread of 337 blocks of equal servers of `jwt` and of `session` (results/comparisons, revisions 4e74a84 and 9a6060f, without burners),
 * as if from eight degrees of freedom.
 */
export const usualSpread: Component = { deviation: 0.013, degrees: 8 };

/** A spread that few blocks tell, drawn towards one that is known beforehand (Smyth, Statistical Applications in Genetics 3(1), 2004). */
export function moderated(own: Component, known: Component): Component {
  const degrees = own.degrees + known.degrees;
  const squares = own.degrees * own.deviation ** 2 + known.degrees * known.deviation ** 2;
  return { deviation: Math.sqrt(squares / degrees), degrees };
}
