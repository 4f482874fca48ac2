// How much of the instrument is measured in each profile, where several experiments measure the same.
import type { ByProfile } from '../plan/profiles.ts';
import { type SidesWork, sidesWorks } from '../trial/sides.ts';

/** Trials of each cell, and seconds of each load. */
export interface LoadsWork {
  readonly loads: number;
  readonly seconds: number;
}

export const loadsOfKnownRate: ByProfile<LoadsWork> = {
  smoke: { loads: 1, seconds: 0.5 },
  quick: { loads: 5, seconds: 2.8 },
  full: { loads: 20, seconds: 2.8 },
};

/** Blocks of each cell, and how the two sides are loaded in each. */
export interface ComparedWork {
  readonly blocks: number;
  readonly sides: SidesWork;
}

export const comparedServers: ByProfile<ComparedWork> = {
  smoke: { blocks: 1, sides: sidesWorks.smoke },
  quick: { blocks: 20, sides: sidesWorks.quick },
  full: { blocks: 60, sides: sidesWorks.full },
};
