// The bench's side of the instances' admin routes.
import { request } from 'undici';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import type { InstanceMemory } from '../../servers/admin/memory.ts';
import { BenchError } from '../record/errors.ts';
import type { Rig } from './rig.ts';

/** Where admin routes are, and what opens them: a rig, or its authorization servers. */
export interface AdminRoutes {
  readonly instances: readonly { readonly url: string }[];
  readonly adminSecret: string;
}

/** Users per bulk request: large enough to be quick, small enough to share among the instances. */
const batchSize = 250;

/** Credentials for users, issued by all instances of a rig, by the same code as a login. */
export async function issueCredentials(rig: AdminRoutes, users: readonly string[]): Promise<IssuedCredential[]> {
  const issued: IssuedCredential[] = [];
  // One batch at a time for each instance: a crowd at its door would only wait, until Redis commands time out.
  const perRound = batchSize * rig.instances.length;
  for (let round = 0; round < users.length; round += perRound) {
    const batches = rig.instances.map((_, turn) => {
      const from = round + turn * batchSize;
      return users.slice(from, Math.min(from + batchSize, round + perRound));
    });
    const answers = await Promise.all(
      batches.map((batch, turn) =>
        post<{ credentials: IssuedCredential[] }>(rig, turn, '/admin/credentials', { users: batch }),
      ),
    );
    issued.push(...answers.flatMap(({ credentials }) => credentials));
  }
  return issued;
}

/**
 * Revokes credentials, in batches at the next instance in turn.
 * @returns how many of them could be taken back: none where only their expiry ends them.
 */
export async function revokeCredentials(rig: AdminRoutes, credentials: readonly IssuedCredential[]): Promise<number> {
  const values = credentials.map(({ value }) => value);
  let revoked = 0;
  for (let from = 0; from < values.length; from += batchSize) {
    const batch = { credentials: values.slice(from, from + batchSize) };
    revoked += (await post<{ revoked: number }>(rig, from / batchSize, '/admin/revoke', batch)).revoked;
  }
  return revoked;
}

/** Unheld tokens per request, and requests that are under way at once: one is made while Redis stores the other. */
const unheldPerRequest = 25_000;
const unheldAtOnce = 2;

/** The share of the tokens that may have expired when the last of them has been revoked. */
const mayHaveExpired = 0.01;

/**
 * Revokes so many tokens that nobody holds, which expire evenly over the coming life of a token.
 * @returns how many entries the record has then, counted.
 * @throws {BenchError} PROCESS_FAILED when it has fewer than it should.
 */
export async function revokeUnheld(rig: Rig, tokens: number): Promise<number> {
  const parts = Array.from({ length: Math.ceil(tokens / unheldPerRequest) }, (_, part) => {
    const from = part * unheldPerRequest;
    return { from, to: Math.min(from + unheldPerRequest, tokens), of: tokens };
  });
  const takeParts = async () => {
    for (let part = parts.shift(); part; part = parts.shift()) await post(rig, 0, '/admin/revoke-unheld', part);
  };
  await Promise.all(Array.from({ length: unheldAtOnce }, takeParts));
  const entries = await revocationEntries(rig, 0);
  if (entries < tokens * (1 - mayHaveExpired)) {
    throw new BenchError('PROCESS_FAILED', `of ${tokens} revoked tokens ${rig.order.strategy} holds ${entries}`);
  }
  return entries;
}

/** How many entries the revocation check of an instance has, in its record or in its copy; takes a second for a million. */
export const revocationEntries = async (rig: Rig, instance: number): Promise<number> =>
  (await post<{ entries: number }>(rig, instance, '/admin/revocations', {})).entries;

/** What an instance keeps in memory; it stands still meanwhile. */
export const instanceMemory = (rig: Rig, instance: number): Promise<InstanceMemory> =>
  post(rig, instance, '/admin/memory', {});

/** Registers accounts with their passwords. */
export async function registerAccounts(
  rig: Rig,
  accounts: readonly { user: string; password: string }[],
): Promise<void> {
  await post(rig, 0, '/admin/accounts', { accounts });
}

async function post<T>(rig: AdminRoutes, turn: number, path: string, body: object): Promise<T> {
  const { url } = rig.instances[turn % rig.instances.length] as { url: string };
  const response = await request(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-admin-secret': rig.adminSecret },
    body: JSON.stringify(body),
  }).catch((cause: Error) => {
    throw new BenchError('PROCESS_FAILED', `${path} was not answered: ${cause.message}`, { cause });
  });
  if (response.statusCode !== 200) {
    throw new BenchError('PROCESS_FAILED', `${path} answered ${response.statusCode}: ${await response.body.text()}`);
  }
  return (await response.body.json()) as T;
}
