// The thief of a trial, in a process of its own beside the generator: has stolen credentials used at every instance until all of
// them have refused it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { type Ending, exposureOf, useInterval } from '../analyse/exposure.ts';
import type * as theftModule from '../load/theft.ts';
import type { StolenUse, TheftFacts } from '../record/exposure.ts';
import type { Rig } from '../rig/rig.ts';
import { startWorker, type Worker } from '../rig/worker.ts';
import type { TrialContext } from './context.ts';

export interface Thief {
  readonly rig: Rig;
  readonly seed: number;
  readonly worker: Worker<typeof theftModule>;
}

/** How often credentials are used, all of them at once; milliseconds. */
export interface Pace {
  /** Between two uses of a credential at one instance. */
  readonly interval: number;
  /** Over which the first uses are spread. */
  readonly spread: number;
}

/** What became of stolen credentials. */
export interface Thefts {
  readonly thefts: TheftFacts[];
  readonly useInterval: number | null;
}

/** Milliseconds of use before a revoke, without an accepted use after which it is over, and at most. */
const phases = { before: 30, quiet: 60, most: 60_000 };

/** Nanoseconds on the clock that all processes of a machine share (CLOCK_MONOTONIC). */
export const now = () => Number(process.hrtime.bigint());

/** Starts a thief for a rig, and ends it whatever happens. */
export async function withThief<T>(
  rig: Rig,
  { scope, seed }: TrialContext,
  use: (thief: Thief) => Promise<T>,
): Promise<T> {
  const module = new URL('../load/theft.ts', import.meta.url);
  const worker = await startWorker<typeof theftModule>(module, scope.machine.placement.generator, scope);
  try {
    return await use({ rig, seed, worker });
  } finally {
    await worker.stop();
  }
}

/** Uses credentials at every instance from now on. */
export async function beginUsing(
  { rig, seed, worker }: Thief,
  credentials: readonly IssuedCredential[],
  pace: Pace,
): Promise<void> {
  const urls = rig.instances.map(({ url }) => url);
  await worker.call('beginUsing', { urls, credentials, seed, ...pace });
  await sleep(phases.before);
}

/** Revokes one credential at the first instance. */
export function revoke({ rig, worker }: Thief, credential: IssuedCredential): Promise<Ending> {
  const instances = rig.instances.map(({ url }) => ({ url }));
  return worker.call('revoke', { instances, adminSecret: rig.adminSecret }, credential);
}

/**
 * Goes on until every instance has been asked for a while without accepting a credential that has ended, and ends their use.
 * @param ended when the last of them did.
 * @param valid how many credentials, the first ones in use, have not ended.
 */
export async function endUsing({ worker }: Thief, ended: number, valid = 0): Promise<StolenUse[][]> {
  const isOver = async () => {
    const stolen = (await worker.call('standing')).slice(valid);
    const isQuiet = stolen.every(
      ({ lastAccepted, lookedUntil }) => lookedUntil > Math.max(ended, lastAccepted) + phases.quiet * 1e6,
    );
    return isQuiet || now() - ended > phases.most * 1e6;
  };
  while (!(await isOver())) await sleep(phases.quiet / 10);
  return worker.call('endUsing');
}

/** Uses credentials, has each ended, and goes on until all instances have refused them. */
export async function stealAndEnd(
  thief: Thief,
  credentials: readonly IssuedCredential[],
  pace: Pace,
  end: (credential: IssuedCredential) => Promise<Ending>,
): Promise<Thefts> {
  await beginUsing(thief, credentials, pace);
  const endings: Ending[] = [];
  for (const credential of credentials) endings.push(await end(credential));
  const uses = await endUsing(thief, Math.max(...endings.map(({ acknowledged }) => acknowledged)));
  return {
    thefts: uses.map((own, index) => exposureOf(own, endings[index] as Ending, thief.rig.instances.length)),
    useInterval: useInterval(uses),
  };
}
