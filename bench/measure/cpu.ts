// CPU time that processes have used, and time that the hypervisor kept, as the kernel counts them.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const hasSchedstat = existsSync('/proc/self/schedstat');

/**
 * CPU seconds, user and system, that a process has used so far, over all its threads.
 * Nanoseconds from /proc/PID/task/TID/schedstat where there is one; elsewhere ps, to a hundredth of a second.
 */
export function cpuSecondsOf(pid: number): number {
  if (!hasSchedstat) return parseClock(execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' }));
  const nanoseconds = readdirSync(`/proc/${pid}/task`)
    .map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]))
    .reduce((sum, value) => sum + value, 0);
  return nanoseconds / 1e9;
}

/** Reads "1:02:03.45" or "02:03.45" as seconds. */
export function parseClock(text: string): number {
  return text
    .trim()
    .split(':')
    .reduce((seconds, part) => seconds * 60 + Number(part), 0);
}

/**
 * Seconds, over all cores, in which this machine worked, and in which the hypervisor ran something else; undefined where
 * the kernel does not tell.
 */
export function machineSeconds(): { busy: number; stolen: number } | undefined {
  return existsSync('/proc/stat') ? parseMachineSeconds(readFileSync('/proc/stat', 'utf8')) : undefined;
}

/** Reads /proc/stat; proc(5): user nice system idle iowait irq softirq steal, in hundredths of a second. */
export function parseMachineSeconds(text: string): { busy: number; stolen: number } {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = (text.split('\n')[0] ?? '')
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return { busy: (user + nice + system + irq + softirq) / 100, stolen: steal / 100 };
}
