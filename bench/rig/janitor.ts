// The janitor: a process of its own that waits for the bench to end, in whatever way, and then removes all that the run left.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What is to be swept; everything in it carries the run's mark. */
export interface SweepOptions {
  readonly mark: string;
  readonly directory: string;
  readonly cgroupParent: string | null;
  readonly redis: { readonly url: string; readonly prefix: string } | null;
}

export interface Janitor {
  /** Sweeps now and waits until it is done. */
  sweep(): Promise<void>;
}

/**
 * Starts the janitor. It holds the read end of a pipe; the kernel closes the other end when this process ends, even by
 * `kill -9`, and that is its signal. It has a session of its own, so that Ctrl-C in the terminal does not reach it.
 * The mark on its command line shows that the run has not ended.
 */
export async function startJanitor(order: SweepOptions): Promise<Janitor> {
  const script = fileURLToPath(new URL('./janitor-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, order.mark], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = once(child, 'exit');
  // By the pipe and not by the command line: the rest may hold a password of Redis.
  child.stdin.write(`${JSON.stringify(order)}\n`);
  child.unref();
  return {
    async sweep() {
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}
