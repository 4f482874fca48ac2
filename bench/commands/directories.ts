// The directory that a command writes to.
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BenchError } from '../record/errors.ts';

/**
 * Makes a directory for results, if there is none yet.
 * @param file what shows that the directory holds results already.
 * @throws {BenchError} OUT_NOT_EMPTY or OUT_NOT_WRITABLE.
 */
export function makeDirectory(directory: string, file: string, otherWay = ''): void {
  try {
    makeStepByStep(directory);
  } catch (cause) {
    const where = resolve(directory);
    throw new BenchError('OUT_NOT_WRITABLE', `cannot write to ${where}: ${(cause as Error).message}`, { cause });
  }
  if (existsSync(join(directory, file))) {
    throw new BenchError('OUT_NOT_EMPTY', `--out ${directory} already holds a run; name another directory${otherWay}`);
  }
}

/** Node.js' own recursive mkdir never ends below /proc. */
function makeStepByStep(path: string): void {
  if (existsSync(path)) return;
  makeStepByStep(dirname(path));
  mkdirSync(path);
}
