// Two sides side by side, in fresh processes, as lanes of one block: base and head of a strategy, and base once more (A/A). What
// differs between the sides is what is asked about: a revision, a cost that was put in, the probes.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { forged, type PooledCredential } from '../load/credentials.ts';
import { type ByProfile, type SliceWork, sliceWorks } from '../plan/profiles.ts';
import { isRevocable, isSigned } from '../plan/strategies.ts';
import type { Row } from '../record/facts.ts';
import type { Outcome } from '../record/observation.ts';
import { takesV8Flags } from '../rig/checkout-rig.ts';
import type { RigOptions } from '../rig/rig.ts';
import type { TrialContext } from './context.ts';
import { type LaneOptions, runLanes } from './lanes.ts';
import { type TestBed, type TestBedContext, withTestBeds } from './test-bed.ts';

/** How the sides are loaded. */
export interface SidesWork extends SliceWork {
  readonly users: number;
}

/** What a comparison rests on. */
export const sidesWorks: ByProfile<SidesWork> = {
  smoke: { ...sliceWorks.smoke, users: 100, countedRequests: 100 },
  // Many short blocks rather than few long ones: processes differ by more than what their slices leave open.
  quick: { ...sliceWorks.quick, warmUpRequests: 4_000, seconds: 2.5, users: 500, countedRequests: 5_000 },
  full: { ...sliceWorks.full, warmUpRequests: 4_000, users: 500, countedRequests: 5_000 },
};

/**
 * V8 compiles and collects on the main thread, after the same requests in every process, and takes what runs once a request to its
 * optimising compiler after a quarter of the usual calls. On threads of their own what is rarely run is compiled earlier in one process than
 * in another. What a request costs in the end is the same; it is reached after 3,000 requests in place of 13,000.
 */
const v8Flags = ['--single-threaded', '--invocation-count-for-turbofan=750'];

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

/**
 * Runs one block of each strategy, one after the other: base and head, and for one strategy in turn base once more (A/A). The rows say
 * in their factors which strategy, side and control they are of. Side by side with those of other strategies two equal servers differ
 * more: by an sd of 1.6 to 3.4 % with seven lanes, of 1.0 to 1.5 % with three (five blocks each).
 */
export async function runSides({ strategies, ...order }: SidesOrder, context: TrialContext): Promise<Outcome> {
  const rows: Row[] = [];
  const work =
    flagsOf(order).length > 0 ? order.work : { ...order.work, warmUpRequests: sliceWorks.quick.warmUpRequests };
  const controlled = strategies[context.block % strategies.length];
  for (const strategy of strategies) {
    const lanes = lanesOf(strategy, order);
    const outcome = await runLanes(strategy === controlled ? lanes : lanes.slice(0, 2), context, work);
    if (outcome.status !== 'completed') return outcome;
    rows.push(...outcome.rows);
  }
  return { status: 'completed', rows };
}

/**
 * Starts both sides of each strategy once, unloaded, and ends them: that fills V8's compile cache. Without it session servers collect
 * their garbage three times under a load in which they otherwise do not, 60 ms each: in the first block of 13 comparisons of 27 base cost
 * 8 to 16 % more than head (results/comparisons, revision 4e74a84).
 */
export function startSidesOnce({ strategies, ...order }: SidesOrder, context: TestBedContext): Promise<Outcome> {
  const beds = strategies.flatMap((strategy) =>
    lanesOf(strategy, order)
      .slice(0, 2)
      .map(({ bed }) => bed),
  );
  const unloaded = beds.map((bed) => ({ ...bed, users: 0, revoked: 0 }));
  return withTestBeds(unloaded, context, async () => ({ status: 'completed', rows: [] }));
}

/** Both sides or none. */
const flagsOf = ({ base, head }: Pick<SidesOrder, 'base' | 'head'>): readonly string[] =>
  [base, head].every(({ tree }) => takesV8Flags(tree)) ? v8Flags : [];

/** Base, head, and base once more. */
function lanesOf(strategy: string, { work, base, head }: Omit<SidesOrder, 'strategies'>): LaneOptions[] {
  const canRevoke = [base, head].every(({ admin }) => admin !== false);
  // Expected of the strategy, not asked of the server: one that takes nothing back has to be found out.
  const revoked = canRevoke && isRevocable(strategy) ? invalidCredentials : 0;
  const lane = (side: 'base' | 'head', control?: 'a/a'): LaneOptions => ({
    factors: {
      strategy,
      ...(isSigned(strategy) ? { alg: algorithm } : {}),
      side,
      ...(control === undefined ? {} : { control }),
    },
    bed: {
      ...(side === 'base' ? base : head),
      v8Flags: flagsOf({ base, head }),
      strategy,
      algorithm,
      instances: 1,
      users: work.users,
      revoked,
    },
    pool: (bed) => poolOf(bed, revoked),
  });
  return [lane('base'), lane('head'), lane('base', 'a/a')];
}

/** Every credential of the bed, the first of them revoked, and some forged ones. */
async function poolOf({ credentials }: TestBed, revoked: number) {
  const forgeries = credentials.slice(-invalidCredentials).flatMap((credential) => forged(credential) ?? []);
  const issued = credentials.map((credential, index): PooledCredential => ({ ...credential, valid: index >= revoked }));
  const pool = [...issued, ...forgeries];
  return { credentials: pool, invalidShare: pool.some(({ valid }) => !valid) ? invalidShare : 0 };
}
