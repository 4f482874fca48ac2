// What belongs to one run on this machine: a mark on everything it starts, a directory, secrets, and a janitor that sweeps up.
import { createHash, randomBytes } from 'node:crypto';
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JWK } from 'jose';
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { generateKey } from '../../servers/tokens/keys.ts';
import { BenchError } from '../record/errors.ts';
import { startJanitor } from './janitor.ts';
import type { Machine } from './machine.ts';
import type { PreparedPool } from './prepared-pool.ts';
import { processesMarked } from './process-table.ts';

/** What the user named in the environment. */
export interface Named {
  /** The Redis to use in place of our own; every key of ours in it begins with the scope's prefix. */
  readonly redisUrl: string | null;
  /** The admin secret of the targets. */
  readonly adminSecret: string | null;
}

/** What rigs are brought up within. */
export interface RigScope {
  /** Stands on the command line of every process of this run, and nowhere else on this machine. */
  readonly mark: string;
  /** For sockets, configurations and the like; gone with the run. */
  readonly directory: string;
  readonly machine: Machine;
  readonly namedRedis: string | null;
  readonly redisPrefix: string;
  readonly adminSecret: string;
  readonly sessionSecret: string;
  readonly refreshSecret: string;
  readonly introspectionSecret: string;
  /** The run's key of an algorithm, made when first asked for. */
  keyOf(algorithm: Algorithm): Promise<JWK>;
  /** Credentials that serve again in later trials, or are being issued for one. */
  readonly pools: Map<string, Promise<PreparedPool>>;
  /** What is found out once a run: the same promise for the same name, unless it failed. */
  once<T>(name: string, find: () => Promise<T>): Promise<T>;
}

export interface RunScope extends RigScope {
  /** Ends every process of this run, and removes its directory, cgroups and keys in a named Redis. */
  close(): Promise<void>;
}

/** @throws {BenchError} TMPDIR_NOT_WRITABLE when there is no place for what a run needs while it lasts. */
export function requireTemporaryDirectory(): void {
  try {
    accessSync(tmpdir(), constants.W_OK);
  } catch (cause) {
    throw new BenchError(
      'TMPDIR_NOT_WRITABLE',
      `cannot write to ${tmpdir()}, the directory of temporary files; name another in TMPDIR`,
      { cause },
    );
  }
}

/** The same for every sitting of a run: by it a second one is told that the first has not ended. */
const markOf = (runId: string) => `auth-bench-run-${createHash('sha256').update(runId).digest('hex').slice(0, 12)}`;

/** How long a run that was killed may take to be swept up, in milliseconds. */
const longestSweep = 2_000;

/**
 * Waits until nothing of a run is left on this machine, for as long as a janitor needs.
 * @throws {BenchError} RUN_IN_PROGRESS when something is left after that.
 */
export async function requireEnded(runId: string, directory: string): Promise<void> {
  const began = performance.now();
  while (processesMarked(markOf(runId)).length > 0) {
    if (performance.now() - began > longestSweep)
      throw new BenchError('RUN_IN_PROGRESS', `the run in ${directory} is still in progress; let it end, or end it`);
    await sleep(50);
  }
}

/**
 * Opens the scope of a run. From here on its janitor watches: however this process ends, nothing of the run stays.
 * @param runId of what can be resumed.
 */
export async function openRunScope(
  machine: Machine,
  named: Named,
  runId = randomBytes(6).toString('hex'),
): Promise<RunScope> {
  requireTemporaryDirectory();
  const mark = markOf(runId);
  const directory = mkdtempSync(join(tmpdir(), `${mark}-`));
  const janitor = await startJanitor({
    mark,
    directory,
    cgroupParent: machine.quota.kind === 'available' ? machine.quota.parent : null,
    redis: named.redisUrl ? { url: named.redisUrl, prefix: redisPrefixOf(mark) } : null,
  });
  const scope = scopeOf({ mark, directory, machine, named });
  return { ...scope, close: () => janitor.sweep() };
}

/** What a scope is made of. */
export interface ScopeParts {
  readonly mark: string;
  readonly directory: string;
  readonly machine: Machine;
  readonly named: Named;
}

/** A scope within a run that another process opened, and whose janitor sweeps up what this one starts, too. */
export function scopeOf({ mark, directory, machine, named }: ScopeParts): RigScope {
  const found = new Map<string, Promise<unknown>>();
  const once = <T>(name: string, find: () => Promise<T>): Promise<T> => {
    const result = (found.get(name) as Promise<T> | undefined) ?? find();
    found.set(name, result);
    // What has failed is tried again.
    result.catch(() => found.delete(name));
    return result;
  };
  return {
    mark,
    directory,
    machine,
    namedRedis: named.redisUrl,
    redisPrefix: redisPrefixOf(mark),
    adminSecret: named.adminSecret ?? randomBytes(24).toString('hex'),
    sessionSecret: randomBytes(24).toString('hex'),
    refreshSecret: randomBytes(24).toString('hex'),
    introspectionSecret: randomBytes(24).toString('hex'),
    pools: new Map(),
    once,
    keyOf: (algorithm) => once(`key ${algorithm}`, () => generateKey(algorithm)),
  };
}

const redisPrefixOf = (mark: string) => `${mark}:`;
