// What does asking a blocklist in Redis on every request cost, by the number of revoked tokens and the share of requests that use one?

import { blocklistKey } from '../../servers/revocation/redis-blocklist.ts';
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { durationText, findingWith, ratioText, thousands } from '../analyse/wording.ts';
import { userNames } from '../load/credentials.ts';
import type { Factors } from '../record/observation.ts';
import { issueCredentials, revokeCredentials } from '../rig/admin.ts';
import type { Rig } from '../rig/rig.ts';
import { credentialLives } from '../rig/topology.ts';
import { alwaysAvailable, type Experiment, type TrialContext } from './contract.ts';
import { type Generator, runHttpTrial } from './http-trial.ts';

const checked = 'jwt+redis-blocklist';

export const revocationImpact: Experiment = {
  name: 'revocation-impact',
  question:
    'What does a blocklist in Redis cost beside the token alone, by its length and by how often a revoked token is presented?',
  unavailable: alwaysAvailable,
  cells: ({ strategies, profile }) => {
    const { revokedTokens, revokedShares } = profile.revocation;
    const cells: Factors[] = ['none', 'jwt']
      .filter((strategy) => strategies.includes(strategy))
      .map((strategy) => ({ strategy, ...(strategy === 'jwt' ? { alg: 'HS256' } : {}), instances: 1 }));
    if (!strategies.includes(checked)) return cells;
    for (const revoked of revokedTokens) {
      // An empty list has nothing that could be presented.
      for (const share of revoked === 0 ? [0] : revokedShares) {
        cells.push({ strategy: checked, alg: 'HS256', instances: 1, revokedTokens: revoked, revokedShare: share });
      }
    }
    return cells;
  },
  run: (factors, context) =>
    runHttpTrial(
      {
        strategy: String(factors.strategy),
        algorithm: (factors.alg ?? 'HS256') as Algorithm,
        instances: 1,
        connections: context.profile.connections,
        ...context.profile.revocation,
        prepare: (rig, generator) => fillRevokedPool(rig, generator, factors, context),
        load: (generator, order) => generator.call('loadMe', order),
      },
      context,
    ),
  answer(findings) {
    const bare = findingWith(findings, { strategy: 'jwt' })?.measures;
    const sentences =
      bare?.throughputRatio && bare['cpuPerRequest.servers']
        ? [
            `A token without a check carries ${ratioText(bare.throughputRatio)} of no authentication, at ${durationText(bare['cpuPerRequest.servers'])} of server CPU a request.`,
          ]
        : [];
    for (const { factors, measures } of findings) {
      const { throughputRatio: ratio, 'cpuPerRequest.servers': servers, 'cpuPerRequest.redis': redis } = measures;
      if (factors.strategy !== checked || !ratio || !servers || !redis) continue;
      sentences.push(
        `With ${thousands(Number(factors.revokedTokens))} tokens revoked and ${Number(factors.revokedShare) * 100} % of the requests using one, the blocklist leaves ${ratioText(ratio)}, at ${durationText(servers)} of server and ${durationText(redis)} of Redis CPU.`,
      );
    }
    return sentences;
  },
};

/** Valid credentials, revoked ones where requests are to present them, and as many more entries as the list is to have. */
async function fillRevokedPool(
  rig: Rig,
  generator: Generator,
  factors: Factors,
  { scope, profile }: TrialContext,
): Promise<void> {
  const listed = Number(factors.revokedTokens ?? 0);
  const revokedShare = Number(factors.revokedShare ?? 0);
  const presented = revokedShare > 0 ? Math.min(listed, profile.users / 10) : 0;
  const issued = await issueCredentials(scope, rig, userNames(profile.users + presented));
  const revoked = issued.slice(profile.users);
  await revokeCredentials(rig, revoked);
  await listMore(rig, listed - presented);
  await generator.call('usePool', {
    revokedShare,
    credentials: issued.map((credential, index) => ({ ...credential, revoked: index >= profile.users })),
  });
}

/** Entries per step, so that Redis answers others in between. */
const step = 10_000;

/** Makes entries as the servers make them, under ids of the same length, inside Redis: a million takes about a second. */
const listMoreScript = `
  for i = ARGV[2], ARGV[3] do
    redis.call('SET', string.format('%s%08x-0000-4000-8000-000000000000', ARGV[1], i), '', 'EX', ARGV[4])
  end`;

async function listMore(rig: Rig, entries: number): Promise<void> {
  const { client, prefix } = rig.redis;
  for (let from = 1; from <= entries; from += step) {
    const to = Math.min(from + step - 1, entries);
    await client.eval(listMoreScript, 0, blocklistKey(prefix, ''), from, to, credentialLives.TOKEN_LIFE_SECONDS);
  }
}
