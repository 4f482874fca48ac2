// What more than one profile holds.
import type { PairWork } from '../profile.ts';

/**
 * V8 (of Node.js 24) takes what runs once a request to its optimising compiler after some 11,000 requests, all at once; a request
 * costs a quarter less from then on. A steady stretch before that is not the steady state.
 */
export const compiled = { least: 18_000, most: 24_000 };

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
export const answersToRevocation = [
  'none',
  'jwt',
  'jwt-cached+replicated-blocklist',
  'jwt+redis-blocklist',
  'jwt+bloom-blocklist',
];
