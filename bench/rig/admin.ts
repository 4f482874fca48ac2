// The bench's side of the instances' admin routes.
import { request } from 'undici';
import type { InstanceCounters, IssuedCredential } from '../../servers/admin.ts';
import { strategies } from '../../servers/strategies/index.ts';
import { combinationOf } from '../plan/strategies.ts';
import { BenchError } from '../record/errors.ts';
import type { Rig } from './rig.ts';
import type { RunScope } from './run-scope.ts';
import { credentialLives } from './topology.ts';

/** Users per bulk request: large enough to be quick, small enough to share among the instances. */
const batchSize = 500;

/**
 * Credentials for users, issued by the rig's instances by the same code as a login. Where the servers remember nothing
 * of a credential, those that an earlier trial of the run had issued serve again, as they would with any server of a fleet.
 */
export async function issueCredentials(
  scope: RunScope,
  rig: Rig,
  users: readonly string[],
): Promise<readonly IssuedCredential[]> {
  const { strategy } = combinationOf(rig.order.strategy);
  if (strategies[strategy].remembers) return issueAnew(rig, users);
  const key = `${strategy} ${rig.order.algorithm}`;
  const kept = scope.credentials.get(key);
  if (kept && kept.credentials.length >= users.length && Date.now() - kept.issuedAt < reuseMilliseconds) {
    return kept.credentials.slice(0, users.length);
  }
  const issued = { issuedAt: Date.now(), credentials: await issueAnew(rig, users) };
  scope.credentials.set(key, issued);
  return issued.credentials;
}

/** Half of a token's life: what is left is longer than any trial. */
const reuseMilliseconds = (Number(credentialLives.TOKEN_LIFE_SECONDS) * 1_000) / 2;

async function issueAnew(rig: Rig, users: readonly string[]): Promise<IssuedCredential[]> {
  const batches = Array.from({ length: Math.ceil(users.length / batchSize) }, (_, index) =>
    users.slice(index * batchSize, (index + 1) * batchSize),
  );
  const issue = async (batch: readonly string[], index: number) =>
    (await post<{ credentials: IssuedCredential[] }>(rig, index, '/admin/credentials', { users: batch })).credentials;
  return (await Promise.all(batches.map(issue))).flat();
}

/** Revokes credentials, each at the next instance in turn. */
export async function revokeCredentials(rig: Rig, credentials: readonly IssuedCredential[]): Promise<void> {
  const values = credentials.map(({ value }) => value);
  const revoke = async (from: number) =>
    post(rig, from / batchSize, '/admin/revoke', { credentials: values.slice(from, from + batchSize) });
  for (let from = 0; from < values.length; from += batchSize) await revoke(from);
}

/** Registers accounts with their passwords. */
export async function registerAccounts(
  rig: Rig,
  accounts: readonly { user: string; password: string }[],
): Promise<void> {
  await post(rig, 0, '/admin/accounts', { accounts });
}

/** What each instance has counted since it was last asked. */
export function instanceCounters(rig: Rig): Promise<InstanceCounters[]> {
  return Promise.all(rig.instances.map((_, index) => post<InstanceCounters>(rig, index, '/admin/counters', {})));
}

async function post<T>(rig: Rig, turn: number, path: string, body: object): Promise<T> {
  const { url } = rig.instances[turn % rig.instances.length] as { url: string };
  const response = await request(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-admin-secret': rig.adminSecret },
    body: JSON.stringify(body),
  });
  if (response.statusCode !== 200) {
    throw new BenchError('PROCESS_FAILED', `${path} answered ${response.statusCode}: ${await response.body.text()}`);
  }
  return (await response.body.json()) as T;
}
