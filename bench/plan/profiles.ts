// The three profiles: how much each of them measures.
import { algorithms } from '../../servers/tokens/algorithms.ts';
import type { PairWork, Profile } from './profile.ts';
import { isSigned, strategyNames } from './strategies.ts';

/**
 * V8 (of Node.js 24) takes what runs once a request to its optimising compiler after some 11,000 requests, all at once; a request
 * costs a quarter less from then on. A steady stretch before that is not the steady state.
 */
const compiled = { least: 18_000, most: 24_000 };

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
    throughput: { warmUp: { window: 100, least: 100, most: 100 }, requests: 200, turns: 2 },
    revocation: {
      warmUp: { window: 100, least: 100, most: 100 },
      requests: 100,
      turns: 2,
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
      list: {},
      credentials: 2,
      cuts: ['cut off'],
      cutsEach: 1,
      credentialsInCut: 1,
      warmUpRequests: 20,
    },
    scale: {
      blocks: 1,
      strategies: ['none', 'session'],
      warmUp: { window: 40, least: 40, most: 40 },
      requests: 100,
      turns: 2,
      instances: [1, 2],
      connections: 8,
    },
    hops: {
      blocks: 1,
      users: 100,
      strategies: ['none', 'session', 'jwt'],
      warmUp: { window: 40, least: 40, most: 40 },
      requests: 100,
      turns: 2,
      numbers: [0, 2],
    },
    carriage: {
      blocks: 1,
      users: 100,
      warmUp: { window: 100, least: 100, most: 100 },
      requests: 100,
      turns: 2,
      roles: [100],
    },
    security: { strategies: ['session', 'jwt-cached', 'opaque'] },
    mixedTraffic: { strategies: ['session', 'jwt-cached+bloom-blocklist', 'opaque'], validShare: 0.7, requests: 400 },
    login: { warmUp: { window: 1, least: 1, most: 1 }, requests: 2, turns: 2, accounts: 2 },
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
    throughput: { warmUp: { window: 500, ...compiled }, requests: 2_000, turns: 6 },
    revocation: {
      warmUp: { window: 500, ...compiled },
      requests: 2_000,
      turns: 6,
      strategies: answersToRevocation,
      lists: [
        { revokedTokens: 0, revokedShare: 0, blocks: 1 },
        { revokedTokens: 1_000_000, revokedShare: 0.01 },
      ],
    },
    stateSize: {
      strategies: null,
      blocks: 1,
      issued: [20_000],
      revoked: [1_000_000],
      kept: 10_000,
      absent: 200_000,
    },
    exposure: {
      strategies: null,
      blocks: 1,
      loads: ['loaded'],
      list: {},
      credentials: 20,
      cuts: ['cut off'],
      cutsEach: 1,
      credentialsInCut: 4,
      warmUpRequests: 1_000,
    },
    scale: {
      blocks: 1,
      strategies: ['none', 'jwt', 'session'],
      warmUp: { window: 500, ...compiled },
      requests: 1_000,
      turns: 2,
      instances: [1, 2, 4],
      connections: 64,
    },
    hops: {
      blocks: 1,
      users: 1_000,
      strategies: ['none', 'session', 'jwt'],
      // Just enough: each request of it is a request to every service of the chain.
      warmUp: { window: 500, least: 12_000, most: 13_000 },
      requests: 800,
      turns: 2,
      numbers: [0, 1, 4],
    },
    carriage: {
      blocks: 1,
      users: 1_000,
      warmUp: { window: 500, ...compiled },
      requests: 2_000,
      turns: 4,
      roles: [3, 20, 100],
    },
    security: { strategies: null },
    mixedTraffic: { strategies: null, validShare: 0.7, requests: 10_000 },
    login: { warmUp: { window: 1, least: 8, most: 8 }, requests: 12, turns: 2, accounts: 8 },
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
      strategies: ['none', 'session', 'jwt', 'jwt-cached+replicated-blocklist'],
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
    throughput: { warmUp: { window: 1_000, least: 20_000, most: 40_000 }, requests: 4_000, turns: 10 },
    revocation: {
      warmUp: { window: 1_000, least: 20_000, most: 40_000 },
      requests: 3_000,
      turns: 10,
      strategies: ['none', ...strategyNames.filter(isSigned)],
      lists: [
        { revokedTokens: 0, revokedShare: 0 },
        { revokedTokens: 10_000, revokedShare: 0.01, blocks: 3 },
        { revokedTokens: 1_000_000, revokedShare: 0.01 },
        { revokedTokens: 1_000_000, revokedShare: 0.5, blocks: 3 },
        { revokedTokens: 10_000_000, revokedShare: 0.01, blocks: 1 },
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
      list: { revokedTokens: 1_000_000 },
      credentials: 200,
      cuts: ['cut off', 'cut off in silence'],
      cutsEach: 5,
      credentialsInCut: 4,
      warmUpRequests: 5_000,
    },
    scale: {
      blocks: 10,
      strategies: ['none', 'jwt', 'jwt+redis-blocklist', 'session'],
      warmUp: { window: 1_000, least: 20_000, most: 40_000 },
      requests: 3_000,
      turns: 4,
      instances: [1, 2, 4],
      connections: 64,
    },
    hops: {
      blocks: 6,
      users: 1_000,
      strategies: ['none', 'session', 'session-native', 'jwt', 'jwt-cached', 'jwt+redis-blocklist', 'opaque'],
      warmUp: { window: 1_000, least: 20_000, most: 40_000 },
      requests: 3_000,
      turns: 4,
      numbers: [0, 1, 2, 4],
    },
    carriage: {
      blocks: 6,
      users: 10_000,
      warmUp: { window: 1_000, least: 20_000, most: 40_000 },
      requests: 3_000,
      turns: 10,
      roles: [3, 20, 100],
    },
    security: { strategies: null },
    mixedTraffic: { strategies: null, validShare: 0.7, requests: 75_000 },
    login: { warmUp: { window: 2, least: 20, most: 20 }, requests: 25, turns: 6, accounts: 20 },
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
