// What an instance keeps in memory: read after a full garbage collection, for what could be freed is not kept.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes. */
export interface InstanceMemory {
  /** As process.memoryUsage tells them. */
  readonly heapUsed: number;
  readonly external: number;
  readonly arrayBuffers: number;
  readonly rss: number;
  /** Of heapUsed what is compiled code: it grows with what an instance has done, and not with what it keeps. */
  readonly code: number;
}

/** Where V8 puts code and what belongs to it. */
const codeSpaces = ['code_space', 'code_large_object_space', 'trusted_space', 'trusted_large_object_space'];

/** What one collection frees may let another free more: a buffer goes after the object that held it. */
const collections = 3;

/** Collects all garbage, which holds everything up, and tells what is left. */
export async function memoryAfterCollection(): Promise<InstanceMemory> {
  // Only a context that is made from now on has the function.
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let turn = 0; turn < collections; turn += 1) {
    collect();
    await nextTurn();
  }
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  const code = getHeapSpaceStatistics()
    .filter(({ space_name }) => codeSpaces.includes(space_name))
    .reduce((sum, { space_used_size }) => sum + space_used_size, 0);
  return { heapUsed, external, arrayBuffers, rss, code };
}
