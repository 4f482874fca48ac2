// A module of ours in a process of its own, on chosen cores: the generator, and everything timed by itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createBirpc } from 'birpc';
import { BenchError } from '../record/errors.ts';
import { compileCache } from './compile-cache.ts';
import type { RunScope } from './run-scope.ts';

export interface Worker<Api> {
  readonly pid: number;
  /**
   * Calls an exported function of the module, in its process.
   * @throws {BenchError} PROCESS_FAILED when the function throws or its process ends.
   */
  call<Name extends keyof Api & string>(
    name: Name,
    ...args: Parameters<Fn<Api[Name]>>
  ): Promise<Awaited<ReturnType<Fn<Api[Name]>>>>;
  stop(): Promise<void>;
}

type Fn<T> = T extends (...args: never[]) => unknown ? T : never;

/**
 * Flags of Node for a process that makes load. It allocates hundreds of MB/s, as a spinning event loop alone does: a young generation
 * of the usual size would be collected fifty times a second.
 */
export const roomy = ['--min-semi-space-size=64', '--max-semi-space-size=64'];

/**
 * For a process that is to do things at planned moments: on its one core the optimising compiler's threads would make it wait,
 * milliseconds at a time. What it does costs a fifth more for it. The self-test's `send-lag` and `ceiling` show what this gives.
 */
export const punctual = ['--no-opt', ...roomy];

/**
 * Starts a worker.
 * @param module the file whose functions are to be called, as a URL.
 * @param cores the cores that it may run on; null where processes cannot be placed.
 * @param scope its mark stands on the command line, for the janitor.
 * @param flags of Node.
 */
export async function startWorker<Api>(
  module: URL,
  cores: string | null,
  { mark }: Pick<RunScope, 'mark'>,
  flags: readonly string[] = [],
): Promise<Worker<Api>> {
  const host = fileURLToPath(new URL('./worker-process.ts', import.meta.url));
  // ML-DSA is experimental in Web Crypto: the report says what was used, the terminal is for progress.
  const quiet = '--disable-warning=ExperimentalWarning';
  const node = [process.execPath, quiet, ...flags, `--title=${mark}`, host, fileURLToPath(module)];
  const [command, ...args] = cores ? ['taskset', '-c', cores, ...node] : node;
  const child = spawn(command as string, args, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    serialization: 'advanced',
    detached: true,
  });
  const remote = createBirpc<Readonly<Record<string, (...args: unknown[]) => unknown>>, object, false>(
    {},
    {
      // To one that has just ended there is no writing: told here, for without a listener it would end this process, too.
      post: (message) => void child.send(message, (error) => error && remote.$close(new Error('its process ended'))),
      on: (hear) => void child.on('message', hear),
      // A load may take as long as it takes.
      timeout: -1,
      proxify: false,
    },
  );
  child.once('exit', () => remote.$close(new Error('its process ended')));
  const call = (name: string, args: unknown[]) =>
    remote.$call(name, ...args).catch((cause: Error) => {
      throw new BenchError('PROCESS_FAILED', `the generator failed: ${cause.message}`, { cause });
    });
  await call('ready', []);
  return {
    pid: child.pid as number,
    call: (name, ...args) => call(name, args) as never,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
