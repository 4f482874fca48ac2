// The reference: as many trials as intervals want, of everything.
import { algorithms } from '../../../servers/tokens/algorithms.ts';
import type { Profile } from '../profile.ts';
import { isSigned, strategyNames } from '../strategies.ts';
import { pairWork } from './shared.ts';

/** Those whose callers wait side by side: the baselines, and what keeps in the instance what the others ask for. */
const waitingSideBySide = [
  'none',
  'session',
  'session-cached',
  'jwt',
  'jwt+redis-blocklist',
  'jwt-cached+replicated-blocklist',
];

export const full = {
  measurement: true,
  blocks: 10,
  users: 20_000,
  connections: 32,
  throughput: {
    warmUp: { window: 1_000, least: 20_000, most: 40_000 },
    requests: 2_000,
    turns: 20,
    algorithmBlocks: 3,
  },
  revocation: {
    warmUp: { window: 1_000, least: 20_000, most: 40_000 },
    requests: 2_000,
    turns: 20,
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
  callers: {
    blocks: 10,
    strategies: ['none', 'session-cached', 'jwt-cached', 'jwt-cached+replicated-blocklist'],
    warmUp: { window: 1_000, least: 20_000, most: 40_000 },
    requests: 2_000,
    turns: 20,
    numbers: [200, 2_000, 20_000],
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
} as const satisfies Profile;
