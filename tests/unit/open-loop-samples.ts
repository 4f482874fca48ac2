// Facts of open loops for the unit tests.
import type { OpenLoopFacts } from '../../bench/record/facts.ts';

const ms = 1e6;
const times = { mean: 2 * ms, p50: 2 * ms, p90: 3 * ms, p99: 4 * ms, p999: 5 * ms, max: 6 * ms };

export const openLoopFacts = ({ requests = 4_000, ...changes }: Partial<OpenLoopFacts> = {}): OpenLoopFacts => ({
  type: 'openLoop',
  arrivals: { process: 'poisson', rate: 2_000, start: 0 },
  requests,
  seconds: requests / 2_000,
  response: { ...times, answered: requests, censored: 0 },
  service: { ...times, answered: requests, censored: 0 },
  sendLag: { ...times, p50: 2e3, p99: 1e4, answered: requests, censored: 0 },
  stalls: { count: 0, largest: 0 },
  late: 0,
  waited: 0,
  timeouts: 0,
  errors: 0,
  falseAccepts: 0,
  falseRejects: 0,
  inFlightMean: 2,
  inFlightByTimes: 2,
  generatorBusyShare: 0.3,
  generatorStalledShare: 0.001,
  requestBytes: 1,
  responseBytes: 1,
  ...changes,
});
