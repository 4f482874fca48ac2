// How much of the instrument is measured in each profile, where several experiments measure the same.

import { type ByProfile, warmUps } from '../plan/profiles.ts';
import { type PairWork, pairWork } from '../trial/paired-trial.ts';

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

/** Pairs of each cell. */
export interface PairsWork {
  readonly pairs: number;
  readonly pair: PairWork;
}

export const pairsOfServers: ByProfile<PairsWork> = {
  smoke: {
    pairs: 1,
    pair: { ...pairWork, users: 100, warmUp: warmUps.smoke, slices: 4, countedRequests: 100 },
  },
  quick: { pairs: 20, pair: pairWork },
  full: { pairs: 60, pair: pairWork },
};
