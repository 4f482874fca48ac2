// The plan: every cell of the chosen experiments, shuffled anew into each block by the seed.
import { createHash } from 'node:crypto';
import type { Factors } from '../record/facts.ts';
import { seededRandom, shuffled } from './random.ts';

/** One combination of an experiment and its factors. */
export interface Cell {
  readonly experiment: string;
  readonly factors: Factors;
}

/** A cell, and in how many blocks it is run. */
export interface RepeatedCell extends Cell {
  readonly blocks: number;
}

/** One cell to be run once, in one block; both count from 0. */
export interface PlannedTrial extends Cell {
  readonly block: number;
}

export interface Plan {
  readonly trials: readonly PlannedTrial[];
  /** Equal for equal plans: the same cells in the same order. */
  readonly digest: string;
}

/** Lays out the trials: those given in their order, or in each block one shuffled pass over all cells that take part in it. */
export function planTrials(
  given: { readonly trials: readonly PlannedTrial[] } | { readonly cells: readonly RepeatedCell[] },
  seed: number,
): Plan {
  const trials = 'trials' in given ? given.trials : shuffledBlocks(given.cells, seed);
  return { trials, digest: createHash('sha256').update(trials.map(trialKey).join('\n')).digest('hex') };
}

function shuffledBlocks(cells: readonly RepeatedCell[], seed: number): PlannedTrial[] {
  const most = Math.max(0, ...cells.map(({ blocks }) => blocks));
  return Array.from({ length: most }, (_, block) =>
    shuffled(
      cells.filter(({ blocks }) => block < blocks),
      seededRandom(seed, `block ${block}`),
    ).map(({ experiment, factors }) => ({ experiment, factors, block })),
  ).flat();
}

/** A name for a trial that is the same in the plan and in the journal. */
export const trialKey = ({ experiment, factors, block }: PlannedTrial) =>
  `${block} ${cellKey({ experiment, factors })}`;

/** A name for a cell; the order in which its factors were written does not matter. */
export const cellKey = ({ experiment, factors }: Cell) => `${experiment} ${factorsKey(factors)}`;

export const factorsKey = (factors: Factors) =>
  Object.entries(factors)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
