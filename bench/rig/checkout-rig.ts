// A rig that another checkout brings up by its own code, as the code that compares sees it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import {
  type CheckoutAnswer,
  type CheckoutOptions,
  checkoutAnswerSchema,
  checkoutContract,
  checkoutProcess,
} from './checkout.ts';
import { nodeOf } from './instances.ts';
import { pin, startProcess } from './processes.ts';
import { connect } from './redis.ts';
import type { Rig, RigOptions } from './rig.ts';
import type { RunScope } from './run-scope.ts';

/** Whether a checkout can; an older one is driven by the code that compares. */
export const canBringItselfUp = (tree: string): boolean => existsSync(join(tree, checkoutProcess));

/** Whether servers of a checkout can be started with flags of V8: it is driven by the code that compares, or its own contract names it. */
export const takesV8Flags = (tree?: string): boolean =>
  tree === undefined ||
  !canBringItselfUp(tree) ||
  readFileSync(join(tree, checkoutContract), 'utf8').includes('v8Flags');

/** What is asked of it. */
export type CheckoutRigOrder = Omit<RigOptions, 'balancer'> & { readonly users: number; readonly revoked?: number };

/**
 * Has a checkout bring up one instance with what it needs, issue credentials, and revoke the first of them.
 * @throws {import('../record/errors.ts').BenchError} PROCESS_FAILED with its last words when it cannot.
 */
export async function startCheckout(
  scope: RunScope,
  tree: string,
  order: CheckoutRigOrder,
): Promise<{ rig: Rig; credentials: readonly IssuedCredential[] }> {
  const { mark, machine } = scope;
  // One of its own: it names its files by ports, and leaves them where it is ended; a later one may draw the same port.
  const directory = mkdtempSync(join(scope.directory, 'checkout-'));
  const answer = join(directory, 'answer.json');
  const { strategy, algorithm, users, revoked = 0, v8Flags = [] } = order;
  const asked: CheckoutOptions = {
    version: 1,
    mark,
    directory,
    strategy,
    algorithm,
    users,
    revoked,
    v8Flags: [...v8Flags],
    answer,
  };
  const running = await startProcess({
    name: `${checkoutProcess} (${strategy})`,
    command: nodeOf(tree),
    args: [
      `--title=${mark}`,
      '--disable-warning=ExperimentalWarning',
      join(tree, checkoutProcess),
      JSON.stringify(asked),
    ],
    cores: null,
    ready: { line: /^standing$/ },
  });
  const { instances, authorizationServers, redis, credentials } = checkoutAnswerSchema.parse(
    JSON.parse(readFileSync(answer, 'utf8')),
  );
  const pids = [...instances, ...authorizationServers, redis].map(({ pid }) => pid);
  const endAll = async () => {
    await running.stop();
    for (const pid of pids) end(pid);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  const placed = async () => {
    for (const pid of pids) pin(pid, machine.placement.systems);
    return connect(redis.url);
  };
  const client = await placed().catch(async (error) => {
    await endAll();
    throw error;
  });
  const rig: Rig = {
    order: { ...order, balancer: 'none' },
    entries: [instances.map(({ url }) => url)],
    instances: instances.map(seen),
    authorizationServers: authorizationServers.map(seen),
    balancer: null,
    redis: { url: redis.url, client, prefix: '', dump: null, pid: redis.pid },
    redisLink: null,
    adminSecret: '',
    limitInstances() {},
    failed: running.failed,
    async stop() {
      client.disconnect();
      await endAll();
    },
  };
  return { rig, credentials };
}

/** A process as the rest of the rig sees it. */
const seen = ({ cpuPort, ...own }: CheckoutAnswer['instances'][number]) =>
  cpuPort === null ? own : { ...own, cpuPort };

/** Its processes are ours to end, for the one that started them has been ended. */
function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
