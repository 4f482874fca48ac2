// What Redis counts of itself: CPU seconds, and how often each command ran.
import type { Redis } from 'ioredis';
import { BenchError } from '../record/errors.ts';

export interface RedisCounters {
  readonly cpuSeconds: number;
  readonly calls: Readonly<Record<string, number>>;
}

/** Reads the counters of a Redis; it is asked with INFO, which is left out of what is counted. */
export async function readRedisCounters(redis: Redis): Promise<RedisCounters> {
  const [cpu, commands] = await Promise.all([redis.info('cpu'), redis.info('commandstats')]).catch((cause: Error) => {
    throw new BenchError('REDIS_UNREACHABLE', `Redis does not tell its counters: ${cause.message}`, { cause });
  });
  return { cpuSeconds: parseCpuSeconds(cpu), calls: parseCalls(commands) };
}

/** User and system time of the server, without its children. */
export function parseCpuSeconds(info: string): number {
  const field = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? 0);
  return field('used_cpu_user') + field('used_cpu_sys');
}

/** `cmdstat_get:calls=12,...` becomes `{ get: 12 }`. */
export function parseCalls(info: string): Record<string, number> {
  const lines = [...info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)];
  return Object.fromEntries(
    lines.map(([, name, calls]) => [name as string, Number(calls)]).filter(([name]) => name !== 'info'),
  );
}

/** How often each command ran between two readings; commands that did not run are left out. */
export function callsBetween(before: RedisCounters, after: RedisCounters): Record<string, number> {
  const differences = Object.entries(after.calls).map(
    ([name, calls]) => [name, calls - (before.calls[name] ?? 0)] as const,
  );
  return Object.fromEntries(differences.filter(([, calls]) => calls > 0));
}
