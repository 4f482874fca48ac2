// What does each way to take a token back add beside the token alone, by the number of tokens that were revoked?
import { availableMemory } from 'node:process';
import { revocationFindings, revocationSentences } from '../analyse/revocation.ts';
import { type ByProfile, type SliceWork, sliceWorks, type UsualStrategies } from '../plan/profiles.ts';
import { combinationOf, isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import { revokeCredentials } from '../rig/admin.ts';
import { longLives } from '../rig/topology.ts';
import { controlLanes, type LaneOptions, partsOf, runLanes } from '../trial/lanes.ts';
import type { TestBed } from '../trial/test-bed.ts';
import { alwaysAvailable, type CellChoices, type Experiment, leftOut, strategiesOf } from './contract.ts';

const name = 'revocation-impact';

/** Bytes that a revoked token takes of the machine, in Redis and in an instance, at most; and the share of it to be had. */
const mostBytes = 240;
const mayUse = 0.8;

/** How many tokens are revoked, and the share of requests that present one of them. */
interface RevocationList {
  readonly revokedTokens: number;
  readonly revokedShare: number;
}

interface RevocationWork extends SliceWork, UsualStrategies {
  readonly users: number;
  readonly lists: readonly RevocationList[];
}

/** The token alone, and what readers choose among: a question to Redis, a copy beside cached tokens, one that takes little room. */
const chosenAmong = ['jwt', 'jwt-cached+replicated-blocklist', 'jwt+redis-blocklist', 'jwt+bloom-blocklist'];

const workloads: ByProfile<RevocationWork> = {
  smoke: {
    ...sliceWorks.smoke,
    strategies: ['jwt+redis-blocklist'],
    users: 50,
    lists: [{ revokedTokens: 1_000, revokedShare: 0.5 }],
  },
  quick: {
    ...sliceWorks.quick,
    strategies: chosenAmong,
    users: 2_000,
    lists: [
      { revokedTokens: 1_000_000, revokedShare: 0.01 },
      { revokedTokens: 10_000, revokedShare: 0.01 },
      { revokedTokens: 0, revokedShare: 0 },
    ],
  },
  full: {
    ...sliceWorks.full,
    strategies: chosenAmong,
    users: 2_000,
    lists: [
      { revokedTokens: 1_000_000, revokedShare: 0.01 },
      { revokedTokens: 10_000, revokedShare: 0.01 },
      { revokedTokens: 0, revokedShare: 0 },
      { revokedTokens: 1_000_000, revokedShare: 0.5 },
      { revokedTokens: 10_000_000, revokedShare: 0.01 },
    ],
  },
};

export const revocationImpact: Experiment<RevocationWork> = {
  name,
  question:
    'What does each way to take a token back add beside the token alone, by the number of tokens that were revoked?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  workloads,
  seconds: { smoke: 5, quick: 60, full: 90 },
  leads: 'cpuPerRequest',
  cells(choices, { strategies, lists }) {
    const { length } = partsIn(choices, strategies);
    return lists.flatMap(({ revokedTokens, revokedShare }) =>
      Array.from({ length }, (_, part) => ({ revokedTokens, revokedShare, ...(length > 1 ? { part: part + 1 } : {}) })),
    );
  },
  isLater: ({ revokedTokens }) => revokedTokens !== 1_000_000,
  async run(factors, context, work) {
    const measured = partsIn(context, work.strategies)[Number(factors.part ?? 1) - 1] ?? [];
    const revokedTokens = Number(factors.revokedTokens);
    const needed = measured.filter(takesBackTokens).length * revokedTokens * mostBytes;
    const free = availableMemory() * mayUse;
    if (needed > free) return leftOut(`it needs ${gigabytes(needed)} of memory, and ${gigabytes(free)} may be used`);
    const lanes = measured.map((strategy): LaneOptions => {
      const own = { strategy, ...(isSigned(strategy) ? { alg: 'HS256' } : {}) };
      return {
        factors: own,
        bed: {
          strategy,
          algorithm: 'HS256',
          instances: 1,
          users: work.users + toBeRevoked(work),
          settings: longLives,
          ...(takesBackTokens(strategy) ? { revokedTokens } : {}),
        },
        pool: (bed) => presentedPool(bed, factors, work),
      };
    });
    return runLanes([...controlLanes(work.users), ...lanes], context, work);
  },
  derive: (trials) => revocationFindings(trials, name),
  answer: revocationSentences,
};

/** What shares a block; nothing where no strategy is asked about that takes tokens back. */
function partsIn(choices: Pick<CellChoices, 'chosen'>, usual: readonly string[] | null): string[][] {
  const asked = strategiesOf(choices, usual).filter((strategy) => strategy !== 'none');
  return asked.some(takesBackTokens) ? partsOf(asked) : [];
}

const takesBackTokens = (strategy: string) => combinationOf(strategy).check !== 'none';

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

/** Held tokens that are revoked on top of the others, at most: as many as are worth presenting in turn. */
const toBeRevoked = ({ users }: RevocationWork) => Math.ceil(users / 10);

/** What the load presents: credentials, and with the share given others that are revoked for it. */
async function presentedPool({ rig, credentials }: TestBed, factors: Factors, work: RevocationWork) {
  const invalidShare = takesBackTokens(rig.order.strategy) ? Number(factors.revokedShare) : 0;
  // No more than one in a hundred, so that there are as many revoked tokens as the cell says.
  const revoked = Math.min(toBeRevoked(work), Math.ceil(Number(factors.revokedTokens) / 100));
  const kept = credentials.slice(0, work.users);
  // A strategy that takes nothing back would be right to accept them.
  const others = invalidShare > 0 ? credentials.slice(work.users, work.users + revoked) : [];
  await revokeCredentials(rig, others);
  return {
    invalidShare,
    credentials: [
      ...kept.map((credential) => ({ ...credential, valid: true })),
      ...others.map((credential) => ({ ...credential, valid: false, kind: 'revoked' })),
    ],
  };
}
