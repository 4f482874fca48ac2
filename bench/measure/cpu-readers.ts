// Reads, again and again and cheaply, the CPU time that a process has used: from the kernel where it tells it in nanoseconds, and
// elsewhere from the server itself.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { connect } from 'node:net';
import { Redis } from 'ioredis';
import type { CpuSource } from '../rig/cpu-sources.ts';
import { probeAsks } from '../rig/server-probe.ts';
import { parseCpuSeconds } from './redis-counters.ts';

export interface CpuReader {
  /** CPU seconds, user and system, that the process has used so far. */
  read(): number | Promise<number>;
  close(): void;
}

/** Opens a reader of one process. */
export function openCpuReader(source: CpuSource): Promise<CpuReader> {
  switch (source.from) {
    case 'kernel':
      return Promise.resolve(kernelReader(source.pid));
    case 'probe':
      return probeReader(source);
    case 'redis':
      return redisReader(source.url);
  }
}

/** After so many readings the threads of the process are listed anew. */
const listedFor = 64;

/**
 * Nanoseconds on a core of every thread, from /proc/PID/task/TID/schedstat (Documentation/scheduler/sched-stats.rst). The files stay
 * open: opening them again took most of the time of a reading. A thread that ended keeps what it had used.
 */
function kernelReader(pid: number): CpuReader {
  const threads = new Map<string, { fd: number; nanoseconds: number }>();
  const buffer = Buffer.alloc(64);
  const list = () => {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      if (threads.has(thread)) continue;
      try {
        threads.set(thread, { fd: openSync(`/proc/${pid}/task/${thread}/schedstat`, 'r'), nanoseconds: 0 });
      } catch {
        // The thread ended while we looked.
      }
    }
  };
  let readings = 0;
  return {
    read() {
      if (readings % listedFor === 0) list();
      readings += 1;
      let sum = 0;
      for (const thread of threads.values()) {
        try {
          const bytes = readSync(thread.fd, buffer, 0, buffer.length, 0);
          thread.nanoseconds = Number.parseInt(buffer.toString('latin1', 0, bytes), 10);
        } catch {
          // Ended.
        }
        sum += thread.nanoseconds;
      }
      return sum / 1e9;
    },
    close() {
      for (const { fd } of threads.values()) closeSync(fd);
      threads.clear();
    },
  };
}

/** What a server tells of itself through `bench/rig/cpu-probe.ts`: one byte asks, eight answer. */
async function probeReader({ host, port }: { host: string; port: number }): Promise<CpuReader> {
  const socket = connect({ host, port, noDelay: true });
  let tell: (seconds: number) => void = () => {};
  let fail: (error: Error) => void = () => {};
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  socket.on('data', (bytes) => tell(bytes.readDoubleLE(0)));
  const ended = () => new Error('the process has ended');
  socket.on('error', (error) => fail(error)).on('close', () => fail(ended()));
  return {
    read: () =>
      new Promise<number>((resolve, reject) => {
        if (socket.destroyed) reject(ended());
        [tell, fail] = [resolve, reject];
        socket.write(probeAsks.cpu);
      }),
    close: () => void socket.destroy(),
  };
}

/** What Redis tells of itself. */
async function redisReader(url: string): Promise<CpuReader> {
  const redis = new Redis(url, { maxRetriesPerRequest: 0 });
  return {
    read: async () => parseCpuSeconds(await redis.info('cpu')),
    close: () => redis.disconnect(),
  };
}
