// Credentials that serve more than one trial of a run: tokens as they are, and where the store has to know of them, or of others
// that were revoked, a snapshot of the Redis that does.
import { randomBytes } from 'node:crypto';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { revocationChecks } from '../../servers/revocation/index.ts';
import { strategies } from '../../servers/strategies/index.ts';
import { combinationOf, quickestToFill } from '../plan/strategies.ts';
import { userNames } from '../plan/users.ts';
import { issueCredentials, revokeUnheld } from './admin.ts';
import type { PreparedPool } from './prepared-pool.ts';
import { type Rig, type RigOptions, startRig } from './rig.ts';
import type { RunScope } from './run-scope.ts';
import { credentialLives } from './topology.ts';

export interface PoolOptions extends RigOptions {
  /** How many distinct users are to hold a credential. */
  readonly users: number;
  /** How many tokens that nobody holds are to have been revoked; none without it. */
  readonly revokedTokens?: number;
}

/**
 * The pool for rigs of one kind: from an earlier trial, or made now by rigs that are thrown away, so that every trial's
 * servers begin alike. Null where a store that is not ours has to remember it: it is issued in the trial itself then. Such a
 * store is filled with revoked tokens in the trial, too.
 */
export async function preparedPool(scope: RunScope, order: PoolOptions): Promise<PreparedPool | null> {
  const pool = await issuedPool(scope, order);
  const { revokedTokens = 0 } = order;
  if (!pool || revokedTokens === 0 || scope.namedRedis) return pool;
  return { ...pool, ...(await revokedRecord(scope, order, revokedTokens)) };
}

async function issuedPool(scope: RunScope, order: PoolOptions): Promise<PreparedPool | null> {
  const { strategy: name, users } = order;
  const { strategy } = combinationOf(name);
  const { remembers, credential } = strategies[strategy];
  if (remembers && scope.namedRedis) return null;
  const key = keyOf(remembers ? strategy : credential, order);
  const kept = await scope.pools.get(key)?.catch(() => null);
  if (kept && kept.credentials.length >= users && Date.now() - kept.issuedAt < reuseMilliseconds(order)) return kept;
  // Another that waited for the same pool may have begun to issue a new one.
  const begun = scope.pools.get(key);
  if (begun && (await begun.catch(() => null)) !== kept) return issuedPool(scope, order);
  const issuing = onThrowAwayRig(scope, order, name, async (rig) => {
    const issuedAt = Date.now();
    const credentials = await issueCredentials(rig, userNames(users));
    const snapshot = remembers ? await takeSnapshot(scope, rig) : null;
    return { credentials, issuedAt, snapshot, revokedTokens: 0 };
  });
  scope.pools.set(key, issuing);
  return issuing;
}

/** For how long a pool serves: half of the life of its credentials, for what is left then is longer than any trial. */
export function reuseMilliseconds({ strategy, settings }: Pick<PoolOptions, 'strategy' | 'settings'>): number {
  const { server } = strategies[combinationOf(strategy).strategy];
  const { SESSION_IDLE_SECONDS, TOKEN_LIFE_SECONDS } = { ...credentialLives, ...settings };
  return (Number(server === 'session-server' ? SESSION_IDLE_SECONDS : TOKEN_LIFE_SECONDS) * 1_000) / 2;
}

/** A record of revocations: the file, and how many entries were counted in it. */
type RevokedRecord = Pick<PreparedPool, 'snapshot' | 'revokedTokens'>;

/**
 * A snapshot of a Redis of ours in which so many tokens were revoked that nobody holds. It is made once a run: tokens that
 * are to be revoked in their thousands live long enough for that.
 */
export function revokedRecord(scope: RunScope, order: RigOptions, revokedTokens: number): Promise<RevokedRecord> {
  // Checks that share a record are filled alike.
  const key = keyOf(revocationChecks[combinationOf(order.strategy).check].record, order, revokedTokens);
  return scope.once(key, () =>
    onThrowAwayRig(scope, order, quickestToFill(order.strategy), async (rig) => {
      const entries = await revokeUnheld(rig, revokedTokens);
      return { snapshot: await takeSnapshot(scope, rig), revokedTokens: entries };
    }),
  );
}

async function onThrowAwayRig<T>(
  scope: RunScope,
  { algorithm, tree, settings }: RigOptions,
  strategy: string,
  use: (rig: Rig) => Promise<T>,
): Promise<T> {
  const rig = await startRig(
    scope,
    {
      strategy,
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
    return await use(rig);
  } finally {
    await rig.stop();
  }
}

/** Saves what Redis holds now; null when the Redis is not ours to save. */
async function takeSnapshot(scope: RunScope, { redis }: Rig): Promise<string | null> {
  if (!redis?.dump) return null;
  await redis.client.save();
  // A name of its own: a rig that begins with an earlier one may be starting at this moment.
  const file = join(scope.directory, `${randomBytes(12).toString('hex')}.rdb`);
  renameSync(redis.dump, file);
  return file;
}

const keyOf = (kind: string, { algorithm, tree, settings }: RigOptions, items = 0) =>
  JSON.stringify([kind, algorithm, tree, settings, items]);
