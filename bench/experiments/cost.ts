// What does each way of knowing the caller cost per request? Added CPU over the baseline, tier by tier, from slices of one cycle.
import { type Algorithm, algorithms } from '../../servers/tokens/algorithms.ts';
import { costSentences } from '../analyse/cost-sentences.ts';
import { sliceFindings } from '../analyse/slice-findings.ts';
import { type ByProfile, type SliceWork, sliceWorks, type UsualStrategies } from '../plan/profiles.ts';
import { seededRandom, shuffled } from '../plan/random.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import { preparedPool } from '../rig/credential-pools.ts';
import { addressesOf, parseTarget } from '../rig/targets.ts';
import { keptThroughout } from '../rig/topology.ts';
import { outcomeOrFailure } from '../trial/abortable.ts';
import { controlLanes, type LaneOptions, partsOf, runLanes } from '../trial/lanes.ts';
import type { TestBed } from '../trial/test-bed.ts';
import {
  alwaysAvailable,
  type CellChoices,
  type Experiment,
  type RiderAnswer,
  strategiesOf,
  type Targets,
  type TrialContext,
} from './contract.ts';

export interface CostWork extends SliceWork, UsualStrategies {
  readonly users: number;
  /** Trials of each block that make a first answer: one generation alone does not tell how much generations differ. */
  readonly generations: number;
}

/** What readers ask about first: measured first. */
const leading = ['session', 'jwt', 'jwt-cached+replicated-blocklist', 'session-cached'];

const workloads: ByProfile<CostWork> = {
  smoke: {
    ...sliceWorks.smoke,
    strategies: leading,
    users: 50,
    generations: 1,
  },
  quick: {
    ...sliceWorks.quick,
    strategies: null,
    users: 1_000,
    generations: 2,
  },
  full: {
    ...sliceWorks.full,
    strategies: null,
    users: 1_000,
    generations: 2,
  },
};

/** Lanes of each kind are measured in blocks of their own: every strategy once, and what varies one of them. */
type Kind = 'strategies' | 'variants';

export const cost: Experiment<CostWork> = {
  name: 'cost',
  question: 'What does each way of knowing the caller add to the CPU of a request, and at which tier?',
  takesTargets: (targets) => (targets.none ? null : 'it needs a target that runs none, the baseline'),
  unavailable: alwaysAvailable,
  workloads,
  seconds: { smoke: 6, quick: 40, full: 50 },
  // What everybody asks first gets most of the time that is left: about six generations come before the windows of further cells.
  weight: ({ lanes }) => (lanes === 'strategies' ? 2_000 : 100),
  leads: 'throughputVsBaseline',
  cells: (choices, { strategies }) =>
    (['strategies', 'variants'] as const).flatMap((lanes) =>
      partsOf(lanesFor(lanes, choices, strategies)).map((_, part) => ({ lanes, part: part + 1 })),
    ),
  blocks: ({ generations }, { lanes }) => (lanes === 'strategies' ? generations : 1),
  isLater: ({ lanes }) => lanes === 'variants',
  async run({ lanes: kind, part }, context, work) {
    const parts = partsOf(inOrder(lanesFor(kind as Kind, context, work.strategies), context));
    const own = (parts[Number(part) - 1] ?? []).map((factors) => laneOf(factors, context, work));
    const controls = context.targets ? await targetControls(context.targets, work.users) : controlLanes(work.users);
    const lanes = await withTokens([...controls, ...own], context, work);
    const riders: RiderAnswer[] = [];
    const block = runLanes(lanes, context, work, async (beds) => {
      for (const [index, bed] of beds.entries())
        await askRiders(bed, (lanes[index] as LaneOptions).factors, context, riders);
    });
    // What was answered before a rig failed stands.
    return { outcome: await outcomeOrFailure(block, context.signal), riders: [...riders] };
  },
  derive: (trials) => sliceFindings(trials, 'cost'),
  answer: costSentences,
};

const tokenBytes: Factors = { strategy: 'none', control: 'token bytes' };

/**
 * The control lanes among servers that the user runs: the baseline, and a second one where there is one. No known cost can be put into
 * them.
 */
async function targetControls({ none = '' }: Targets, users: number): Promise<LaneOptions[]> {
  const lanes = controlLanes(users, null);
  const { length } = await addressesOf(parseTarget(none).instances);
  return lanes.slice(0, length).map((lane, index) => ({ ...lane, loaded: [index] }));
}

