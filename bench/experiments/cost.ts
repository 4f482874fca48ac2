// What does each way of knowing the caller cost per request? Added CPU over the baseline, tier by tier, from slices of one cycle.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import type { ByProfile } from '../plan/profiles.ts';
import { seededRandom, shuffled } from '../plan/random.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import { preparedPool } from '../rig/credential-pools.ts';
import { type LaneOrder, runLanes, type SliceWork } from '../trial/lanes.ts';
import { alwaysAvailable, type CellChoices, type Experiment, strategiesOf, type TrialContext } from './contract.ts';

/** Strategies in a block, at most: with 17 lanes at once two equal servers differed by 1.7 µs, with six by 0.2. */
const lanesPerBlock = 4;

/** CPU time that the injected control lane costs on top, in microseconds. */
const injectedMicroseconds = 5;

export interface CostWork extends SliceWork {
  readonly users: number;
}

const amounts: ByProfile<CostWork> = {
  smoke: { users: 50, connections: 8, warmUpRequests: 40, cycles: 4, requestsPerSlice: 20 },
  quick: { users: 2_000, connections: 16, warmUpRequests: 18_000, cycles: 300, requestsPerSlice: 100 },
  full: { users: 2_000, connections: 16, warmUpRequests: 18_000, cycles: 300, requestsPerSlice: 100 },
};

export const cost: Experiment<CostWork> = {
  name: 'cost',
  question: 'What does each way of knowing the caller add to the CPU of a request, and at which tier?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  amounts,
  cells: (choices) => Array.from({ length: partsOf(lanesFor(choices)).length }, (_, part) => ({ part: part + 1 })),
  async run({ part }, context, work) {
    const parts = partsOf(shuffled(lanesFor(context), seededRandom(context.seed, 'lanes of blocks')));
    const own = parts[Number(part) - 1] ?? [];
    const lanes = [...controls, ...own].map((factors) => laneOf(factors, work));
    return runLanes(await withTokens(lanes, context, work), context, work);
  },
  answer: () => [],
};

const controls: readonly Factors[] = [
  { strategy: 'none' },
  { strategy: 'none', control: 'a/a' },
  { strategy: 'none', control: 'injected' },
];

const tokenBytes: Factors = { strategy: 'none', control: 'token bytes' };

/** Every strategy once, and the baseline that is sent a token's bytes and ignores them. */
const lanesFor = (choices: Pick<CellChoices, 'chosen'>): Factors[] => {
  const strategies = strategiesOf(choices, null).filter((strategy) => strategy !== 'none');
  return [
    ...strategies.map((strategy) => ({ strategy, ...(isSigned(strategy) ? { alg: 'HS256' } : {}) })),
    ...(strategies.some(isSigned) ? [tokenBytes] : []),
  ];
};

/** As few blocks as hold all lanes, each of about as many. */
export function partsOf<T>(lanes: readonly T[]): T[][] {
  const parts = Math.ceil(lanes.length / lanesPerBlock);
  return Array.from({ length: parts }, (_, part) => lanes.filter((_, index) => index % parts === part));
}

function laneOf(factors: Factors, { users }: CostWork): LaneOrder {
  const { strategy, alg = 'HS256', control } = factors;
  return {
    factors,
    bed: {
      strategy: String(strategy),
      algorithm: alg as Algorithm,
      instances: 1,
      users,
      ...(control === 'injected' ? { injectedMicroseconds } : {}),
    },
  };
}

/** Gives the lane that ignores them the tokens of its users. */
async function withTokens(lanes: readonly LaneOrder[], { scope }: TrialContext, { users }: CostWork) {
  if (!lanes.some(({ factors }) => factors.control === tokenBytes.control)) return lanes;
  const order = { strategy: 'jwt', algorithm: 'HS256', instances: 1, users, balancer: 'none' } as const;
  const tokens = new Map((await preparedPool(scope, order))?.credentials.map(({ user, value }) => [user, value]));
  const alongside = (user: string) => `authorization: ${tokens.get(user)}\r\n`;
  return lanes.map((lane) => (lane.factors.control === tokenBytes.control ? { ...lane, alongside } : lane));
}
