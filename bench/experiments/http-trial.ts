// One trial over HTTP, the same for every experiment that makes one: rig up, warm up, load, measure, rig down.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import type * as closedLoop from '../load/closed-loop.ts';
import type { ClosedLoopOrder, LoadFacts } from '../load/closed-loop.ts';
import { watchTiers } from '../measure/tiers.ts';
import type { HttpFacts, Outcome } from '../record/observation.ts';
import { type Rig, startRig } from '../rig/rig.ts';
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
  /** Fills what the load draws on: credentials, accounts, a blocklist. */
  prepare(rig: Rig, generator: Generator): Promise<void>;
  load(generator: Generator, order: ClosedLoopOrder): Promise<LoadFacts>;
}

export type Generator = Worker<typeof closedLoop>;

/** Runs one HTTP trial. It is invalid when an answer was wrong or missing, whatever its figures say. */
export async function runHttpTrial(order: HttpTrialOrder, context: TrialContext): Promise<Outcome> {
  const { scope, seed } = context;
  const parts = await Promise.allSettled([
    startRig(scope, { ...order, balancer: context.balancer, quota: order.share !== undefined }),
    startWorker<typeof closedLoop>(
      new URL('../load/closed-loop.ts', import.meta.url),
      scope.machine.placement.generator,
      scope.mark,
    ),
  ]);
  const [rig, generator] = parts.map((part) => (part.status === 'fulfilled' ? part.value : null)) as [
    Rig | null,
    Generator | null,
  ];
  try {
    if (!rig || !generator) throw (parts.find((part) => part.status === 'rejected') as PromiseRejectedResult).reason;
    const facts = await abortable(Promise.race([measure(order, rig, generator, seed), rig.failed]), context.signal);
    const rows = [{ factors: {}, facts }];
    const reason = whyInvalid(facts, order.requests);
    return reason ? { status: 'invalid', reason, rows } : { status: 'completed', rows };
  } finally {
    await Promise.all([rig?.stop(), generator?.stop()]);
  }
}

async function measure(order: HttpTrialOrder, rig: Rig, generator: Generator, seed: number): Promise<HttpFacts> {
  const { urls } = rig;
  const { connections, warmUp, requests } = order;
  await order.prepare(rig, generator);
  if (warmUp > 0) await order.load(generator, { urls, connections, requests: warmUp, seed: seed + 1 });
  if (order.share !== undefined) rig.limitInstances(order.share);
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
