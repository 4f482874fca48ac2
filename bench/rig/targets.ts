// Servers that the user named and runs: asked once, before any load, whether they are what they were said to be.
import { request } from 'undici';
import { combinationOf } from '../plan/strategies.ts';
import { BenchError } from '../record/errors.ts';

/**
 * Checks a target.
 * @throws {BenchError} BAD_TARGET without an admin secret, TARGET_UNREACHABLE when it does not answer or runs another strategy.
 */
export async function checkTarget(strategy: string, url: string, adminSecret: string | null): Promise<void> {
  if (!adminSecret)
    throw new BenchError('BAD_TARGET', '--target needs the admin secret of the servers in ADMIN_SECRET');
  const wanted = combinationOf(strategy);
  const health = await healthOf(url);
  if (health.strategy !== wanted.strategy || health.check !== wanted.check) {
    const runs = `${health.strategy} with revocation check ${health.check}`;
    throw new BenchError('TARGET_UNREACHABLE', `--target ${url} runs ${runs}, not ${strategy}`);
  }
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
