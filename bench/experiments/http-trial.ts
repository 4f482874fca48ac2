// One trial over HTTP, the same for every experiment that makes one: rig up, warm up, load, measure, rig down.
import { setTimeout as sleep } from 'node:timers/promises';
import type { IssuedCredential } from '../../servers/admin.ts';
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import type * as closedLoop from '../load/closed-loop.ts';
import type { ClosedLoopOrder, LoadFacts } from '../load/closed-loop.ts';
import { watchTiers } from '../measure/tiers.ts';
import { userNames } from '../plan/users.ts';
import type { HttpFacts, Outcome, Row } from '../record/observation.ts';
import { issueCredentials } from '../rig/admin.ts';
import { preparedPool } from '../rig/credential-pools.ts';
import { attachRig, type Rig, type RigOrder, startRig } from '../rig/rig.ts';
import type { RunScope } from '../rig/run-scope.ts';
import { startWorker, type Worker } from '../rig/worker.ts';
import { abortable } from './abortable.ts';
import type { TrialContext } from './contract.ts';

export type Generator = Worker<typeof closedLoop>;

/** What a trial works with while its rig stands. */
export interface TestBed {
  readonly rig: Rig;
  readonly generator: Generator;
  readonly credentials: readonly IssuedCredential[];
}

export interface TestBedOrder extends Omit<RigOrder, 'balancer'> {
  /** How many distinct users are to hold a credential. */
  readonly users: number;
}

export interface HttpTrialOrder {
  readonly strategy: string;
  readonly algorithm: Algorithm;
  readonly connections: number;
  /** Requests before and within the counted load. */
  readonly warmUp: number;
  readonly requests: number;
  readonly users: number;
  /** Fills what the load draws on. */
  prepare(bed: TestBed): Promise<void>;
  load(generator: Generator, order: ClosedLoopOrder): Promise<LoadFacts>;
}

/** Runs one trial of one instance: a warm-up, then the counted load. */
export function runHttpTrial(order: HttpTrialOrder, context: TrialContext): Promise<Outcome> {
  const { connections, warmUp, requests } = order;
  return withTestBed({ ...order, instances: 1 }, context, async (bed) => {
    const { rig, generator } = bed;
    const [urls = []] = rig.entries;
    await order.prepare(bed);
    if (warmUp > 0) await order.load(generator, { urls, connections, requests: warmUp, seed: context.seed + 1 });
    const { value, tiers } = await watchTiers(rig, generator.pid, () =>
      order.load(generator, { urls, connections, requests, seed: context.seed }),
    );
    return outcomeOf([{ factors: {}, facts: { type: 'http', ...value, ...tiers } }], requests);
  });
}

/**
 * Brings up what a trial needs, hands it over, and takes it down again whatever happens.
 * @throws {import('../record/errors.ts').BenchError} when a part does not start, or ends while it is in use.
 */
export async function withTestBed<T>(
  order: TestBedOrder,
  context: TrialContext,
  use: (bed: TestBed) => Promise<T>,
): Promise<T> {
  const { scope, signal, balancer, targets } = context;
  const rigOrder = { ...order, balancer };
  const target = targets?.[order.strategy];
  const prepared = order.users > 0 && !target ? await preparedPool(scope, rigOrder, order.users) : null;
  const [rig, generator] = await Promise.allSettled([
    target ? attachRig(scope, rigOrder, target) : startRig(scope, rigOrder, prepared?.snapshot ?? null),
    startGenerator(scope),
  ]);
  try {
    if (rig.status === 'rejected') throw rig.reason;
    if (generator.status === 'rejected') throw generator.reason;
    const work = async () => {
      const users = userNames(order.users);
      const credentials = prepared?.credentials.slice(0, users.length) ?? (await issueCredentials(rig.value, users));
      return use({ rig: rig.value, generator: generator.value, credentials });
    };
    return await abortable(toldByCause(work(), rig.value.failed), signal);
  } finally {
    if (generator.status === 'fulfilled') await generator.value.stop();
    if (rig.status === 'fulfilled') await rig.value.stop();
  }
}

/** A trial is invalid when an answer was wrong or missing, whatever its figures say. */
export function outcomeOf(rows: readonly (Row & { facts: HttpFacts })[], planned: number): Outcome {
  const sum = (name: 'falseAccepts' | 'falseRejects' | 'errors' | 'requests') =>
    rows.reduce((total, { facts }) => total + facts[name], 0);
  const missing = planned - sum('requests');
  const wrong = [
    sum('falseAccepts') > 0 ? `${sum('falseAccepts')} accepted in error` : '',
    sum('falseRejects') > 0 ? `${sum('falseRejects')} refused in error` : '',
    sum('errors') > 0 ? `${sum('errors')} errors or time-outs` : '',
    missing > 0 ? `${missing} without an answer` : '',
  ].filter(Boolean);
  if (wrong.length === 0) return { status: 'completed', rows: [...rows] };
  return { status: 'invalid', reason: `of ${planned} answers ${wrong.join(', ')}`, rows: [...rows] };
}

/** The load presents every credential, all of them valid. */
export const useAll = ({ generator, credentials }: TestBed): Promise<void> =>
  generator.call('usePool', {
    revokedShare: 0,
    credentials: credentials.map((credential) => ({ ...credential, revoked: false })),
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

const startGenerator = (scope: RunScope): Promise<Generator> =>
  startWorker<typeof closedLoop>(
    new URL('../load/closed-loop.ts', import.meta.url),
    scope.machine.placement.generator,
    scope,
  );
