// What does each way to take a token back cost beside the token alone, by the number of tokens that were revoked?
// All ways are measured side by side in one trial.
import { availableMemory } from 'node:process';
import { revocationFindings, revocationSentences } from '../analyse/revocation.ts';
import { readMemory } from '../measure/memory.ts';
import { type ByProfile, type Profile, type UsualStrategies, type WorkInTurns, warmUps } from '../plan/profiles.ts';
import { combinationOf, isSigned, strategyNames } from '../plan/strategies.ts';
import type { Factors, Row } from '../record/facts.ts';
import type { Outcome } from '../record/observation.ts';
import { revokeCredentials } from '../rig/admin.ts';
import { longLives } from '../rig/topology.ts';
import { type TestBed, withTestBeds } from '../trial/test-bed.ts';
import { alwaysAvailable, type Experiment, leftOut, strategiesOf, type TrialContext } from './contract.ts';
import { measureSideBySide } from './side-by-side.ts';

const name = 'revocation-impact';

/** Bytes that a revoked token takes of the machine, in Redis and in an instance, at most; and the share of it to be had. */
const mostBytes = 240;
const mayUse = 0.8;

/** How many tokens are revoked, and the share of requests that present one of them; in so many blocks, if not in all. */
interface RevocationList {
  readonly revokedTokens: number;
  readonly revokedShare: number;
  readonly blocks?: number;
}

type RevocationWork = WorkInTurns & UsualStrategies & { readonly lists: readonly RevocationList[] };

/** The baselines, and what readers choose among: a question to Redis, a copy beside remembered tokens, one that takes little room. */
const chosenAmong = ['none', 'jwt', 'jwt-cached+replicated-blocklist', 'jwt+redis-blocklist', 'jwt+bloom-blocklist'];

const amounts: ByProfile<RevocationWork> = {
  smoke: {
    warmUp: warmUps.smoke,
    requests: 100,
    turns: 2,
    strategies: chosenAmong,
    lists: [
      { revokedTokens: 0, revokedShare: 0 },
      { revokedTokens: 1_000, revokedShare: 0.5 },
    ],
  },
  quick: {
    warmUp: warmUps.quick,
    requests: 1_000,
    turns: 8,
    strategies: chosenAmong,
    lists: [{ revokedTokens: 1_000_000, revokedShare: 0.01 }],
  },
  full: {
    warmUp: warmUps.full,
    requests: 2_000,
    turns: 20,
    strategies: ['none', ...strategyNames.filter(isSigned)],
    lists: [
      { revokedTokens: 0, revokedShare: 0 },
      { revokedTokens: 10_000, revokedShare: 0.01, blocks: 3 },
      { revokedTokens: 1_000_000, revokedShare: 0.01 },
      { revokedTokens: 1_000_000, revokedShare: 0.5, blocks: 3 },
      { revokedTokens: 10_000_000, revokedShare: 0.01, blocks: 1 },
    ],
  },
};

export const revocationImpact: Experiment<RevocationWork> = {
  name,
  question:
    'What does each way to take a token back cost beside the token alone, by the number of tokens that were revoked?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  amounts,
  cells: (choices, { strategies, lists }) =>
    strategiesOf(choices, strategies).some(takesBackTokens)
      ? lists.map(({ revokedTokens, revokedShare }) => ({ revokedTokens, revokedShare }))
      : [],
  blocks: ({ lists }, factors) =>
    lists.find((list) => list.revokedTokens === factors.revokedTokens && list.revokedShare === factors.revokedShare)
      ?.blocks,
  run(factors, context, work) {
    const { profile } = context;
    const measured = strategiesOf(context, work.strategies);
    const revokedTokens = Number(factors.revokedTokens);
    const needed = measured.filter(takesBackTokens).length * revokedTokens * mostBytes;
    const free = availableMemory() * mayUse;
    if (needed > free)
      return Promise.resolve(leftOut(`it needs ${gigabytes(needed)} of memory, and ${gigabytes(free)} may be used`));
    const orders = measured.map((strategy) => ({
      strategy,
      algorithm: 'HS256' as const,
      instances: 1,
      users: profile.users + toBeRevoked(profile),
      settings: longLives,
      ...(takesBackTokens(strategy) ? { revokedTokens } : {}),
    }));
    return withTestBeds(orders, context, (beds) => measure(beds, factors, context, work));
  },
  derive: (trials) => revocationFindings(trials, name),
  answer: revocationSentences,
};

const takesBackTokens = (strategy: string) => combinationOf(strategy).check !== 'none';

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

async function measure(
  beds: readonly TestBed[],
  factors: Factors,
  context: TrialContext,
  work: RevocationWork,
): Promise<Outcome> {
  const { profile } = context;
  const memory: Row[] = [];
  for (const bed of beds) {
    // Before anything else has left its traces in the instance.
    memory.push({ factors: factorsOf(bed), facts: await readMemory(bed.rig, bed.revokedTokens) });
    await present(bed, factors, profile);
  }
  const sides = beds.map((bed) => ({ bed, factors: factorsOf(bed) }));
  const outcome = await measureSideBySide(sides, work, context);
  return outcome.status === 'failed' ? outcome : { ...outcome, rows: [...outcome.rows, ...memory] };
}

function factorsOf({ rig }: TestBed): Factors {
  const { strategy } = rig.order;
  return { strategy, ...(isSigned(strategy) ? { alg: 'HS256' } : {}), instances: 1 };
}

/** Held tokens that are revoked on top of the others, at most: as many as are worth presenting in turn. */
const toBeRevoked = ({ users }: Profile) => users / 10;

/** Gives the load what it presents: credentials, and with the share given others that are revoked for it. */
async function present({ rig, generator, credentials, pool }: TestBed, factors: Factors, profile: Profile) {
  const invalidShare = takesBackTokens(rig.order.strategy) ? Number(factors.revokedShare) : 0;
  // No more than one in a hundred, so that there are as many revoked tokens as the cell says.
  const revoked = Math.min(toBeRevoked(profile), Math.ceil(Number(factors.revokedTokens) / 100));
  const kept = credentials.slice(0, profile.users);
  // Whoever takes nothing back would be right to accept them.
  const others = invalidShare > 0 ? credentials.slice(profile.users, profile.users + revoked) : [];
  await revokeCredentials(rig, others);
  await generator.call('usePool', pool, {
    invalidShare,
    credentials: [
      ...kept.map((credential) => ({ ...credential, valid: true })),
      ...others.map((credential) => ({ ...credential, valid: false, kind: 'revoked' })),
    ],
  });
}
