// CPU quotas by cgroup, version 1 or 2: they give each instance an equal share of a core, whatever the machine has.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export type QuotaSupport =
  | { readonly kind: 'available'; readonly version: 1 | 2; readonly parent: string }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** A cgroup whose processes together get a share of one core. */
export interface CpuQuota {
  /** Moves a process, with all its threads, into the cgroup. */
  add(pid: number): void;
  /** From now on, `share` of one core (0.15 is 15 %). */
  limit(share: number): void;
  /** Removes the cgroup; its processes must have ended. */
  remove(): void;
}

/**
 * Microseconds. A process that was kept from its core comes back to cold caches: a request of `jwt` cost 55 µs without a limit, 73
 * with a tenth of every 100 ms, 91 with a tenth of every 20 ms and 109 with a tenth of every 10 ms. So its turns are to be long;
 * and there have to be many in a load, for its edges cut some in two.
 */
const period = 50_000;

/** Finds out, by making and removing one cgroup, whether quotas can be set here. */
export function detectQuota(root = '/sys/fs/cgroup'): QuotaSupport {
  const found = locate(root);
  if (found.kind === 'unavailable') return found;
  const probe = join(found.parent, `auth-bench-probe-${process.pid}`);
  try {
    mkdirSync(probe);
    rmdirSync(probe);
    return found;
  } catch {
    return { kind: 'unavailable', reason: `this user may not make a cgroup in ${found.parent}` };
  }
}

function locate(root: string): QuotaSupport {
  const subtree = join(root, 'cgroup.subtree_control');
  if (existsSync(subtree)) {
    const enabled = readFileSync(subtree, 'utf8').split(/\s+/).includes('cpu');
    if (enabled) return { kind: 'available', version: 2, parent: root };
    return { kind: 'unavailable', reason: 'the cpu controller of cgroup v2 is not delegated' };
  }
  const cpu = join(root, 'cpu');
  if (existsSync(join(cpu, 'cpu.cfs_quota_us'))) return { kind: 'available', version: 1, parent: cpu };
  return { kind: 'unavailable', reason: 'there is no cgroup cpu controller on this system' };
}

/** Makes a cgroup of the given name, at first without a limit. */
export function createQuota(support: QuotaSupport & { kind: 'available' }, name: string): CpuQuota {
  const directory = join(support.parent, name);
  mkdirSync(directory);
  const write = (file: string, value: string) => writeFileSync(join(directory, file), value);
  return {
    add: (pid) => write('cgroup.procs', String(pid)),
    limit(share) {
      const quota = Math.round(share * period);
      if (support.version === 2) return write('cpu.max', `${quota} ${period}`);
      write('cpu.cfs_period_us', String(period));
      write('cpu.cfs_quota_us', String(quota));
    },
    remove: () => rmdirSync(directory),
  };
}
