// One trial over HTTP, the same for every experiment that makes one: rig up, warm up, load, measure, rig down.
import { setTimeout as sleep } from 'node:timers/promises';
import type { IssuedCredential } from '../../servers/admin.ts';
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import type * as closedLoop from '../load/closed-loop.ts';
import type { ClosedLoopOrder, LoadFacts } from '../load/closed-loop.ts';
import { userNames } from '../load/credentials.ts';
import { watchTiers } from '../measure/tiers.ts';
import type { HttpFacts, Outcome } from '../record/observation.ts';
import { type PreparedPool, poolFor, preparedPool } from '../rig/credential-pools.ts';
import { attachRig, type Rig, startRig } from '../rig/rig.ts';
import type { RunScope } from '../rig/run-scope.ts';
import { startWorker, type Worker } from '../rig/worker.ts';
import { abortable } from './abortable.ts';
import type { TrialContext } from './contract.ts';

export interface HttpTrialOrder {
  readonly strategy: string;
  readonly algorithm: Algorithm;
  readonly instances: number;
  /** The share of one core that each instance gets while the counted load runs. */
  readonly share?: number;
  readonly connections: number;
  /** Requests before and within the counted load. */
  readonly warmUp: number;
  readonly requests: number;
  /** How many distinct users are to hold a credential. */
  readonly users: number;
  /** Fills what the load draws on, from the users' credentials. */
  prepare(rig: Rig, generator: Generator, credentials: readonly IssuedCredential[]): Promise<void>;
  load(generator: Generator, order: ClosedLoopOrder): Promise<LoadFacts>;
}

export type Generator = Worker<typeof closedLoop>;

/** Runs one HTTP trial. It is invalid when an answer was wrong or missing, whatever its figures say. */
export async function runHttpTrial(order: HttpTrialOrder, context: TrialContext): Promise<Outcome> {
  const { scope, signal } = context;
  const rigOrder = { ...order, balancer: context.balancer, quota: order.share !== undefined };
  const target = context.targets?.[order.strategy];
  const prepared = order.users > 0 ? preparedPool(scope, rigOrder, order.users) : null;
  const [rig, generator] = await Promise.allSettled([
    target ? attachRig(scope, rigOrder, target) : startRig(scope, rigOrder, prepared?.snapshot ?? null),
    startGenerator(scope),
  ]);
  try {
    if (rig.status === 'rejected') throw rig.reason;
    if (generator.status === 'rejected') throw generator.reason;
    const measured = measure(order, rig.value, generator.value, prepared, context);
    const facts = await abortable(toldByCause(measured, rig.value.failed), signal);
    const rows = [{ factors: {}, facts }];
    const reason = whyInvalid(facts, order.requests);
    return reason ? { status: 'invalid', reason, rows } : { status: 'completed', rows };
  } finally {
    if (generator.status === 'fulfilled') await generator.value.stop();
    if (rig.status === 'fulfilled') await rig.value.stop();
  }
}

/** Milliseconds in which the end of a process is heard of after what it caused. */
const hearsay = 300;

/** Work that ends at once when a process of the rig does; an error that such an end caused is told by its cause. */
async function toldByCause<T>(work: Promise<T>, failed: Promise<never>): Promise<T> {
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

async function measure(
  order: HttpTrialOrder,
  rig: Rig,
  generator: Generator,
  prepared: PreparedPool | null,
  { scope, seed }: TrialContext,
): Promise<HttpFacts> {
  const { urls } = rig;
  const { connections, warmUp, requests, users } = order;
  const credentials = users > 0 ? await poolFor(scope, rig, userNames(users), prepared) : [];
  await order.prepare(rig, generator, credentials);
  if (warmUp > 0) await order.load(generator, { urls, connections, requests: warmUp, seed: seed + 1 });
  if (order.share !== undefined) {
    rig.limitInstances(order.share);
    // What runs on after a warm-up (compilers, collectors) would have to be paid for from the share.
    await order.load(generator, { urls, connections, requests: Math.ceil(warmUp / 4), seed: seed + 2 });
  }
  const { value, tiers } = await watchTiers(rig, generator.pid, () =>
    order.load(generator, { urls, connections, requests, seed }),
  );
  return { type: 'http', ...value, ...tiers };
}

function whyInvalid({ falseAccepts, falseRejects, errors, requests }: HttpFacts, planned: number): string | null {
  const wrong = [
    falseAccepts > 0 ? `${falseAccepts} accepted in error` : '',
    falseRejects > 0 ? `${falseRejects} refused in error` : '',
    errors > 0 ? `${errors} errors or time-outs` : '',
    requests < planned ? `${planned - requests} without an answer` : '',
  ].filter(Boolean);
  return wrong.length > 0 ? `of ${planned} answers ${wrong.join(', ')}` : null;
}
