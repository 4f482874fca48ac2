// A balancer that answers every request by itself: the fastest other side that there is, so that only the generator is measured.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrialContext } from '../experiments/contract.ts';
import { freePort } from '../rig/ports.ts';
import { startProcess } from '../rig/processes.ts';

/** Whom its answers are for. */
const answeredUser = 'somebody';

/** The one credential that its answers are right for. */
export const answeredPool = {
  credentials: [{ user: answeredUser, header: 'x-user' as const, value: answeredUser, valid: true }],
  invalidShare: 0,
};

/** Starts one on the core of the systems, hands over its address, and stops it again. */
export async function withSelfAnsweringBalancer<T>(
  { scope }: TrialContext,
  use: (url: string, pid: number) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const file = join(scope.directory, `self-answering-${port}.cfg`);
  writeFileSync(
    file,
    [
      'global',
      '  nbthread 1',
      'defaults',
      '  mode http',
      '  timeout connect 2s',
      '  timeout client 60s',
      '  timeout server 15s',
      'frontend self-answering',
      `  bind 127.0.0.1:${port}`,
      `  http-request return status 200 content-type application/json string "{\\"user\\":\\"${answeredUser}\\"}"`,
      '',
    ].join('\n'),
  );
  const balancer = await startProcess({
    name: 'HAProxy',
    command: scope.machine.balancerCommand as string,
    args: ['-db', '-f', file],
    cores: scope.machine.placement.systems,
    ready: { port },
  });
  try {
    return await Promise.race([use(`http://127.0.0.1:${port}`, balancer.pid), balancer.failed]);
  } finally {
    await balancer.stop();
  }
}
