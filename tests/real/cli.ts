// Runs the command line as a user does, in a process of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { processesMarked } from '../../bench/rig/process-table.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A directory for a test file's results, gone with it. */
export function testDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'cli-test-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/**
 * The command line for one test file, which calls this once. Its temporary files are its own, and by them its processes are told from
 * those of other runs.
 */
export function commandLine() {
  const temporary = testDirectory();

  /** Every process of a run has its directory on its command line or in its environment. */
  function isStartedHere(pid: number): boolean {
    if (!existsSync('/proc/self/environ')) return true;
    try {
      return ['cmdline', 'environ'].some((what) => readFileSync(`/proc/${pid}/${what}`, 'utf8').includes(temporary));
    } catch {
      return false; // It ended while we looked.
    }
  }

  /** What runs that were started here have left on this machine: processes and temporary files. */
  const leftovers = () => [
    ...processesMarked('auth-bench-run-').filter(isStartedHere),
    ...readdirSync(temporary).filter((name) => name.startsWith('auth-bench-run-')),
  ];

  /** Starts a script of the project; the environment has nothing of ours but what is given. */
  const start = (script: string, args: readonly string[], env: Record<string, string> = {}): ChildProcess =>
    spawn(process.execPath, ['--import', './scripts/require-node.js', script, ...args], {
      cwd: root,
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TMPDIR: temporary, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  /** Runs a script to its end. */
  async function run(script: string, args: readonly string[], env: Record<string, string> = {}) {
    const child = start(script, args, env);
    const [stdout, stderr] = await Promise.all([
      text(child.stdout as NodeJS.ReadableStream),
      text(child.stderr as NodeJS.ReadableStream),
      once(child, 'close'),
    ]);
    return { code: child.exitCode, signal: child.signalCode, stdout, stderr };
  }

  const bench = (args: readonly string[], env: Record<string, string> = {}) =>
    run('bench/cli.ts', ['run', ...args], env);

  return { start, run, bench, leftovers };
}

/** The smallest run that there is: one trial of one system. */
export const smallest = ['--profile', 'smoke', '--only', 'saturation', '--strategy', 'none'];
