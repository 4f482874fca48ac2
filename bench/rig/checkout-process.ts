// `node bench/rig/checkout-process.ts ORDER`: brings up one rig of this checkout, and keeps it until it is ended.
import { renameSync, writeFileSync } from 'node:fs';
import { userNames } from '../plan/users.ts';
import { issueCredentials, revokeCredentials } from './admin.ts';
import { type CheckoutAnswer, checkoutOptionsSchema } from './checkout.ts';
import { inspectMachine } from './machine.ts';
import { type Rig, startRig } from './rig.ts';
import { scopeOf } from './run-scope.ts';

const order = checkoutOptionsSchema.parse(JSON.parse(process.argv[2] ?? ''));
const { mark, directory, strategy, algorithm, v8Flags } = order;
const scope = scopeOf({ mark, directory, machine: inspectMachine(), named: { redisUrl: null, adminSecret: null } });
const rig = await startRig(scope, { strategy, algorithm, instances: 1, balancer: 'none', v8Flags }, null);
// A part that ends by itself ends the rig.
rig.failed.catch(leave);
const credentials = await issueCredentials(rig, userNames(order.users)).catch(leave);
if (order.revoked > 0) await revokeCredentials(rig, credentials.slice(0, order.revoked)).catch(leave);
writeFileSync(`${order.answer}.part`, JSON.stringify(answerOf(rig)));
renameSync(`${order.answer}.part`, order.answer);
console.log('standing');

/** Takes along what stands already: nothing else would end it before the run does. */
async function leave(error: Error): Promise<never> {
  console.error(error.message);
  await rig.stop();
  process.exit(1);
}

function answerOf({ instances, authorizationServers, redis }: Rig): CheckoutAnswer {
  const told = (processes: readonly { url: string; pid: number | null; cpuPort?: number }[]) =>
    processes.map(({ url, pid, cpuPort = null }) => ({ url, pid: pid as number, cpuPort }));
  return {
    instances: told(instances),
    authorizationServers: told(authorizationServers),
    redis: { url: redis?.url as string, pid: redis?.pid as number },
    credentials: credentials.map(({ user, header, value }) => ({ user, header, value })),
  };
}
