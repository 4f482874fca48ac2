// What a profile says of all experiments, and in what words each of them says how much it measures in a profile. Work is fixed in
// requests, not in seconds: fixed work repeats better.
import type { Choices } from '../record/observation.ts';

export interface Profile {
  /** Whether its figures are a measurement, or only show that everything runs. */
  readonly measurement: boolean;
  /** Minutes that a run takes unless told otherwise. */
  readonly minutes: number;
  /** The relative half width at which an interval is narrow enough to be left alone. */
  readonly narrowEnough: number;
  /** Distinct users whose credentials a load picks from. */
  readonly users: number;
  readonly connections: number;
}

/** Something that is another in each profile. */
export type ByProfile<T> = Readonly<Record<Choices['profile'], T>>;

export const profiles: ByProfile<Profile> = {
  /** Touches every experiment, in a minute or two; its figures mean nothing. */
  smoke: { measurement: false, minutes: 2, narrowEnough: 0, users: 100, connections: 8 },
  /** A first answer, sharper with every minute. */
  quick: { measurement: true, minutes: 5, narrowEnough: 0, users: 2_000, connections: 32 },
  /** Until every interval is narrow enough, three hours at most. */
  full: { measurement: true, minutes: 180, narrowEnough: 0.02, users: 20_000, connections: 32 },
};

/** What an experiment measures when the user chooses no strategies; null for all that it can. */
export interface UsualStrategies {
  readonly strategies: readonly string[] | null;
}

/** Requests to each instance: in a window, before its windows are asked whether they are steady, and at most until they are. */
export interface WarmUpWork {
  readonly window: number;
  readonly min: number;
  readonly max: number;
}

/**
 * The usual warm-up. V8 (of Node.js 24) takes what runs once a request to its optimising compiler after some 11,000 requests, all at
 * once; a request costs a quarter less from then on. A steady stretch before that is not the steady state.
 */
export const warmUps: ByProfile<WarmUpWork> = {
  smoke: { window: 40, min: 40, max: 40 },
  quick: { window: 1_000, min: 18_000, max: 24_000 },
  full: { window: 1_000, min: 20_000, max: 40_000 },
};

/** How lanes are loaded; all numbers are for each lane. */
export interface SliceWork {
  readonly connections: number;
  /** Requests before the counted ones, after every credential was presented once: fixed work. */
  readonly warmUpRequests: number;
  readonly cycles: number;
  /** After so many seconds no further cycle begins. */
  readonly seconds?: number;
  /** Few: a slice is to be shorter than the machine's moods. */
  readonly requestsPerSlice: number;
  /** Requests of a pass of its own, not timed, in which instructions are counted, where they can be; none without it. */
  readonly countedRequests?: number;
}

/** The usual load in slices. V8 has compiled what runs once a request before counting begins. */
export const sliceWorks: ByProfile<SliceWork> = {
  smoke: { connections: 8, warmUpRequests: 0, cycles: 3, requestsPerSlice: 20 },
  quick: { connections: 16, warmUpRequests: 13_000, cycles: 300, seconds: 10, requestsPerSlice: 100 },
  full: { connections: 16, warmUpRequests: 13_000, cycles: 300, seconds: 20, requestsPerSlice: 100 },
};

export interface Work {
  readonly warmUp: WarmUpWork;
  readonly requests: number;
}

/** Requests in each turn, and turns: those of several loads alternate. */
export interface WorkInTurns extends Work {
  readonly turns: number;
}
