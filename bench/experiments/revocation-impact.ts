// What does asking a blocklist in Redis on every request cost, by the number of revoked tokens and the share of requests that use one?

import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { durationText, findingWith, ratioText, thousands } from '../analyse/wording.ts';
import type { Factors } from '../record/observation.ts';
import { revokeCredentials } from '../rig/admin.ts';
import { alwaysAvailable, type Experiment } from './contract.ts';
import { runHttpTrial } from './http-trial.ts';

const checked = 'jwt+redis-blocklist';

export const revocationImpact: Experiment = {
  name: 'revocation-impact',
  question:
    'What does a blocklist in Redis cost beside the token alone, by its length and by how often a revoked token is presented?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  cells: ({ strategies, profile }) => {
    const cells: Factors[] = ['none', 'jwt']
      .filter((strategy) => strategies.includes(strategy))
      .map((strategy) => ({ strategy, ...(strategy === 'jwt' ? { alg: 'HS256' } : {}), instances: 1 }));
    if (!strategies.includes(checked)) return cells;
    const lists = profile.revocation.lists.map(([revokedTokens, revokedShare]) => ({
      strategy: checked,
      alg: 'HS256',
      instances: 1,
      revokedTokens,
      revokedShare,
    }));
    return [...cells, ...lists];
  },
  run: (factors, context) => {
    const { profile } = context;
    const listed = Number(factors.revokedTokens ?? 0);
    const revokedShare = Number(factors.revokedShare ?? 0);
    // As many revoked tokens as are worth presenting in turn; the rest of the list is never asked for.
    const presented = revokedShare > 0 ? Math.min(listed, profile.users / 10) : 0;
    return runHttpTrial(
      {
        strategy: String(factors.strategy),
        algorithm: (factors.alg ?? 'HS256') as Algorithm,
        connections: profile.connections,
        ...profile.revocation,
        users: profile.users + presented,
        ...(listed > presented ? { revokedTokens: listed - presented } : {}),
        settings: { TOKEN_LIFE_SECONDS: String(30 * 86_400) },
        async prepare({ rig, generator, credentials, pool }) {
          const isRevoked = (index: number) => index >= profile.users;
          await revokeCredentials(
            rig,
            credentials.filter((_, index) => isRevoked(index)),
          );
          await generator.call('usePool', pool, {
            invalidShare: revokedShare,
            credentials: credentials.map((credential, index) => ({ ...credential, valid: !isRevoked(index) })),
          });
        },
        load: (generator, order) => generator.call('loadMe', order),
      },
      context,
    );
  },
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
