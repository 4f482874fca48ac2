// Observations for the unit tests: small, and whole enough to be read by everything that reads real ones.
import type { Factors, HttpFacts } from '../../bench/record/facts.ts';
import type { RunRecord } from '../../bench/record/journal.ts';
import type { Outcome, RunStart, TrialObservation } from '../../bench/record/observation.ts';
import type { Measure } from '../../bench/record/report.ts';
import type { SliceFacts } from '../../bench/record/slices.ts';

export const httpFacts = ({ requests = 1_000, seconds = 1, ...changes }: Partial<HttpFacts> = {}): HttpFacts => ({
  type: 'http',
  requests,
  seconds,
  windows: [{ requests, seconds, latencyMean: 10e6 }],
  connections: 10,
  latency: { mean: 2e6, p50: 2e6, p90: 3e6, p99: 4e6, p999: 5e6, max: 6e6 },
  cpuSeconds: { servers: 0.5, redis: 0.1, balancer: 0.05, generator: 0.2 },
  redisCommands: { get: 1_000, expire: 1_000 },
  requestBytes: 100_000,
  responseBytes: 200_000,
  invalid: 0,
  falseAccepts: 0,
  falseRejects: 0,
  errors: 0,
  generatorCoreSeconds: 0.2,
  coreSeconds: seconds * 2,
  ...changes,
});

export const trial = (
  strategy: string,
  block: number,
  changes: Partial<HttpFacts> = {},
  status: 'completed' | 'void' = 'completed',
): TrialObservation => {
  const rows = [{ factors: {}, facts: httpFacts(changes) }];
  const outcome: Outcome =
    status === 'completed'
      ? { status, rows }
      : { status, cause: 'wrong answer', reason: 'of 1000 answers 1 accepted in error', rows };
  return {
    kind: 'trial',
    experiment: 'saturation',
    factors: { strategy, instances: 1 },
    block,
    at: '2026-01-02T03:04:05.000Z',
    seconds: 2,
    outcome,
  };
};

/** CPU nanoseconds per request by tier: slice by slice, or the same in each of 60 slices. */
type Costs = Partial<Record<keyof SliceFacts['cpu'], number | number[]>>;

/** The facts of a lane, 100 requests a slice. */
export function sliceFacts(costs: Costs, changes: Partial<SliceFacts> = {}): SliceFacts {
  const cpu = Object.fromEntries(
    Object.entries(costs).map(([tier, cost]) => [tier, Array.isArray(cost) ? cost : new Array<number>(60).fill(cost)]),
  );
  const slices = Math.max(0, ...Object.values(cpu).map(({ length }) => length));
  return {
    type: 'slices',
    cpu,
    clock: 'kernel',
    requestsPerSlice: 100,
    requests: slices * 100,
    invalid: 0,
    warmUpRequests: 0,
    falseAccepts: 0,
    falseRejects: 0,
    errors: 0,
    requestBytes: slices * 10_000,
    responseBytes: slices * 20_000,
    ...changes,
  };
}

/** A lane of a block: the factors of its row, and its facts or its costs. */
type Lane = readonly [Factors, SliceFacts | Costs];

/** A block of lanes, with their rows in the order given. */
export const blockOf = (
  experiment: string,
  factors: Factors,
  lanes: readonly Lane[],
  block = 0,
  status: 'completed' | 'void' = 'completed',
): TrialObservation => {
  const rows = lanes.map(([own, facts]) => ({ factors: own, facts: 'type' in facts ? facts : sliceFacts(facts) }));
  return {
    kind: 'trial',
    experiment,
    factors,
    block,
    at: '2026-01-02T03:04:05.000Z',
    seconds: 20,
    outcome:
      status === 'completed'
        ? { status, rows }
        : { status, cause: 'wrong answer', reason: 'of 1000 answers 1 accepted in error', rows },
  };
};

/** A measure with its interval. */
export const measureOf = (value: number, low = value, high = value, replicates = 2): Measure => ({
  value,
  low,
  high,
  confidence: 0.95,
  unit: 's',
  better: 'lower',
  replicates,
});

/** What the sides of one strategy are in a block: what head costs of base, and in what the facts of each differ. */
export interface ComparedSides {
  /** Base once more over base; 1 unless told. */
  readonly control?: number;
  readonly ratio: number;
  readonly base?: Partial<SliceFacts>;
  readonly head?: Partial<SliceFacts>;
}

/** A block of a comparison: base at 100 µs a request, head at so many times that, and base once more. */
export function comparedBlock(
  strategies: Readonly<Record<string, ComparedSides>>,
  block = 0,
  status: 'completed' | 'void' = 'completed',
): TrialObservation {
  const facts = (cost: number, changes: Partial<SliceFacts> = {}) =>
    sliceFacts({ servers: cost }, { redisCommands: {}, ...changes });
  const lanes = Object.entries(strategies).flatMap(([strategy, { ratio, base, head }]): [Factors, SliceFacts][] => [
    [{ strategy, side: 'base' }, facts(1e5, base)],
    [{ strategy, side: 'head' }, facts(1e5 * ratio, head)],
  ]);
  const [first = ''] = Object.keys(strategies);
  const { control = 1 } = strategies[first] ?? {};
  lanes.push([{ strategy: first, side: 'base', control: 'a/a' }, facts(1e5 * control)]);
  return blockOf('compare', {}, lanes, block, status);
}

export const start: RunStart = {
  kind: 'start',
  schemaVersion: 2,
  id: 'a-run',
  choices: { suite: 'bench', profile: 'quick', seed: 1, balancer: 'haproxy', minutes: 5 },
  plan: 'digest',
  cells: [],
  command: 'npm run bench',
  at: '2026-01-02T03:04:00.000Z',
  environment: {
    node: 'v24.0.0',
    cpuModel: 'A CPU',
    cores: 2,
    memoryBytes: 8e9,
    kernel: 'Linux 6',
    redis: 'Redis 7',
    balancer: 'HAProxy 2.6',
    placement: 'generator on core 0; instances, Redis and balancer on core 1',
    cpuQuota: 'cgroup v2',
    instructions: 'not available: there is no perf on PATH',
    revision: 'abc',
    dependencies: { jose: '6.0.0' },
  },
  warnings: [],
};

/** A run of these trials, and of no other cells than theirs unless more are given. */
export function recordOf(trials: readonly TrialObservation[], more: readonly TrialObservation[] = []): RunRecord {
  const cells = new Map(
    [...trials, ...more].map(({ experiment, factors }) => [
      JSON.stringify([experiment, factors]),
      { experiment, factors, first: 1, isLater: false, seconds: 30 },
    ]),
  );
  return { start: { ...start, cells: [...cells.values()] }, resumed: [], trials };
}
