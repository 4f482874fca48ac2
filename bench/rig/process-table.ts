// Which processes run on this machine with a given mark on their command line.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The pids of all processes but this one whose command line holds the mark. */
export function processesMarked(mark: string): number[] {
  return commandLines()
    .filter(({ pid, line }) => pid !== process.pid && line.includes(mark))
    .map(({ pid }) => pid);
}

/** /proc where there is one, for small containers have no ps; else ps as POSIX has it. */
function commandLines(): { pid: number; line: string }[] {
  if (existsSync('/proc/self/cmdline')) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ pid: Number(name), line: commandLineOf(name) }));
  }
  return execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => ({ pid: Number.parseInt(line, 10), line }));
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // It ended while we looked.
  }
}
