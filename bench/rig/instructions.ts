// Whether this machine lets user-space instructions be counted (perf stat): many virtual ones do not.
import { spawnSync } from 'node:child_process';

export type InstructionSupport =
  | { readonly kind: 'available'; readonly command: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Finds out by counting once. @param command where perf stands, or null. */
export function detectInstructions(command: string | null): InstructionSupport {
  if (!command) return { kind: 'unavailable', reason: 'there is no perf on PATH' };
  const { stderr } = spawnSync(command, ['stat', ...perfOptions, process.execPath, '--version'], { encoding: 'utf8' });
  if (parseInstructions(stderr ?? '') === null) {
    return {
      kind: 'unavailable',
      reason: "perf cannot count instructions here: the processor's counters are out of reach",
    };
  }
  return { kind: 'available', command };
}

/** What `perf stat` is to count, and that it says so in fields with commas between. */
export const perfOptions = ['-e', 'instructions:u', '-x', ','] as const;

/** The count in what `perf stat -x ,` printed; null when there is none ("<not supported>"). */
export function parseInstructions(text: string): number | null {
  const count = /^(\d+),[^,]*,instructions:u/m.exec(text)?.[1];
  return count === undefined ? null : Number(count);
}
