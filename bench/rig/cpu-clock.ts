// Whether the kernel tells CPU time finely.
import { existsSync } from 'node:fs';

/** Who tells CPU times on a machine: the kernel for all processes, or each process for itself. */
export type CpuClock = 'kernel' | 'processes';

/** Linux tells the CPU of every thread in nanoseconds; macOS has no such file. */
export const detectCpuClock = (): CpuClock => (existsSync('/proc/self/schedstat') ? 'kernel' : 'processes');
