// Servers that the user named and runs: where they are, what they tell of themselves, and whether they are what they were said to be.
import { lookup } from 'node:dns/promises';
import { request } from 'undici';
import { combinationOf } from '../plan/strategies.ts';
import { BenchError } from '../record/errors.ts';
import { askPlace, type ProbedServer, probePortOf } from './server-probe.ts';

/** Where the servers of one strategy are. */
export interface Target {
  /** Where clients come: a balancer, or the instances themselves. */
  readonly door: string;
  /** Where each instance is reached: a name stands for all its addresses. */
  readonly instances: string;
}

/** Reads `http://door:port`, or `http://door:port=http://instances:port` where a balancer stands in front. */
export function parseTarget(text: string): Target {
  const [door = '', instances = door] = text.split('=');
  return { door, instances };
}

/** A server that the user runs, with its probe's port if it has one. */
export interface ProbedInstance {
  readonly url: string;
  readonly pid: null;
  readonly cpuPort?: number;
  /** Null where it has no probe. */
  readonly place: ProbedServer | null;
}

/**
 * Every instance that a name stands for, each as a URL of its own: of a name with several IPv4 addresses, one for each. A certificate is
 * for the name, so with TLS it stays one.
 * @throws {BenchError} TARGET_UNREACHABLE when the name has no address.
 */
export async function addressesOf(url: string): Promise<string[]> {
  const { hostname, port, protocol } = new URL(url);
  const found = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch((cause) => {
    throw new BenchError('TARGET_UNREACHABLE', `--target ${url} has no address`, { cause });
  });
  const addresses = found.filter(({ family }) => family === 4).map(({ address }) => address);
  if (protocol === 'https:' || addresses.length < 2) return [url];
  return addresses.sort().map((address) => `${protocol}//${address}${port && `:${port}`}`);
}

/** Asks each server whether it has a probe. */
export const probedServers = (urls: readonly string[]): Promise<ProbedInstance[]> =>
  Promise.all(
    urls.map(async (url) => {
      const place = await askPlace(url);
      return { url, pid: null, place, ...(place ? { cpuPort: probePortOf(url) } : {}) };
    }),
  );

/**
 * Checks a target, at its door and at each of its instances.
 * @returns its instances.
 * @throws {BenchError} BAD_TARGET without an admin secret, TARGET_UNREACHABLE when it does not answer, runs another strategy, or
 *   keeps the admin routes to itself.
 */
export async function checkTarget(
  strategy: string,
  target: string,
  adminSecret: string | null,
): Promise<ProbedInstance[]> {
  if (!adminSecret)
    throw new BenchError('BAD_TARGET', '--target needs the admin secret of the servers in ADMIN_SECRET');
  const { door, instances } = parseTarget(target);
  const addresses = await addressesOf(instances);
  for (const url of new Set([door, ...addresses])) await checkStrategy(strategy, url);
  for (const url of addresses) await checkAdminRoutes(url);
  return probedServers(addresses);
}

/**
 * What the targets' servers tell of where they stand, in words for the report.
 * @param own the cores of this process.
 */
export function describeTargets(servers: readonly ProbedInstance[], own: string): string {
  const places = servers.map(({ place }) => place);
  if (places.some((place) => place === null)) return `generator on core ${own}; the targets do not tell where they run`;
  const words = (places as ProbedServer[]).map(
    ({ cores, cpuLimit }) => `core ${cores}${cpuLimit === null ? '' : ` with a limit of ${cpuLimit} CPU`}`,
  );
  return `generator on core ${own}; targets on ${[...new Set(words)].join(', or ')}, as they tell themselves`;
}

async function checkStrategy(strategy: string, url: string): Promise<void> {
  const wanted = combinationOf(strategy);
  const health = await healthOf(url);
  if (health.strategy !== wanted.strategy || health.check !== wanted.check) {
    const runs = `${health.strategy} with revocation check ${health.check}`;
    throw new BenchError('TARGET_UNREACHABLE', `--target ${url} runs ${runs}, not ${strategy}`);
  }
}

/** A balancer keeps the admin routes to the inside; without the secret a server answers 401 there. */
async function checkAdminRoutes(url: string): Promise<void> {
  const { statusCode, body } = await request(`${url}/admin/memory`, { method: 'POST' });
  await body.dump();
  if (statusCode === 401) return;
  const advice = 'name what stands behind it, too: --target strategy=http://balancer:port=http://instances:port';
  throw new BenchError('TARGET_UNREACHABLE', `--target ${url} keeps /admin from the bench; ${advice}`);
}

async function healthOf(url: string): Promise<{ strategy?: string; check?: string }> {
  try {
    const response = await request(`${url}/healthz`, { headersTimeout: 3_000, bodyTimeout: 3_000 });
    return (await response.body.json()) as { strategy?: string; check?: string };
  } catch (cause) {
    throw new BenchError(
      'TARGET_UNREACHABLE',
      `--target ${url} does not answer GET /healthz as a server of auth-bench does`,
      { cause },
    );
  }
}
