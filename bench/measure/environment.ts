// The fingerprint of where a run was made: everything that moves its figures and can be told.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import type { Environment } from '../record/observation.ts';
import { type Machine, versionOf } from '../rig/machine.ts';

const root = new URL('../../', import.meta.url);

/** @param used what Redis and balancer the run uses, and where its processes were placed, in words. */
export function fingerprint(
  machine: Machine,
  { redis, balancer, placement }: Pick<Environment, 'redis' | 'balancer' | 'placement'>,
): Environment {
  return {
    node: process.version,
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    kernel: `${type()} ${release()}`,
    redis,
    balancer,
    placement,
    cpuQuota: machine.quota.kind === 'available' ? `cgroup v${machine.quota.version}` : `none: ${machine.quota.reason}`,
    instructions:
      machine.instructions.kind === 'available'
        ? 'by perf stat, in user space'
        : `not available: ${machine.instructions.reason}`,
    revision: revision(),
    dependencies: dependencies(),
  };
}

/** "HAProxy version 2.6.12 ..." cut to what matters. */
export const balancerVersion = (machine: Machine) =>
  machine.balancerCommand
    ? versionOf(machine.balancerCommand, '-v').replace(/^HAProxy version (\S+).*/, 'HAProxy $1')
    : 'none';

/** "Redis server v=7.0.15 ..." cut to what matters. */
export const redisVersion = (machine: Machine) =>
  machine.redisCommand
    ? versionOf(machine.redisCommand, '--version').replace(/^(\S+) server v=(\S+).*/, '$1 $2')
    : 'none';

/** The commit, with a plus where the work tree differs from it; "unknown" outside a checkout. */
function revision(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return `${git('rev-parse', '--short=12', 'HEAD')}${git('status', '--porcelain') ? '+' : ''}`;
  } catch {
    return 'unknown';
  }
}

function dependencies(): Record<string, string> {
  return JSON.parse(readFileSync(new URL('package.json', root), 'utf8')).dependencies;
}
