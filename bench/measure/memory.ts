// What is in memory: of Redis by its own account, of an instance after it has collected its garbage.
import type { Redis } from 'ioredis';
import type { MemoryFacts } from '../record/facts.ts';
import { instanceMemory } from '../rig/admin.ts';
import type { Rig } from '../rig/rig.ts';

/**
 * The memory of a rig's Redis, and of its first instance.
 * @param items how many there are of what it is asked of.
 */
export async function readMemory(rig: Rig, items: number): Promise<MemoryFacts> {
  const { heapUsed, code, arrayBuffers } = await instanceMemory(rig, 0);
  return {
    type: 'memory',
    items,
    instance: heapUsed - code + arrayBuffers,
    ...(rig.redis ? { redis: await usedBytes(rig.redis.client) } : {}),
  };
}

/** Bytes that Redis uses for all but its connections. */
export const usedBytes = async (redis: Redis): Promise<number> => parseUsedBytes(await redis.info('memory'));

/** The buffers of connections come and go; they are no state. */
export function parseUsedBytes(info: string): number {
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  return field('used_memory') - field('mem_clients_normal');
}
