// Warms servers up in windows of equal work until a change-point rule finds them steady, or the work allowed is done.
import { steadyFrom } from '../analyse/steady-state.ts';
import { cpuSecondsOf } from '../measure/cpu.ts';
import type { WarmUpWork } from '../plan/profiles.ts';
import type { WarmUp } from '../record/facts.ts';
import type { Rig } from '../rig/rig.ts';
import type { TestBed } from './test-bed.ts';

/**
 * @param load sends that many requests.
 * @param presented requests that were answered before: part of the warm-up, and none of its work.
 * @returns what each window cost a request: CPU seconds of the servers, or where those are out of sight, seconds.
 */
export async function warmUpRig(
  { instances }: Pick<Rig, 'instances'>,
  { window, min, max }: WarmUpWork,
  load: (requests: number, turn: number) => Promise<unknown>,
  presented = 0,
): Promise<WarmUp> {
  const pids = instances.flatMap(({ pid }) => pid ?? []);
  const spent = () =>
    pids.length > 0 ? pids.map(cpuSecondsOf).reduce((sum, seconds) => sum + seconds, 0) : performance.now() / 1000;
  const windows: number[] = [];
  let first: number | null = null;
  const done = () => windows.length * window;
  while (done() < max && (first === null || done() < min)) {
    const before = spent();
    await load(window, windows.length);
    windows.push((spent() - before) / window);
    first = steadyFrom(windows);
  }
  return {
    requests: presented + done(),
    windows,
    steadyFrom: first === null ? null : presented + first * window,
  };
}

/**
 * The same for a load of credentials: first every instance answers each of them once, so that whatever it keeps of them is
 * there. What it takes to recognise a caller for the first time is in no figure of a steady state, and compiles nothing of what an
 * instance does when it knows him: the work of the warm-up begins after it.
 */
export async function warmUpBed(
  { rig, generator, pool }: TestBed,
  connections: number,
  work: WarmUpWork,
  load: (requests: number, turn: number) => Promise<unknown>,
): Promise<WarmUp> {
  const presented: number[] = [];
  for (const { url } of rig.instances) {
    const { requests } = await generator.call('loadEach', { urls: [url], pool, connections });
    presented.push(requests);
  }
  // Each request of services in a row is one to every one of them.
  const counted = rig.order.chained ? Math.min(...presented) : presented.reduce((sum, requests) => sum + requests, 0);
  return warmUpRig(rig, work, load, counted);
}

/**
 * Requests that wake a server that stood idle while others had their turn: after four idle seconds its first 250 cost half as much
 * again, after fourteen about twice as much, and those beyond 500 what they did before.
 */
const awakening = 500;

/** Wakes a bed before a load of so many requests, and with no more than those, to the path that it will ask for. */
export async function wakeBed(
  { rig, generator, pool }: TestBed,
  connections: number,
  requests: number,
  seed: number,
  path = '/me',
): Promise<void> {
  const order = { urls: rig.entries[0] as string[], pool, path, connections, seed };
  await generator.call('loadMe', { ...order, requests: Math.min(requests, awakening) });
}
