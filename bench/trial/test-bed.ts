// What a trial works with: rigs in fresh processes, one generator, credentials; brought up and taken down again.
import { setTimeout as sleep } from 'node:timers/promises';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { userNames } from '../plan/users.ts';
import type { Outcome } from '../record/observation.ts';
import { issueCredentials, revokeCredentials, revokeUnheld } from '../rig/admin.ts';
import { canBringItselfUp, startCheckout } from '../rig/checkout-rig.ts';
import { type PoolOptions, preparedPool } from '../rig/credential-pools.ts';
import { attachRig, type Rig, startRig } from '../rig/rig.ts';
import type { RunScope } from '../rig/run-scope.ts';
import { abortable } from './abortable.ts';
import { type Generator, type StartGenerator, startGenerator } from './generator.ts';
import { withAllAnswers } from './outcome.ts';

/** One rig, the generator that it shares with the trial's other rigs, and credentials that it accepts. */
export interface TestBed {
  readonly rig: Rig;
  readonly generator: Generator;
  readonly credentials: readonly IssuedCredential[];
  /** How many tokens that nobody holds its record of revocations was found to have. */
  readonly revokedTokens: number;
  /** The name under which the generator knows this bed's pool. */
  readonly pool: string;
}

/** What of a trial's context its rigs depend on. */
export interface TestBedContext {
  readonly scope: RunScope;
  readonly balancer: 'haproxy' | 'none';
  /** Servers that somebody else runs, by strategy. */
  readonly targets: Readonly<Record<string, string>> | null;
  readonly signal: AbortSignal;
  /** For closed loops unless told. */
  readonly generatorBy?: StartGenerator;
}

export interface TestBedOptions extends Omit<PoolOptions, 'balancer'> {
  /** How many of the credentials are to be revoked, the first ones; none unless told. */
  readonly revoked?: number;
}

/**
 * Brings up one rig, hands it over, and takes it down again whatever happens. Every answer to a load of the generator counts in
 * the outcome, whatever the load was for.
 * @throws {import('../record/errors.ts').BenchError} when a part does not start, or ends while it is in use.
 */
export function withTestBed(
  order: TestBedOptions,
  context: TestBedContext,
  use: (bed: TestBed) => Promise<Outcome>,
): Promise<Outcome> {
  return withTestBeds([order], context, ([bed]) => use(bed as TestBed));
}

/** The same for several rigs that stand side by side, in the order given. */
export async function withTestBeds(
  orders: readonly TestBedOptions[],
  context: TestBedContext,
  use: (beds: readonly TestBed[]) => Promise<Outcome>,
): Promise<Outcome> {
  const { scope, signal, generatorBy = startGenerator } = context;
  signal.throwIfAborted();
  const prepared = await Promise.all(orders.map((order) => prepare(order, context)));
  signal.throwIfAborted();
  const [starting, ...startingRigs] = await Promise.allSettled([
    generatorBy(scope),
    ...prepared.map((rig) => rig.start()),
  ]);
  const generator = starting.status === 'fulfilled' ? starting.value : null;
  const standing = startingRigs.flatMap((rig) => (rig.status === 'fulfilled' ? [rig.value] : []));
  const rigs = standing.map(({ rig }) => rig);
  try {
    for (const started of [starting, ...startingRigs]) if (started.status === 'rejected') throw started.reason;
    const work = async () => {
      const beds: TestBed[] = [];
      for (const [index, started] of standing.entries()) {
        const order = orders[index] as TestBedOptions;
        const { rig, credentials: issued } = started;
        const held = prepared[index]?.revokedTokens ?? 0;
        const revokedTokens = held || (order.revokedTokens ? await revokeUnheld(rig, order.revokedTokens) : 0);
        const credentials = issued?.slice(0, order.users) ?? (await issueCredentials(rig, userNames(order.users)));
        const { revoked = 0 } = order;
        // A checkout that was brought up by its own code has revoked its own.
        if (revoked > 0 && !started.hasRevoked) await revokeCredentials(rig, credentials.slice(0, revoked));
        beds.push({ rig, generator: generator as Generator, credentials, revokedTokens, pool: `pool ${index + 1}` });
      }
      const outcome = await use(beds);
      return withAllAnswers(outcome, await (generator as Generator).call('answersSoFar'));
    };
    const failed = Promise.race(rigs.map((rig) => rig.failed));
    failed.catch(() => {});
    return await abortable(toldByCause(work(), failed), signal);
  } finally {
    await generator?.stop();
    await Promise.all(rigs.map((rig) => rig.stop()));
  }
}

interface Prepared {
  /** How many revoked tokens its Redis begins with. */
  readonly revokedTokens: number;
  start(): Promise<Standing>;
}

interface Standing {
  readonly rig: Rig;
  /** Null when they are to be issued in the trial itself. */
  readonly credentials: readonly IssuedCredential[] | null;
  /** Whether those that were to be revoked have been. */
  readonly hasRevoked: boolean;
}

/** Credentials that may be at hand already, and how the rig is started that knows them. */
async function prepare(order: TestBedOptions, { scope, balancer, targets }: TestBedContext): Promise<Prepared> {
  const { tree } = order;
  if (tree !== undefined && canBringItselfUp(tree)) {
    const start = async () => ({ ...(await startCheckout(scope, tree, order)), hasRevoked: true });
    return { revokedTokens: 0, start };
  }
  const rigOrder = { ...order, balancer };
  const target = targets?.[order.strategy];
  if (target) {
    const start = async () => ({
      rig: await attachRig(scope, rigOrder, target),
      credentials: null,
      hasRevoked: false,
    });
    return { revokedTokens: 0, start };
  }
  const pool = order.users > 0 ? await preparedPool(scope, rigOrder) : null;
  const start = async () => ({
    rig: await startRig(scope, rigOrder, pool?.snapshot ?? null),
    credentials: pool?.credentials ?? null,
    hasRevoked: false,
  });
  return { revokedTokens: pool?.revokedTokens ?? 0, start };
}

/** The load presents every credential, all of them valid. */
export const loadCredentials = ({ generator, credentials, pool }: TestBed): Promise<void> =>
  generator.call('usePool', pool, {
    invalidShare: 0,
    credentials: credentials.map((credential) => ({ ...credential, valid: true })),
  });

/** Milliseconds in which the end of a process is heard of after what it caused. */
const hearsay = 300;

/** Work that ends at once when a process of the rig does; an error that such an end caused is told by its cause. */
function toldByCause<T>(work: Promise<T>, failed: Promise<never>): Promise<T> {
  return Promise.race([work, failed]).catch(async (error) => {
    await Promise.race([failed, sleep(hearsay)]);
    throw error;
  });
}
