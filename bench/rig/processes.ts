// Starts a process of the rig on chosen cores, waits until it is ready, and stops it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchError } from '../record/errors.ts';

export interface ProcessOptions {
  /** What it is, for messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  /** The cores that it may run on, as taskset takes them; null where processes cannot be placed. */
  readonly cores: string | null;
  /** What says that it is ready: a line on standard output, or a port of the loopback address that accepts. */
  readonly ready: { readonly line: RegExp } | { readonly port: number };
}

export interface RunningProcess {
  readonly pid: number;
  /** What the first group of the ready line caught; empty without one. */
  readonly said: string;
  /** Rejects when the process ends without having been told to. */
  readonly failed: Promise<never>;
  stop(): Promise<void>;
}

/** Milliseconds that a process has to become ready: a Redis and an instance that begin with ten million entries take a while. */
const patience = 120_000;

/** Characters kept of what a process writes to its standard error: an error's message is followed by its stack. */
const keptCharacters = 4_000;

/** What a process ended with, of all that it wrote: the error that was not caught, else its last line. */
export function lastWordsOf(written: string): string {
  const lines = written.trim().split('\n');
  return (lines.findLast((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1) ?? '').trim();
}

/**
 * Starts a process and waits for its ready line. It is out of the terminal's reach: Ctrl-C is ours to handle.
 * @throws {BenchError} PROCESS_FAILED with its last words when it ends or stays silent instead.
 */
export async function startProcess(order: ProcessOptions): Promise<RunningProcess> {
  const [command, args] = order.cores
    ? ['taskset', ['-c', order.cores, order.command, ...order.args]]
    : [order.command, order.args];
  const child = spawn(command, args as string[], {
    env: { ...baseEnvironment(), ...order.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let lastWords = '';
  const keepLastWords = (chunk: string) => {
    lastWords = (lastWords + chunk).slice(-keptCharacters);
  };
  child.stderr.setEncoding('utf8').on('data', keepLastWords);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(`ended with ${signal ?? `code ${code}`}`));
  });

  let stopping = false;
  const failed = ended.then((how): never => {
    if (stopping) return undefined as never;
    const words = lastWordsOf(lastWords);
    throw new BenchError('PROCESS_FAILED', `${order.name} ${how}${words ? `: ${words}` : ''}`);
  });
  failed.catch(() => {});
  const stop = async () => {
    stopping = true;
    await end(child);
  };

  const timeout = AbortSignal.timeout(patience);
  try {
    const ready =
      'port' in order.ready ? accepting(child, order.ready.port) : readyLine(child, order.ready.line, keepLastWords);
    const said = await Promise.race([ready, failed, silence(order, timeout)]);
    return { pid: child.pid as number, said, failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** How often a process is tried to be moved. */
const pinAttempts = 5;

/**
 * Moves a running process, with all its threads, to cores; does nothing where processes cannot be placed.
 * @throws {BenchError} PROCESS_FAILED when it cannot be moved.
 */
export function pin(pid: number, cores: string | null): void {
  if (!cores) return;
  for (let attempt = 1; attempt <= pinAttempts; attempt += 1) {
    // A thread that ends while taskset goes from one to the next makes it fail.
    const { status } = spawnSync('taskset', ['-a', '-p', '-c', cores, String(pid)], { stdio: 'ignore' });
    if (status === 0) return;
  }
  throw new BenchError(
    'PROCESS_FAILED',
    `process ${pid} could not be placed on core ${cores}: it ended, or may not be moved`,
  );
}

/** No NODE_OPTIONS and the like: a process of the rig sees of our environment only what it needs to run. */
function baseEnvironment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', LANG: 'C.UTF-8', NODE_ENV: 'production' };
}

function readyLine(child: ChildProcess, pattern: RegExp, other: (line: string) => void): Promise<string> {
  return new Promise((resolve) => {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      const match = pattern.exec(line);
      if (match) resolve(match[1] ?? '');
      else other(`${line}\n`);
    });
  });
}

/** Tries to connect until somebody accepts, or the process has ended. */
async function accepting(child: ChildProcess, port: number): Promise<string> {
  while (child.exitCode === null && child.signalCode === null) {
    const socket = connect(port, '127.0.0.1');
    const outcome = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (outcome) return '';
    await sleep(5);
  }
  return '';
}

async function silence(order: ProcessOptions, timeout: AbortSignal): Promise<never> {
  await once(timeout, 'abort');
  throw new BenchError('PROCESS_FAILED', `${order.name} was not ready after ${patience / 1000} s`);
}

/** At once: a trial's processes keep nothing that they would have to put in order. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
