// User-space instructions of a process while something runs. Attached to a server, perf slows it down several times: a pass of
// its own, never one that is timed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { BenchError } from '../record/errors.ts';
import { type InstructionSupport, parseInstructions, perfOptions } from '../rig/instructions.ts';

/**
 * What a request costs a process in user-space instructions, in a pass of its own that is not timed.
 * @param load sends that many requests.
 * @returns null where they cannot be counted.
 */
export async function instructionsPerRequest(
  support: InstructionSupport,
  pid: number,
  requests: number,
  load: (requests: number) => Promise<unknown>,
): Promise<number | null> {
  if (support.kind === 'unavailable') return null;
  const { count } = await countInstructions(support.command, pid, () => load(requests));
  return count / requests;
}

/**
 * Counts the instructions of a process, all its threads, while `run` runs: perf attaches first, begins to count when told to, and
 * says that it has.
 * @param command where perf stands.
 * @throws {BenchError} PROCESS_FAILED when perf tells no count.
 */
export async function countInstructions<T>(
  command: string,
  pid: number,
  run: () => Promise<T>,
): Promise<{ value: T; count: number }> {
  const control = ['--control', 'fd:3,4', '--delay=-1'];
  const perf = spawn(command, ['stat', ...perfOptions, ...control, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [, , stderr, commands, answers] = perf.stdio as [
    null,
    null,
    NodeJS.ReadableStream,
    NodeJS.WritableStream,
    NodeJS.ReadableStream,
  ];
  const said = text(stderr);
  const ended = once(perf, 'exit');
  let value: T;
  try {
    commands.write('enable\n');
    await Promise.race([once(answers, 'data'), ended]);
    value = await run();
  } finally {
    perf.kill('SIGINT');
    await ended;
  }
  const count = parseInstructions(await said);
  if (count === null) throw new BenchError('PROCESS_FAILED', `perf counted nothing: ${(await said).trim()}`);
  return { value, count };
}
