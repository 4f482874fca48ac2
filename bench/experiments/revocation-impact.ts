// What does each way to take a token back cost beside the token alone, by the number of tokens that were revoked?
// All ways are measured in turn in one trial, seconds apart: the machine's moods are the same for all of them.
import { availableMemory } from 'node:process';
import { revocationFindings, revocationSentences } from '../analyse/revocation.ts';
import { readMemory } from '../measure/memory.ts';
import { sumTiers, watchTiers } from '../measure/tiers.ts';
import type { Profile } from '../plan/profiles.ts';
import { seededRandom, shuffled } from '../plan/random.ts';
import { combinationOf, isSigned } from '../plan/strategies.ts';
import type { Factors, HttpFacts, Outcome, Row, TierFacts, WarmUp } from '../record/observation.ts';
import { revokeCredentials } from '../rig/admin.ts';
import { longLives } from '../rig/topology.ts';
import { alwaysAvailable, type Experiment, leftOut, type TrialContext } from './contract.ts';
import { outcomeOf } from './http-trial.ts';
import { type TestBed, withTestBeds } from './test-bed.ts';
import { warmUpRig } from './warm-up.ts';

const name = 'revocation-impact';

/** Bytes that a revoked token takes of the machine, in Redis and in an instance, at most; and the share of it to be had. */
const mostBytes = 300;
const mayUse = 0.8;

export const revocationImpact: Experiment = {
  name,
  question:
    'What does each way to take a token back cost beside the token alone, by the number of tokens that were revoked?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  cells: ({ strategies, profile }) =>
    measuredIn(strategies, profile).some(takesBackTokens)
      ? profile.revocation.lists.map(({ revokedTokens, revokedShare }) => ({ revokedTokens, revokedShare }))
      : [],
  blocks: ({ blocks, revocation }, factors) =>
    revocation.lists.find(({ revokedTokens }) => revokedTokens === factors.revokedTokens)?.blocks ?? blocks,
  run(factors, context) {
    const { profile, strategies } = context;
    const measured = measuredIn(strategies, profile);
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
    return withTestBeds(orders, context, (beds) => measure(beds, factors, context));
  },
  derive: (trials) => revocationFindings(trials, name),
  answer: revocationSentences,
};

const measuredIn = (strategies: readonly string[], { revocation }: Profile) =>
  revocation.strategies.filter((strategy) => strategies.includes(strategy));

const takesBackTokens = (strategy: string) => combinationOf(strategy).check !== 'none';

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

async function measure(beds: readonly TestBed[], factors: Factors, context: TrialContext): Promise<Outcome> {
  const { profile, seed } = context;
  const { connections, revocation } = profile;
  const memory: Row[] = [];
  const warmedUp = new Map<TestBed, WarmUp>();
  for (const bed of beds) {
    // Before anything else has left its traces in the instance.
    memory.push({ factors: factorsOf(bed), facts: await readMemory(bed.rig, bed.revokedTokens) });
    await present(bed, factors, profile);
  }
  const load = ({ rig, generator, pool }: TestBed, requests: number, turn: number) =>
    generator.call('loadKinds', {
      urls: rig.entries[0] as string[],
      pool,
      connections,
      requests,
      seed: seed + turn,
      ...(turn > 0 ? {} : { tally: pool }),
    });
  for (const bed of beds) {
    warmedUp.set(bed, await warmUpRig(bed.rig, revocation.warmUp, (requests, turn) => load(bed, requests, turn + 1)));
  }
  const spent = new Map<TestBed, TierFacts[]>(beds.map((bed) => [bed, []]));
  const loads = new Map<TestBed, Row & { facts: HttpFacts }>();
  const order = shuffled(beds, seededRandom(seed, name));
  // Once in this order and once back, so that a drift of the machine falls on all alike.
  for (const bed of [...order, ...order.toReversed()]) {
    const { value, tiers } = await watchTiers(bed.rig, bed.generator.pid, () => load(bed, revocation.requests / 2, 0));
    spent.get(bed)?.push(tiers);
    const facts: HttpFacts = {
      type: 'http',
      ...value.load,
      invalid: (loads.get(bed)?.facts.invalid ?? 0) + (value.kinds.revoked?.requests ?? 0),
      warmUp: warmedUp.get(bed),
      ...sumTiers(spent.get(bed) ?? []),
    };
    loads.set(bed, { factors: factorsOf(bed), facts });
  }
  const outcome = outcomeOf([...loads.values()], revocation.requests * beds.length, profile);
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
  const others = credentials.slice(profile.users, profile.users + revoked);
  if (invalidShare > 0) await revokeCredentials(rig, others);
  await generator.call('usePool', pool, {
    invalidShare,
    credentials: [
      ...kept.map((credential) => ({ ...credential, valid: true })),
      ...others.map((credential) => ({ ...credential, valid: false, kind: 'revoked' })),
    ],
  });
}