/** Every strategy, and the baseline that is sent a token's bytes and ignores them; or what varies one of them. */
function lanesFor(kind: Kind, { chosen, targets }: CellChoices, usual: readonly string[] | null): Factors[] {
  const strategies = strategiesOf({ chosen }, usual).filter((strategy) => strategy !== 'none');
  // What servers that the user runs sign with, or keep for how long, is his to say.
  if (targets)
    return kind === 'strategies'
      ? Object.keys(targets).flatMap((strategy) => (strategy === 'none' ? [] : { strategy }))
      : [];
  if (kind === 'strategies') {
    return [
      ...strategies.map((strategy) => ({
        strategy,
        ...(isSigned(strategy) ? { alg: 'HS256' } : {}),
        ...(strategy === 'opaque-cached' ? { ttlSeconds: defaultTtl } : {}),
      })),
      ...(strategies.some(isSigned) ? [tokenBytes] : []),
    ];
  }
  return [
    ...(strategies.includes('jwt') ? algorithms.filter((alg) => alg !== 'HS256').map(algorithmLane) : []),
    ...(strategies.includes('opaque-cached') ? [{ strategy: 'opaque-cached', ttlSeconds: longTtl }] : []),
  ];
}

const algorithmLane = (alg: Algorithm): Factors => ({ strategy: 'jwt', alg });

/** For how long an introspected token is cached: by default, and so long that every request of a trial is a hit. */
const defaultTtl = 5;
const longTtl = Number(keptThroughout.INTROSPECTION_CACHE_SECONDS);

/** Drawn anew for each generation, for which lanes share a block is to matter to none; in the first the leading ones come first. */
function inOrder(lanes: readonly Factors[], { block, seed }: TrialContext): Factors[] {
  if (block > 0) return shuffled(lanes, seededRandom(seed, 'lanes of blocks'));
  const rank = ({ strategy }: Factors) => leading.indexOf(String(strategy)) + 1 || leading.length + 1;
  return [...lanes].sort((a, b) => rank(a) - rank(b));
}

function laneOf(factors: Factors, { riders }: TrialContext, { users }: CostWork): LaneOptions {
  const { strategy, alg = 'HS256', ttlSeconds } = factors;
  const asked = riders.filter((rider) => rider.cell(factors) !== null).map(({ instances }) => instances);
  return {
    factors,
    bed: {
      strategy: String(strategy),
      algorithm: alg as Algorithm,
      // Those beyond the first stand idle until the riders come.
      instances: Math.max(1, ...asked),
      users,
      // Without a setting of its own it takes the pool of its other lane.
      ...(ttlSeconds === undefined || ttlSeconds === defaultTtl
        ? {}
        : { settings: { INTROSPECTION_CACHE_SECONDS: String(ttlSeconds) } }),
    },
  };
}

/** Gives the lane that ignores them the tokens of its users. */
async function withTokens(lanes: readonly LaneOptions[], { scope }: TrialContext, { users }: CostWork) {
  if (!lanes.some(({ factors }) => factors.control === tokenBytes.control)) return lanes;
  const order = { strategy: 'jwt', algorithm: 'HS256', instances: 1, users, balancer: 'none' } as const;
  const tokens = new Map((await preparedPool(scope, order))?.credentials.map(({ user, value }) => [user, value]));
  const alongside = (user: string) => `authorization: ${tokens.get(user)}\r\n`;
  return lanes.map((lane) => (lane.factors.control === tokenBytes.control ? { ...lane, alongside } : lane));
}

/**
 * Asks a rig that stands anyway the questions of other experiments.
 * @param answers to which each is added as soon as it is there.
 * @throws when the rig ends; the question that it was asked then counts as one that failed.
 */
export async function askRiders(
  bed: TestBed,
  factors: Factors,
  context: TrialContext,
  answers: RiderAnswer[],
): Promise<void> {
  let left = bed.credentials;
  for (const { experiment, credentials, cell, ask } of context.riders) {
    const own = factors.control === undefined ? cell(factors) : null;
    if (!own) continue;
    const its = left.slice(0, credentials);
    left = left.slice(its.length);
    const began = performance.now();
    const answer = Promise.race([ask({ ...bed, credentials: its }, context), bed.rig.failed]);
    const outcome = await outcomeOrFailure(answer, context.signal);
    answers.push({ experiment, factors: own, seconds: (performance.now() - began) / 1000, outcome });
    await Promise.race([bed.rig.failed, null]);
  }
}
