// The directory that a command writes to.
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BenchError } from '../record/errors.ts';

/** What shows that a directory holds results already. */
const marks = ['observations.jsonl', 'comparison.json', 'pairs.jsonl'];

/**
 * Makes a directory for results, if there is none yet.
 * @param otherWay what else the user may do where results are already.
 * @throws {BenchError} OUT_NOT_EMPTY or OUT_NOT_WRITABLE.
 */
export function makeDirectory(directory: string, otherWay = ''): void {
  if (directory === '') throw new BenchError('OUT_NOT_WRITABLE', '--out is empty: name a directory');
  let files: string[];
  try {
    makeStepByStep(directory);
    files = readdirSync(directory);
  } catch (cause) {
    const where = resolve(directory);
    throw new BenchError('OUT_NOT_WRITABLE', `cannot write to ${where}: ${(cause as Error).message}`, { cause });
  }
  if (marks.some((file) => existsSync(join(directory, file)))) {
    throw new BenchError(
      'OUT_NOT_EMPTY',
      `--out ${directory} already holds results; name another directory${otherWay}`,
    );
  }
  if (files.length > 0)
    throw new BenchError('OUT_NOT_EMPTY', `--out ${directory} holds other files; name a directory of its own`);
}

/** Node.js' own recursive mkdir never ends below /proc. */
function makeStepByStep(path: string): void {
  if (existsSync(path)) return;
  makeStepByStep(dirname(path));
  mkdirSync(path);
}
