// Credentials that serve more than one trial of a run: tokens as they are, sessions with a snapshot of the Redis that knows them.
import { createHash } from 'node:crypto';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IssuedCredential } from '../../servers/admin.ts';
import { strategies } from '../../servers/strategies/index.ts';
import { combinationOf } from '../plan/strategies.ts';
import { userNames } from '../plan/users.ts';
import { issueCredentials } from './admin.ts';
import { type Rig, type RigOrder, startRig } from './rig.ts';
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

/**
 * The pool for rigs of one kind: from an earlier trial, or issued now by a rig that is thrown away, so that every trial's
 * servers begin alike. Null where a store that is not ours has to remember it: it is issued in the trial itself then.
 */
export async function preparedPool(scope: RunScope, order: RigOrder, users: number): Promise<PreparedPool | null> {
  const { strategy, algorithm, tree, settings } = order;
  const { remembers } = strategies[combinationOf(strategy).strategy];
  if (remembers && scope.namedRedis) return null;
  const kept = scope.pools.get(poolKey(order));
  if (kept && kept.credentials.length >= users && Date.now() - kept.issuedAt < reuseMilliseconds) return kept;
  const rig = await startRig(
    scope,
    {
      strategy,
      algorithm,
      instances: 1,
      balancer: 'none',
      ...(tree ? { tree } : {}),
      ...(settings ? { settings } : {}),
    },
    null,
  );
  try {
    const issuedAt = Date.now();
    const credentials = await issueCredentials(rig, userNames(users));
    const pool = { credentials, issuedAt, snapshot: remembers ? await takeSnapshot(scope, rig) : null };
    scope.pools.set(poolKey(order), pool);
    return pool;
  } finally {
    await rig.stop();
  }
}

/** Saves what Redis holds now; null when the Redis is not ours to save. */
async function takeSnapshot(scope: RunScope, { redis, order }: Rig): Promise<string | null> {
  if (!redis?.dump) return null;
  await redis.client.save();
  const file = join(scope.directory, `${createHash('sha256').update(poolKey(order)).digest('hex')}.rdb`);
  copyFileSync(redis.dump, file);
  return file;
}

const poolKey = ({ strategy, algorithm, tree, settings }: RigOrder) =>
  JSON.stringify([combinationOf(strategy).strategy, algorithm, tree, settings]);
