// How many requests/s does a system carry at saturation, behind the balancer, and is that what the costs predict? Closed loop, by
// autocannon; all systems of a trial stand side by side and are loaded in rounds.
import { saturationFindings, saturationSentences } from '../analyse/saturation.ts';
import { type ByProfile, type UsualStrategies, type WorkInTurns, warmUps } from '../plan/profiles.ts';
import { seededRandom, seedFor, shuffled } from '../plan/random.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import type { Outcome } from '../record/observation.ts';
import { longLives } from '../rig/topology.ts';
import { outcomeOf } from '../trial/outcome.ts';
import { loadCredentials, type TestBed, withTestBeds } from '../trial/test-bed.ts';
import { type Lane, takeTurns } from '../trial/turns.ts';
import { wakeBed, warmUpBed } from '../trial/warm-up.ts';
import { alwaysAvailable, type Experiment, strategiesOf, type TrialContext } from './contract.ts';

/** What a trial is of: how systems compare, or a blocklist in Redis as it grows, beside the token alone and the session. */
type Kind = 'systems' | 'blocklist';

interface SaturationWork extends WorkInTurns, UsualStrategies {
  readonly kinds: readonly Kind[];
  readonly users: number;
  readonly connections: number;
  /** Lengths of the blocklist. */
  readonly revoked: readonly number[];
}

const usual = ['none', 'session', 'jwt', 'jwt+redis-blocklist', 'jwt-cached+replicated-blocklist'];

const workloads: ByProfile<SaturationWork> = {
  smoke: {
    kinds: ['systems'],
    strategies: ['none', 'jwt'],
    users: 50,
    connections: 8,
    warmUp: warmUps.smoke,
    requests: 100,
    turns: 1,
    revoked: [],
  },
  quick: {
    kinds: ['systems', 'blocklist'],
    strategies: usual,
    users: 2_000,
    connections: 32,
    warmUp: { window: 2_000, min: 16_000, max: 16_000 },
    requests: 2_000,
    turns: 4,
    revoked: [0, 10_000, 1_000_000],
  },
  full: {
    kinds: ['systems', 'blocklist'],
    strategies: usual,
    users: 2_000,
    connections: 32,
    warmUp: { window: 2_000, min: 18_000, max: 18_000 },
    requests: 4_000,
    turns: 6,
    revoked: [0, 10_000, 1_000_000],
  },
};

export const saturation: Experiment<SaturationWork> = {
  name: 'saturation',
  question: 'How many requests/s does one instance carry behind the balancer, and is that what the costs predict?',
  takesTargets: () => null,
  unavailable: alwaysAvailable,
  workloads,
  seconds: { smoke: 5, quick: 30, full: 45 },
  leads: 'requestsPerSecond',
  cells: ({ targets, chosen }, { kinds }) =>
    kinds
      .filter((kind) => kind === 'systems' || (!targets && (chosen?.includes('jwt+redis-blocklist') ?? true)))
      .map((of) => ({ of })),
  isLater: ({ of }) => of === 'blocklist',
  run({ of }, context, work) {
    const systems = systemsIn(of as Kind, context, work);
    const orders = systems.map(({ strategy, revokedTokens }) => ({
      strategy: String(strategy),
      algorithm: 'HS256' as const,
      instances: 1,
      users: work.users,
      ...(revokedTokens === undefined ? {} : { settings: longLives, revokedTokens: Number(revokedTokens) }),
    }));
    return withTestBeds(orders, context, (beds) => measure(beds, systems, context, work));
  },
  derive: saturationFindings,
  answer: saturationSentences,
};

/** The factors of each system: of servers that somebody else runs, or of ours. */
function systemsIn(kind: Kind, context: TrialContext, work: SaturationWork): Factors[] {
  const { targets } = context;
  if (targets) return Object.entries(targets).map(([strategy, target]) => ({ strategy, target }));
  const own = (strategy: string): Factors => ({
    strategy,
    ...(isSigned(strategy) ? { alg: 'HS256' } : {}),
    instances: 1,
  });
  if (kind === 'systems') return strategiesOf(context, work.strategies).map(own);
  return [
    ...['none', 'session', 'jwt'].map(own),
    ...work.revoked.map((revokedTokens) => ({ ...own('jwt+redis-blocklist'), revokedTokens })),
  ];
}

async function measure(
  beds: readonly TestBed[],
  systems: readonly Factors[],
  context: TrialContext,
  { warmUp: work, requests, turns, connections }: SaturationWork,
): Promise<Outcome> {
  const { seed } = context;
  const order = shuffled([...beds.entries()], seededRandom(seed, 'saturation'));
  const lanes: Lane[] = [];
  for (const [index, bed] of order) {
    const { rig, generator, pool } = bed;
    await loadCredentials(bed);
    const load = { urls: rig.entries[0] as string[], pool, connections };
    lanes.push({
      rig,
      factors: systems[index] as Factors,
      warmUp: await warmUpBed(bed, connections, work, (share, turn) =>
        generator.call('loadMe', { ...load, requests: share, seed: seedFor(seed, `warm-up ${turn}`) }),
      ),
      wake: (round) => wakeBed(bed, connections, requests, seedFor(seed, `wake ${round}`)),
      load: (round, tallyId) =>
        generator.call('loadMe', { ...load, requests, seed: seedFor(seed, `round ${round}`), tallyId }),
    });
  }
  const rows = await takeTurns((beds[0] as TestBed).generator, lanes, turns, context);
  return outcomeOf(rows, requests * turns * lanes.length);
}
