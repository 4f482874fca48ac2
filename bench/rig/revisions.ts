// Revisions of this repository, each laid out in a directory of its own with its own dependencies.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { BenchError } from '../record/errors.ts';
import type { RunScope } from './run-scope.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Revision {
  /** As the user named it. */
  readonly name: string;
  readonly commit: string;
}

/**
 * The commit that a name stands for.
 * @param flag where the name was given, for the message.
 * @throws {BenchError} BAD_REVISION.
 */
export function resolveRevision(name: string, flag: string): Revision {
  const commit = name.startsWith('-') ? null : git(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
  if (!commit) throw new BenchError('BAD_REVISION', `${flag} "${name}" is no commit, branch or tag of this repository`);
  return { name, commit };
}

/**
 * This checkout as it stands: its HEAD, or with uncommitted changes a commit of them that nothing refers to (`git stash
 * create`).
 * @returns the revision, and how many files it leaves out because git does not know them.
 * @throws {BenchError} BAD_REVISION when git cannot make that commit, as in the middle of a merge.
 */
export function workingTree(): { revision: Revision; unknownFiles: number } {
  const head = resolveRevision('HEAD', '--head');
  const identity = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a' };
  // A file whose time alone has changed makes `git stash create` fail.
  git(['update-index', '-q', '--refresh']);
  const changes = git(['stash', 'create'], identity);
  if (changes === null) {
    throw new BenchError(
      'BAD_REVISION',
      'git cannot make a commit of this tree as it stands (a merge under way?); name a revision with --head',
    );
  }
  const unknown = git(['ls-files', '--others', '--exclude-standard']) ?? '';
  return {
    revision: changes ? { name: 'uncommitted changes', commit: changes } : head,
    unknownFiles: unknown.split('\n').filter(Boolean).length,
  };
}

/**
 * Lays a revision out below the run's directory, without what it depends on.
 * @returns the root of its tree.
 * @throws {BenchError} REVISION_UNFIT; the signal's reason when it aborts.
 */
export async function layOut(
  { directory }: Pick<RunScope, 'directory'>,
  { name, commit }: Revision,
  side: 'base' | 'head',
  signal: AbortSignal,
): Promise<string> {
  const tree = join(directory, side);
  mkdirSync(tree);
  const archive = `git -C "$1" archive --format=tar "$2" | tar -x -C "$3"`;
  await run(name, 'sh', ['-c', `set -e; ${archive}`, 'sh', root, commit, tree], signal);
  for (const server of ['session-server', 'token-server']) {
    if (!existsSync(join(tree, 'servers', `${server}.ts`))) {
      throw new BenchError('REVISION_UNFIT', `${name} holds no servers/${server}.ts: it cannot be compared`);
    }
  }
  return tree;
}

/**
 * Installs what the lock file of a revision names.
 * @throws {BenchError} REVISION_UNFIT; the signal's reason when it aborts.
 */
export async function install(tree: string, { name }: Revision, signal: AbortSignal): Promise<void> {
  // With --prefix the run's mark stands on npm's command line, for the janitor to find.
  await run(name, 'npm', ['ci', '--omit=dev', '--no-audit', '--no-fund', '--prefix', tree], signal);
}

/**
 * Whether the same is to be installed for both trees: then once is enough, for `shareInstalled` does the rest. The lock file has all that
 * `package.json` says of dependencies; its scripts are no matter.
 */
export const dependAlike = (one: string, other: string): boolean =>
  ['package-lock.json', '.npmrc'].every((name) => fileIn(one, name) === fileIn(other, name));

const fileIn = (tree: string, name: string): string | null => {
  const file = join(tree, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
};

/**
 * Gives a tree the modules that were installed for another, or for this checkout. What V8 keeps of what it compiled stays the tree's own,
 * and goes with it.
 */
export function shareInstalled(to: string, from: string = root): void {
  const [own, installed] = [to, from].map((tree) => join(tree, 'node_modules')) as [string, string];
  mkdirSync(own);
  for (const name of readdirSync(installed)) if (name !== '.cache') symlinkSync(join(installed, name), join(own, name));
}

/**
 * Whether a checkout has installed all that a tree's lock file names, by npm's own record of what it installed: then the tree needs no
 * installation of its own.
 */
export function isInstalledHere(tree: string, checkout: string = root): boolean {
  const wanted = packagesOf(tree, 'package-lock.json');
  const installed = packagesOf(checkout, 'node_modules/.package-lock.json');
  if (!wanted || !installed || !dependAlike(checkout, tree)) return false;
  return Object.entries(wanted)
    .filter(([path, { dev, optional, ...machines }]) => path !== '' && !dev && !(optional && !isForHere(machines)))
    .every(([path, { integrity }]) => integrity !== undefined && installed[path]?.integrity === integrity);
}

/** Whether npm installs an optional package on this machine. */
const isForHere = ({ os, cpu }: Pick<LockedPackage, 'os' | 'cpu'>) =>
  (os?.includes(process.platform) ?? true) && (cpu?.includes(process.arch) ?? true);

interface LockedPackage {
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

/** The packages of a lock file by the path of each; null where there is none. */
function packagesOf(tree: string, lock: string): Readonly<Record<string, LockedPackage>> | null {
  const file = fileIn(tree, lock);
  return file === null ? null : JSON.parse(file).packages;
}

/** Lines of npm around the one that says what is wrong. */
const saysNothing = /^npm error\s*$|^npm error code |complete log of this run/;

async function run(name: string, command: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], signal });
  const ended = once(child, 'close');
  const [words] = await Promise.all([text(child.stderr), ended]).catch((error: Error) => {
    signal.throwIfAborted();
    throw new BenchError('REVISION_UNFIT', `${name} could not be laid out: ${error.message}`);
  });
  signal.throwIfAborted();
  if (child.exitCode !== 0) {
    const lines = words.trim().split('\n');
    const why = lines.find((line) => /error/i.test(line) && !saysNothing.test(line)) ?? lines.at(-1);
    throw new BenchError('REVISION_UNFIT', `${name} could not be laid out: ${command} says: ${why}`);
  }
}

/** What git prints, or null when it fails. */
function git(args: readonly string[], env: Record<string, string> = {}): string | null {
  try {
    return execFileSync('git', args, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...env },
    }).trim();
  } catch {
    return null;
  }
}
