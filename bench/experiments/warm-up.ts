// Warms servers up in windows of equal work until a change-point rule finds them steady, or the work allowed is done.
import { steadyFrom } from '../analyse/steady-state.ts';
import { cpuSecondsOf } from '../measure/cpu.ts';
import type { WarmUpWork } from '../plan/profiles.ts';
import type { WarmUp } from '../record/observation.ts';
import type { Rig } from '../rig/rig.ts';

/**
 * @param load sends that many requests.
 * @returns what each window cost a request: CPU seconds of the servers, or where those are out of sight, seconds.
 */
export async function warmUpRig(
  { instances }: Pick<Rig, 'instances'>,
  { window, least, most }: WarmUpWork,
  load: (requests: number, turn: number) => Promise<unknown>,
): Promise<WarmUp> {
  const pids = instances.flatMap(({ pid }) => pid ?? []);
  const spent = () =>
    pids.length > 0 ? pids.map(cpuSecondsOf).reduce((sum, seconds) => sum + seconds, 0) : performance.now() / 1000;
  const windows: number[] = [];
  let first: number | null = null;
  for (let requests = 0; requests < most && (first === null || requests < least); requests += window) {
    const before = spent();
    await load(window, windows.length);
    windows.push((spent() - before) / window);
    first = steadyFrom(windows);
  }
  return { requests: windows.length * window, windows, steadyFrom: first === null ? null : first * window };
}
