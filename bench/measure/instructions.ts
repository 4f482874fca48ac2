// User-space instructions of a process while something runs. Attached to a server it slows it down several times: a pass of
// its own, never one that is timed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchError } from '../record/errors.ts';
import { parseInstructions, perfOptions } from '../rig/instructions.ts';

/** Milliseconds that perf has to attach; what it counts of an idle server before that is next to nothing. */
const attachTime = 200;

/**
 * Counts the instructions of a process, all its threads, while `run` runs.
 * @param command where perf stands.
 * @throws {BenchError} PROCESS_FAILED when perf tells no count.
 */
export async function countInstructions(command: string, pid: number, run: () => Promise<unknown>): Promise<number> {
  const perf = spawn(command, ['stat', ...perfOptions, '-p', String(pid)], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said = text(perf.stderr);
  const ended = once(perf, 'exit');
  try {
    await sleep(attachTime);
    await run();
  } finally {
    perf.kill('SIGINT');
    await ended;
  }
  const count = parseInstructions(await said);
  if (count === null) throw new BenchError('PROCESS_FAILED', `perf counted nothing: ${(await said).trim()}`);
  return count;
}
