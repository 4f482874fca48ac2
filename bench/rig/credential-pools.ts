// Credentials that serve more than one trial of a run: tokens as they are, sessions with a snapshot of the Redis that knows them.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IssuedCredential } from '../../servers/admin.ts';
import { strategies } from '../../servers/strategies/index.ts';
import { combinationOf } from '../plan/strategies.ts';
import { issueCredentials } from './admin.ts';
import type { Rig, RigOrder } from './rig.ts';
import type { RunScope } from './run-scope.ts';
import { credentialLives } from './topology.ts';

/** Credentials of distinct users that a rig of the run has issued. */
export interface PreparedPool {
  readonly credentials: readonly IssuedCredential[];
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  /** A file that a Redis can start from, where the store has to remember the credentials; null where it does not. */
  readonly snapshot: string | null;
}

/** Half of the shortest life that a credential has: what is left is longer than any trial. */
const reuseMilliseconds =
  (Math.min(Number(credentialLives.TOKEN_LIFE_SECONDS), Number(credentialLives.SESSION_IDLE_SECONDS)) * 1_000) / 2;

/** A pool that an earlier trial has left for such a rig; null when there is none, or it is too old or too small. */
export function preparedPool(scope: RunScope, order: RigOrder, users: number): PreparedPool | null {
  const pool = scope.pools.get(poolKey(order));
  return pool && pool.credentials.length >= users && Date.now() - pool.issuedAt < reuseMilliseconds ? pool : null;
}

/**
 * Credentials for users that this rig accepts: those of the pool that it was started with, or new ones, issued by its
 * instances by the same code as a login and kept for later trials.
 */
export async function poolFor(
  scope: RunScope,
  rig: Rig,
  users: readonly string[],
  prepared: PreparedPool | null,
): Promise<readonly IssuedCredential[]> {
  if (prepared) return prepared.credentials.slice(0, users.length);
  const issuedAt = Date.now();
  const credentials = await issueCredentials(rig, users);
  const { remembers } = strategies[combinationOf(rig.order.strategy).strategy];
  const snapshot = remembers ? await takeSnapshot(scope, rig) : null;
  if (!remembers || snapshot) scope.pools.set(poolKey(rig.order), { credentials, issuedAt, snapshot });
  return credentials;
}

/** Saves what Redis holds now; null when the Redis is not ours to save. */
async function takeSnapshot(scope: RunScope, { redis, order }: Rig): Promise<string | null> {
  if (!redis?.dump) return null;
  await redis.client.save();
  const file = join(scope.directory, `${poolKey(order).replaceAll(' ', '-')}.rdb`);
  copyFileSync(redis.dump, file);
  return file;
}

const poolKey = ({ strategy, algorithm }: RigOrder) => `${combinationOf(strategy).strategy} ${algorithm}`;
