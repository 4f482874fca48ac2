// Credentials that serve more than one trial of a run: tokens as they are, and where the store has to know of them, or of others
// that were revoked, a snapshot of the Redis that does.
import { createHash } from 'node:crypto';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import type { IssuedCredential } from '../../servers/admin.ts';
import { revocationChecks } from '../../servers/revocation/index.ts';
import { strategies } from '../../servers/strategies/index.ts';
import { combinationOf, quickestToFill } from '../plan/strategies.ts';
import { userNames } from '../plan/users.ts';
import { issueCredentials, revokeUnheld } from './admin.ts';
import { type Rig, type RigOrder, startRig } from './rig.ts';
import type { RunScope } from './run-scope.ts';
import { credentialLives } from './topology.ts';

/** Credentials of distinct users that a rig of the run has issued. */
export interface PreparedPool {
  readonly credentials: readonly IssuedCredential[];
  /** Milliseconds since the epoch. */
  readonly issuedAt: number;
  /** A file that a Redis can start from, where the store has to remember something; null where it does not. */
  readonly snapshot: string | null;
  /** How many revoked tokens that snapshot was found to hold. */
  readonly revokedTokens: number;
}

export interface PoolOrder extends RigOrder {
  /** How many distinct users are to hold a credential. */
  readonly users: number;
  /** How many tokens that nobody holds are to have been revoked; none without it. */
  readonly revokedTokens?: number;
}

/**
 * The pool for rigs of one kind: from an earlier trial, or issued now by a rig that is thrown away, so that every trial's
 * servers begin alike. Null where a store that is not ours has to remember it: it is issued in the trial itself then. Such a
 * store is filled with revoked tokens in the trial, too.
 */
export async function preparedPool(scope: RunScope, order: PoolOrder): Promise<PreparedPool | null> {
  const { strategy, algorithm, users, revokedTokens = 0, tree, settings } = order;
  const { remembers } = strategies[combinationOf(strategy).strategy];
  if (remembers && scope.namedRedis) return null;
  const kept = scope.pools.get(poolKey(order));
  if (kept && kept.credentials.length >= users && Date.now() - kept.issuedAt < reuseMilliseconds(order)) return kept;
  const fills = revokedTokens > 0 && !scope.namedRedis;
  // The same credentials whatever was revoked beside them.
  const issued = revokedTokens > 0 ? await preparedPool(scope, { ...order, revokedTokens: 0 }) : null;
  if (issued && !fills) return issued;
  const rig = await startRig(
    scope,
    {
      strategy: fills ? quickestToFill(strategy) : strategy,
      algorithm,
      instances: 1,
      balancer: 'none',
      placed: false,
      ...(tree ? { tree } : {}),
      ...(settings ? { settings } : {}),
    },
    null,
  );
  try {
    const issuedAt = issued?.issuedAt ?? Date.now();
    const credentials = issued?.credentials ?? (await issueCredentials(rig, userNames(users)));
    const revoked = fills ? await revokeUnheld(rig, revokedTokens) : 0;
    const snapshot = remembers || fills ? await takeSnapshot(scope, rig, poolKey(order)) : null;
    const pool = { credentials, issuedAt, snapshot, revokedTokens: revoked };
    scope.pools.set(poolKey(order), pool);
    return pool;
  } finally {
    await rig.stop();
  }
}

/**
 * Half of the life of the credential: what is left is longer than any trial. With revoked tokens a hundredth: no more than
 * one in a hundred of them has expired.
 */
function reuseMilliseconds({ strategy, settings, revokedTokens = 0 }: PoolOrder): number {
  const { remembers } = strategies[combinationOf(strategy).strategy];
  const { SESSION_IDLE_SECONDS, TOKEN_LIFE_SECONDS } = { ...credentialLives, ...settings };
  const life = Number(remembers ? SESSION_IDLE_SECONDS : TOKEN_LIFE_SECONDS) * 1_000;
  return revokedTokens > 0 ? life / 100 : life / 2;
}

/** Saves what Redis holds now; null when the Redis is not ours to save. */
async function takeSnapshot(scope: RunScope, { redis }: Rig, name: string): Promise<string | null> {
  if (!redis?.dump) return null;
  await redis.client.save();
  const file = join(scope.directory, `${createHash('sha256').update(name).digest('hex')}.rdb`);
  renameSync(redis.dump, file);
  return file;
}

/** Signed tokens are the same whoever remembers them, and so are records of revocations that several checks share. */
function poolKey({ strategy: name, algorithm, tree, settings, revokedTokens = 0 }: PoolOrder): string {
  const { strategy, check } = combinationOf(name);
  const credential = strategies[strategy].takesRevocationCheck ? 'token' : strategy;
  const revoked = revokedTokens > 0 ? [revocationChecks[check].record, revokedTokens] : [];
  return JSON.stringify([credential, algorithm, tree, settings, ...revoked]);
}
