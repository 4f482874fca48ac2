// CPU time that processes have used, and time that the hypervisor kept, as the kernel counts them.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { allowedCores } from '../rig/machine.ts';

/** Whether the kernel tells the CPU of a process in nanoseconds. */
const hasFineCpuClock = existsSync('/proc/self/schedstat');

/**
 * CPU seconds, user and system, that a process has used so far, over all its threads.
 * Nanoseconds from /proc/PID/task/TID/schedstat where there is one; elsewhere ps, to a hundredth of a second.
 */
export function cpuSecondsOf(pid: number): number {
  if (!hasFineCpuClock) return parseClock(execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' }));
  const nanoseconds = readdirSync(`/proc/${pid}/task`)
    .map((thread) => nanosecondsOf(`/proc/${pid}/task/${thread}/schedstat`, 'running'))
    .reduce((sum, value) => sum + value, 0);
  return nanoseconds / 1e9;
}

/** Seconds in which a process' main thread could have run but had to wait for a core; undefined where the kernel does not tell. */
export const waitingSecondsOf = (pid: number): number | undefined =>
  hasFineCpuClock ? nanosecondsOf(`/proc/${pid}/schedstat`, 'waiting') / 1e9 : undefined;

/** Reads a schedstat file of the kernel (Documentation/scheduler/sched-stats.rst): nanoseconds on a core, and waiting for one. */
function nanosecondsOf(file: string, what: 'running' | 'waiting'): number {
  try {
    return Number(readFileSync(file, 'utf8').split(' ')[what === 'running' ? 0 : 1]);
  } catch {
    return 0; // The thread ended while we looked.
  }
}

/** Reads "1:02:03.45" or "02:03.45" as seconds. */
export function parseClock(text: string): number {
  return text
    .trim()
    .split(':')
    .reduce((seconds, part) => seconds * 60 + Number(part), 0);
}

const cores = allowedCores();

/** How many cores this process, and so all that it starts, may use. */
export const ownCores = cores.length || availableParallelism();

/**
 * Seconds in which those cores worked for some process, and in which the hypervisor ran something else on them; undefined where
 * the kernel does not tell.
 */
export function machineSeconds(): { busy: number; stolen: number } | undefined {
  if (cores.length === 0 || !existsSync('/proc/stat')) return undefined;
  return parseMachineSeconds(readFileSync('/proc/stat', 'utf8'), cores);
}

/**
 * Reads /proc/stat; proc(5): user nice system idle iowait irq softirq steal, in hundredths of a second. Interrupts are
 * nobody's: some kernels book them to the process that they strike, others to none.
 */
export function parseMachineSeconds(text: string, ofCores: readonly number[]): { busy: number; stolen: number } {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const total = { busy: 0, stolen: 0 };
  for (const [name, ...fields] of lines) {
    if (!ofCores.some((core) => name === `cpu${core}`)) continue;
    const [user = 0, nice = 0, system = 0, , , , , steal = 0] = fields.map(Number);
    total.busy += (user + nice + system) / 100;
    total.stolen += steal / 100;
  }
  return total;
}
