// How much each profile measures. Work is fixed in requests, not in seconds: fixed work repeats better.
import { type Algorithm, algorithms } from '../../servers/tokens/algorithms.ts';
import { isSigned, strategyNames } from './strategies.ts';

export interface Profile {
  /** Whether its figures are a measurement, or only show that everything runs. */
  readonly measurement: boolean;
  /** Shuffled passes over all cells: the number of trials behind each estimate. */
  readonly blocks: number;
  /** Distinct users whose credentials a load picks from. */
  readonly users: number;
  readonly connections: number;
  /** Requests per trial, by experiment. */
  readonly throughput: Work;
  readonly revocation: Work & { readonly strategies: readonly string[]; readonly lists: readonly RevocationList[] };
  readonly stateSize: StateWork;
  readonly exposure: ExposureWork;
  /** Per instance, for each has a share of a core of its own; requests in each of two turns. */
  readonly scale: Work & {
    readonly blocks: number;
    readonly strategies: readonly string[];
    readonly instances: readonly number[];
    readonly connections: number;
  };
  /** `numbers` of hops: how many services are called behind the first. */
  readonly hops: Work & {
    readonly blocks: number;
    readonly strategies: readonly string[];
    readonly numbers: readonly number[];
  };
  readonly carriage: Work & { readonly blocks: number; readonly users: number; readonly roles: readonly number[] };
  /** Null for all. */
  readonly security: { readonly strategies: readonly string[] | null };
  /** The share of valid credentials; the other kinds have equal parts of the rest. */
  readonly mixedTraffic: {
    readonly strategies: readonly string[] | null;
    readonly validShare: number;
    readonly requests: number;
  };
  readonly login: Work & { readonly accounts: number };
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

/** Loads at given rates; seconds. */
interface LatencyWork {
  readonly blocks: number;
  /** All of them stand side by side. */
  readonly strategies: readonly string[];
  readonly warmUp: WarmUpWork;
  /** Requests of the closed loop that finds each strategy's capacity. */
  readonly capacityRequests: number;
  readonly seconds: number;
}

/** Its connections are closed, or nothing comes through and nobody is told. */
export type CutEvent = 'cut off' | 'cut off in silence';

/** Stolen credentials in a trial: revoked one by one, and while an instance is cut off; requests for each instance before that. */
interface ExposureWork {
  /** Null for all that issue something that can end. */
  readonly strategies: readonly string[] | null;
  readonly blocks: number;
  readonly loads: readonly ('idle' | 'loaded')[];
  readonly credentials: number;
  /** How the last instance is cut off from Redis, and how many credentials are revoked meanwhile each time. */
  readonly cuts: readonly CutEvent[];
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

/**
 * V8 (of Node.js 24) takes what runs once a request to its optimising compiler after some 11,000 requests, all at once; a request
 * costs a quarter less from then on. A steady stretch before that is not the steady state.
 */
const compiled = { least: 18_000, most: 24_000 };

/** How many tokens are revoked, and the share of requests that present one of them; in so many blocks, if not in all. */
interface RevocationList {
  readonly revokedTokens: number;
  readonly revokedShare: number;
  readonly blocks?: number;
}

/** How much state is made to see what each item takes; each list goes upwards. */
interface StateWork {
  /** Null for all that leave some. */
  readonly strategies: readonly string[] | null;
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

/** What a comparison of two servers rests on; the self-test shows what it gives. */
export const pairWork: PairWork = {
  users: 2_000,
  connections: 16,
  warmUp: { window: 1_000, ...compiled },
  slices: 300,
  requestsPerSlice: 100,
  countedRequests: 5_000,
};

/** The baselines, and what readers choose among: a question to Redis, a copy beside remembered tokens, one that takes little room. */
const answersToRevocation = [
  'none',
  'jwt',
  'jwt-cached+replicated-blocklist',
  'jwt+redis-blocklist',
  'jwt+bloom-blocklist',
];

/** Those whose callers wait side by side: the baselines, and what keeps in the instance what the others ask for. */
const waitingSideBySide = [
  'none',
  'session',
  'session-cached',
  'jwt',
  'jwt+redis-blocklist',
  'jwt-cached+replicated-blocklist',
];

export const profiles = {
  smoke: {
    measurement: false,
    blocks: 1,
    users: 100,
    connections: 8,
    throughput: { warmUp: { window: 100, least: 100, most: 100 }, requests: 400 },
    revocation: {
      warmUp: { window: 100, least: 100, most: 100 },
      requests: 200,
      strategies: answersToRevocation,
      lists: [
        { revokedTokens: 0, revokedShare: 0 },
        { revokedTokens: 1_000, revokedShare: 0.5 },
      ],
    },
    stateSize: {
      strategies: ['session-cached', 'jwt', 'jwt+bloom-blocklist'],
      blocks: 1,
      issued: [200],
      revoked: [1_000],
      kept: 100,
      absent: 1_000,
    },
    exposure: {
      strategies: ['jwt-cached+replicated-blocklist'],
      blocks: 1,
      loads: ['loaded'],
      credentials: 2,
      cuts: ['cut off'],
      credentialsInCut: 1,
      warmUpRequests: 20,
    },
    scale: {
      blocks: 1,
      strategies: ['none', 'session'],
      warmUp: { window: 40, least: 40, most: 40 },
      requests: 100,
      instances: [1, 2],
      connections: 8,
    },
    hops: {
      blocks: 1,
      strategies: ['none', 'session', 'jwt'],
      warmUp: { window: 40, least: 40, most: 40 },
      requests: 100,
      numbers: [0, 2],
    },
    carriage: {
      blocks: 1,
      users: 100,
      warmUp: { window: 100, least: 100, most: 100 },
      requests: 200,
      roles: [100],
    },
    security: { strategies: ['session', 'jwt-cached', 'opaque'] },
    mixedTraffic: { strategies: ['session', 'jwt-cached+bloom-blocklist', 'opaque'], validShare: 0.7, requests: 400 },
    login: { warmUp: { window: 1, least: 1, most: 1 }, requests: 4, accounts: 2 },
    refresh: {
      algorithms: ['HS256'],
      families: 20,
      connections: 4,
      warmUp: { window: 40, least: 40, most: 40 },
      requests: 100,
    },
    operationMilliseconds: 10,
    latency: {
      blocks: 1,
      strategies: ['none', 'session', 'jwt'],
      warmUp: { window: 50, least: 50, most: 50 },
      capacityRequests: 200,
      seconds: 0.2,
    },
    selfTest: {
      pairs: 1,
      pair: {
        ...pairWork,
        users: 100,
        warmUp: { window: 100, least: 100, most: 100 },
        slices: 4,
        countedRequests: 100,
      },
      loads: 1,
      truthSeconds: 0.5,
      ceilingSeconds: 0.2,
    },
  },
  quick: {
    measurement: true,
    blocks: 3,
    users: 10_000,
    connections: 32,
    throughput: { warmUp: { window: 500, ...compiled }, requests: 10_000 },
    revocation: {
      warmUp: { window: 500, ...compiled },
      requests: 6_000,
      strategies: answersToRevocation,
      lists: [
        { revokedTokens: 0, revokedShare: 0, blocks: 1 },
        { revokedTokens: 1_000_000, revokedShare: 0.01 },
      ],
    },
    stateSize: {
      strategies: null,
      blocks: 1,
      issued: [10_000, 100_000],
      revoked: [10_000, 100_000],
      kept: 10_000,
      absent: 200_000,
    },
    exposure: {
      strategies: null,
      blocks: 1,
      loads: ['loaded'],
      credentials: 20,
      cuts: ['cut off'],
      credentialsInCut: 4,
      warmUpRequests: 1_000,
    },
    scale: {
      blocks: 2,
      strategies: ['none', 'jwt', 'session'],
      warmUp: { window: 500, ...compiled },
      requests: 1_000,
      instances: [1, 2, 4],
      connections: 64,
    },
    hops: {
      blocks: 1,
      strategies: ['none', 'session', 'jwt'],
      // Just enough: each request of it is a request to every service of the chain.
      warmUp: { window: 500, least: 12_000, most: 13_000 },
      requests: 800,
      numbers: [0, 1, 4],
    },
    carriage: {
      blocks: 1,
      users: 1_000,
      warmUp: { window: 500, ...compiled },
      requests: 6_000,
      roles: [3, 20, 100],
    },
    security: { strategies: null },
    mixedTraffic: { strategies: null, validShare: 0.7, requests: 10_000 },
    login: { warmUp: { window: 1, least: 8, most: 8 }, requests: 24, accounts: 8 },
    refresh: {
      algorithms: ['HS256'],
      families: 1_000,
      connections: 16,
      warmUp: { window: 500, ...compiled },
      requests: 6_000,
    },
    operationMilliseconds: 60,
    latency: {
      blocks: 2,
      strategies: waitingSideBySide,
      warmUp: { window: 500, ...compiled },
      capacityRequests: 2_000,
      seconds: 1.5,
    },
    selfTest: { pairs: 20, pair: pairWork, loads: 5, truthSeconds: 2.8, ceilingSeconds: 2 },
  },
  full: {
    measurement: true,
    blocks: 10,
    users: 20_000,
    connections: 32,
    throughput: { warmUp: { window: 1_000, least: 20_000, most: 40_000 }, requests: 40_000 },
    revocation: {
      warmUp: { window: 1_000, least: 20_000, most: 40_000 },
      requests: 30_000,
      strategies: ['none', ...strategyNames.filter(isSigned)],
      lists: [
        { revokedTokens: 0, revokedShare: 0 },
        { revokedTokens: 10_000, revokedShare: 0.01 },
        { revokedTokens: 1_000_000, revokedShare: 0.01 },
        { revokedTokens: 1_000_000, revokedShare: 0.5 },
        { revokedTokens: 10_000_000, revokedShare: 0.01 },
      ],
    },
    stateSize: {
      strategies: null,
      blocks: 3,
      issued: [10_000, 100_000, 1_000_000],
      revoked: [10_000, 100_000, 1_000_000],
      kept: 40_000,
      absent: 200_000,
    },
    exposure: {
      strategies: null,
      blocks: 3,
      loads: ['idle', 'loaded'],
      credentials: 200,
      cuts: ['cut off', 'cut off in silence'],
      credentialsInCut: 20,
      warmUpRequests: 5_000,
    },
    scale: {
      blocks: 10,
      strategies: ['none', 'jwt', 'jwt+redis-blocklist', 'session'],
      warmUp: { window: 1_000, least: 20_000, most: 40_000 },
      requests: 6_000,
      instances: [1, 2, 4],
      connections: 64,
    },
    hops: {
      blocks: 6,
      strategies: ['none', 'session', 'session-native', 'jwt', 'jwt-cached', 'jwt+redis-blocklist', 'opaque'],
      warmUp: { window: 1_000, least: 20_000, most: 40_000 },
      requests: 6_000,
      numbers: [0, 1, 2, 4],
    },
    carriage: {
      blocks: 6,
      users: 10_000,
      warmUp: { window: 1_000, least: 20_000, most: 40_000 },
      requests: 30_000,
      roles: [3, 20, 100],
    },
    security: { strategies: null },
    mixedTraffic: { strategies: null, validShare: 0.7, requests: 75_000 },
    login: { warmUp: { window: 2, least: 20, most: 20 }, requests: 150, accounts: 20 },
    refresh: {
      algorithms,
      families: 1_000,
      connections: 16,
      warmUp: { window: 1_000, least: 20_000, most: 40_000 },
      requests: 20_000,
    },
    operationMilliseconds: 1_000,
    latency: {
      blocks: 10,
      strategies: [...waitingSideBySide, 'session-native', 'jwt-cached', 'jwt+not-before'],
      warmUp: { window: 1_000, least: 20_000, most: 40_000 },
      capacityRequests: 20_000,
      seconds: 20,
    },
    selfTest: { pairs: 60, pair: pairWork, loads: 20, truthSeconds: 2.8, ceilingSeconds: 5 },
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;
