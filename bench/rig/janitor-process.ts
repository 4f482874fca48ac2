// The janitor's own process: reads its order, waits for the end of its input, sweeps.
import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SweepOptions } from './janitor.ts';
import { processesMarked } from './process-table.ts';
import { deleteKeys } from './redis-keys.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const order = JSON.parse(await text(process.stdin)) as SweepOptions;

// Twice empty in a row: a process that was being started while we looked is seen the second time.
for (let empty = 0, tries = 0; empty < 2 && tries < 100; tries += 1) {
  const found = processesMarked(order.mark);
  for (const pid of found) kill(pid);
  empty = found.length === 0 ? empty + 1 : 0;
  await sleep(20);
}
for (let tries = 0; order.cgroupParent && !removeCgroups(order.cgroupParent, order.mark) && tries < 100; tries += 1)
  await sleep(20);
rmSync(order.directory, { recursive: true, force: true });
if (order.redis) await deleteKeys(order.redis.url, order.redis.prefix).catch(() => {});

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

/** Removes the run's cgroups; false when one still holds a process that is ending. */
function removeCgroups(parent: string, mark: string): boolean {
  let gone = true;
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(mark))) {
    try {
      rmdirSync(join(parent, name));
    } catch {
      gone = false;
    }
  }
  return gone;
}
