// What a profile says: how much each experiment measures. Work is fixed in requests, not in seconds: fixed work repeats better.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';

export interface Profile {
  /** Whether its figures are a measurement, or only show that everything runs. */
  readonly measurement: boolean;
  /** Shuffled passes over all cells: the number of trials behind each estimate. */
  readonly blocks: number;
  /** Distinct users whose credentials a load picks from. */
  readonly users: number;
  readonly connections: number;
  /** `algorithmBlocks`: in how many blocks the algorithms of a token other than HS256 are measured, too. */
  readonly throughput: WorkInTurns & { readonly algorithmBlocks: number };
  readonly revocation: WorkInTurns & UsualStrategies & { readonly lists: readonly RevocationList[] };
  readonly stateSize: StateWork;
  readonly exposure: ExposureWork;
  /** Requests for each instance, for each has a share of a core of its own. */
  readonly scale: WorkInTurns &
    UsualStrategies & {
      readonly blocks: number;
      readonly instances: readonly number[];
      readonly connections: number;
    };
  /** `numbers` of distinct callers. */
  readonly callers: WorkInTurns & UsualStrategies & { readonly blocks: number; readonly numbers: readonly number[] };
  /** `numbers` of hops: how many services are called behind the first. */
  readonly hops: WorkInTurns &
    UsualStrategies & { readonly blocks: number; readonly users: number; readonly numbers: readonly number[] };
  readonly carriage: WorkInTurns & {
    readonly blocks: number;
    readonly users: number;
    readonly roles: readonly number[];
  };
  readonly security: UsualStrategies;
  /** The share of valid credentials; the other kinds have equal parts of the rest. */
  readonly mixedTraffic: UsualStrategies & { readonly validShare: number; readonly requests: number };
  readonly login: WorkInTurns & { readonly accounts: number };
  /** Refreshes; each connection has families of its own. */
  readonly refresh: Work & {
    readonly algorithms: readonly Algorithm[];
    readonly families: number;
    readonly connections: number;
  };
  /** Milliseconds that tinybench spends on each task. */
  readonly operationMilliseconds: number;
  readonly latency: LatencyWork;
  readonly selfTest: SelfTestWork;
}

/** What an experiment measures when the user chooses no strategies; null for all that it can. */
interface UsualStrategies {
  readonly strategies: readonly string[] | null;
}

/** Loads at given rates; seconds. */
interface LatencyWork extends UsualStrategies {
  readonly blocks: number;
  readonly warmUp: WarmUpWork;
  /** Requests of the closed loop that finds each strategy's capacity. */
  readonly capacityRequests: number;
  readonly seconds: number;
}

/** Its connections are closed, or nothing comes through and nobody is told. */
export type CutEvent = 'cut off' | 'cut off in silence';

/** Stolen credentials in a trial: revoked one by one, and while an instance is cut off; requests for each instance before that. */
interface ExposureWork extends UsualStrategies {
  readonly blocks: number;
  readonly loads: readonly ('idle' | 'loaded')[];
  /** How many tokens were revoked before, where tokens are. */
  readonly list: { readonly revokedTokens?: number };
  readonly credentials: number;
  /** How the way to Redis is cut, how often each, and how many credentials are revoked meanwhile each time. */
  readonly cuts: readonly CutEvent[];
  readonly cutsEach: number;
  readonly credentialsInCut: number;
  readonly warmUpRequests: number;
}

/** How the instrument is measured; numbers of trials of each cell, and seconds of each load. */
interface SelfTestWork {
  readonly pairs: number;
  readonly pair: PairWork;
  readonly loads: number;
  readonly truthSeconds: number;
  readonly ceilingSeconds: number;
}

/** Requests to each instance: in a window, before its windows are asked whether they are steady, and at most until they are. */
export interface WarmUpWork {
  readonly window: number;
  readonly least: number;
  readonly most: number;
}

/** How many tokens are revoked, and the share of requests that present one of them; in so many blocks, if not in all. */
interface RevocationList {
  readonly revokedTokens: number;
  readonly revokedShare: number;
  readonly blocks?: number;
}

/** How much state is made to see what each item takes; each list goes upwards. */
interface StateWork extends UsualStrategies {
  readonly blocks: number;
  /** Sessions, tokens or users. */
  readonly issued: readonly number[];
  readonly revoked: readonly number[];
  /** What an instance keeps of its own. */
  readonly kept: number;
  /** Absent tokens that a filter is asked for. */
  readonly absent: number;
}

interface Work {
  readonly warmUp: WarmUpWork;
  readonly requests: number;
}

/** Requests in each turn, and turns: those of several loads alternate. */
export interface WorkInTurns extends Work {
  readonly turns: number;
}

/** How the two sides of a pair are loaded; all numbers are for each side. */
export interface PairWork {
  readonly users: number;
  readonly connections: number;
  readonly warmUp: WarmUpWork;
  /** Turns, and requests in each: short, for the machine's moods to fall on both sides alike. */
  readonly slices: number;
  readonly requestsPerSlice: number;
  /** Requests while instructions are counted. */
  readonly countedRequests: number;
}
