// What this machine offers to a rig: cores to place processes on, CPU quotas, a Redis server and a load balancer.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { BenchError } from '../record/errors.ts';
import { coreNumbers, coresOf } from './cores.ts';
import { type CpuClock, detectCpuClock } from './cpu-clock.ts';
import { detectInstructions, type InstructionSupport } from './instructions.ts';
import { detectQuota, type QuotaSupport } from './quota.ts';

/** Cores as taskset takes them ("0", "1-3"); null where processes cannot be placed. */
export interface Placement {
  readonly generator: string | null;
  readonly systems: string | null;
}

export interface Machine {
  readonly redisCommand: string | null;
  readonly balancerCommand: string | null;
  readonly placement: Placement;
  readonly quota: QuotaSupport;
  readonly instructions: InstructionSupport;
  readonly cpuClock: CpuClock;
}

/** Looks at the machine; starts and changes nothing that stays. */
export function inspectMachine(): Machine {
  return {
    redisCommand: onPath('redis-server') ?? onPath('valkey-server'),
    balancerCommand: onPath('haproxy'),
    placement: placementOn(allowedCores()),
    quota: detectQuota(),
    instructions: detectInstructions(onPath('perf')),
    cpuClock: detectCpuClock(),
  };
}

/** The generator has one core to itself; everything that is measured shares one other, however many there are. */
export function placementOn(cores: readonly number[]): Placement {
  const [first, second] = cores;
  if (first === undefined || second === undefined) return { generator: null, systems: null };
  return { generator: String(first), systems: String(second) };
}

/** How processes were placed, in words for the report. */
export function describePlacement({ generator, systems }: Placement, hasBalancer = true): string {
  if (generator === null)
    return 'not placed: taskset is missing or there is one core only; generator and systems disturb each other';
  return `generator on core ${generator}; ${hasBalancer ? 'instances, Redis and balancer' : 'instances and Redis'} on core ${systems}`;
}

/** @throws {BenchError} NO_REDIS or NO_BALANCER when a command that the choices need is not there. */
export function requireCommands(machine: Machine, needs: { redis: boolean; balancer: boolean }): void {
  if (needs.redis && !machine.redisCommand) {
    throw new BenchError(
      'NO_REDIS',
      'no redis-server or valkey-server on PATH; run `npm run setup`, or name a Redis in REDIS_URL',
    );
  }
  if (needs.balancer && !machine.balancerCommand) {
    throw new BenchError('NO_BALANCER', 'no haproxy on PATH; run `npm run setup`, or use `--balancer none`');
  }
}

/** Where a command stands on PATH, or null. */
export function onPath(command: string): string | null {
  const candidates = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  // Package managers put daemons here, and a plain user's PATH leaves it out.
  const found = [...candidates, '/usr/sbin', '/usr/local/sbin'].find((directory) =>
    executable(join(directory, command)),
  );
  return found ? join(found, command) : null;
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The cores that this process may use, as Linux lists them ("0", "0-3"); empty on other systems. */
export const ownCoreList = (): string =>
  existsSync('/proc/self/status') ? coresOf(readFileSync('/proc/self/status', 'utf8')) : '';

/** The same as numbers; none where they are unknown, or processes cannot be placed. */
export function allowedCores(): number[] {
  return onPath('taskset') ? coreNumbers(ownCoreList()) : [];
}

/** The first line that a command prints of its own version. */
export function versionOf(command: string, argument: string): string {
  return (
    execFileSync(command, [argument], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')[0]
      ?.trim() ?? ''
  );
}
