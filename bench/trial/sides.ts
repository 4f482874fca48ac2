// Two sides side by side, in fresh processes, as lanes of one block: of each strategy base and head, and base once more (A/A). What
// differs between the sides is what is asked about: a revision, a cost that was put in, the probes.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { forged, type PooledCredential } from '../load/credentials.ts';
import { type ByProfile, type SliceWork, sliceWorks } from '../plan/profiles.ts';
import { isRevocable, isSigned } from '../plan/strategies.ts';
import type { Outcome } from '../record/observation.ts';
import type { RigOptions } from '../rig/rig.ts';
import type { TrialContext } from './context.ts';
import { type LaneOptions, runLanes } from './lanes.ts';
import type { TestBed } from './test-bed.ts';

/** How the sides are loaded. */
export interface SidesWork extends SliceWork {
  readonly users: number;
}

/** What a comparison rests on; the self-test shows what it gives. */
export const sidesWorks: ByProfile<SidesWork> = {
  smoke: { ...sliceWorks.smoke, users: 100, countedRequests: 100 },
  quick: { ...sliceWorks.quick, users: 1_000, countedRequests: 5_000 },
  full: { ...sliceWorks.full, users: 1_000, countedRequests: 5_000 },
};

export interface SidesOrder {
  readonly strategies: readonly string[];
  readonly work: SidesWork;
  readonly base: SideOrder;
  readonly head: SideOrder;
}

/** In what one side differs from an instance of this checkout. */
type SideOrder = Pick<RigOptions, 'tree' | 'injectedMicroseconds' | 'admin'>;

const algorithm: Algorithm = 'HS256';

/** Share of the requests that present a credential which has to be rejected: a server that accepts everything is no faster. */
const invalidShare = 0.02;

/** How many forged and how many revoked credentials are presented in turn. */
const invalidCredentials = 20;

/** Runs one block. Its rows say in their factors which strategy, which side and which control they are of. */
export function runSides({ strategies, work, base, head }: SidesOrder, context: TrialContext): Promise<Outcome> {
  const canRevoke = [base, head].every(({ admin }) => admin !== false);
  // Expected of the strategy, not asked of the server: one that takes nothing back has to be found out.
  const revokedOf = (strategy: string) => (canRevoke && isRevocable(strategy) ? invalidCredentials : 0);
  const lane = (strategy: string, side: 'base' | 'head', control?: 'a/a'): LaneOptions => ({
    factors: {
      strategy,
      ...(isSigned(strategy) ? { alg: algorithm } : {}),
      side,
      ...(control === undefined ? {} : { control }),
    },
    bed: {
      ...(side === 'base' ? base : head),
      strategy,
      algorithm,
      instances: 1,
      users: work.users,
      revoked: revokedOf(strategy),
    },
    pool: (bed) => poolOf(bed, revokedOf(strategy)),
  });
  const [first = ''] = strategies;
  const lanes = [
    ...strategies.flatMap((strategy) => [lane(strategy, 'base'), lane(strategy, 'head')]),
    lane(first, 'base', 'a/a'),
  ];
  return runLanes(lanes, context, work);
}

/** Every credential of the bed, the first of them revoked, and some forged ones. */
async function poolOf({ credentials }: TestBed, revoked: number) {
  const forgeries = credentials.slice(-invalidCredentials).flatMap((credential) => forged(credential) ?? []);
  const issued = credentials.map((credential, index): PooledCredential => ({ ...credential, valid: index >= revoked }));
  const pool = [...issued, ...forgeries];
  return { credentials: pool, invalidShare: pool.some(({ valid }) => !valid) ? invalidShare : 0 };
}
