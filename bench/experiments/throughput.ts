// How many requests/s, and at what CPU, does each way of knowing the caller carry beside no authentication at all?
import { type Algorithm, algorithms } from '../../servers/tokens/algorithms.ts';
import { compare, findingWith, rateText, ratioText, strategyLabel } from '../analyse/wording.ts';
import { userNames } from '../load/credentials.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/observation.ts';
import { issueCredentials } from '../rig/admin.ts';
import type { Rig } from '../rig/rig.ts';
import { alwaysAvailable, type Experiment, type TrialContext } from './contract.ts';
import { type Generator, runHttpTrial } from './http-trial.ts';

export const throughput: Experiment = {
  name: 'throughput',
  question:
    'How many requests/s does one instance carry with each way of knowing the caller, beside no authentication at all?',
  unavailable: alwaysAvailable,
  cells: ({ strategies }) =>
    strategies.flatMap((strategy): Factors[] => {
      if (!isSigned(strategy)) return [{ strategy, instances: 1 }];
      // The algorithms are compared where nothing but the signature is checked.
      const compared: readonly Algorithm[] = strategy === 'jwt' ? algorithms : ['HS256'];
      return compared.map((alg) => ({ strategy, alg, instances: 1 }));
    }),
  run: (factors, context) =>
    runHttpTrial(
      {
        strategy: String(factors.strategy),
        algorithm: (factors.alg ?? 'HS256') as Algorithm,
        instances: 1,
        connections: context.profile.connections,
        ...context.profile.throughput,
        prepare: (rig, generator) => fillPool(rig, generator, context),
        load: (generator, order) => generator.call('loadMe', order),
      },
      context,
    ),
  answer(findings) {
    const sentences: string[] = [];
    const baseline = findingWith(findings, { strategy: 'none' })?.measures.requestsPerSecond;
    if (baseline) sentences.push(`Without authentication one instance carries ${rateText(baseline)}.`);
    for (const { factors, measures } of findings) {
      if (factors.strategy === 'none' || !measures.throughputRatio || !measures.requestsPerSecond) continue;
      sentences.push(
        `${strategyLabel(factors)} carries ${ratioText(measures.throughputRatio)} of that: ${rateText(measures.requestsPerSecond)}.`,
      );
    }
    const session = findingWith(findings, { strategy: 'session' })?.measures.throughputRatio;
    const blocklist = findingWith(findings, { strategy: 'jwt+redis-blocklist' })?.measures.throughputRatio;
    if (session && blocklist) {
      const verdict = {
        more: 'A token with a blocklist in Redis carries more than a session in the same Redis.',
        less: 'A token with a blocklist in Redis carries less than a session in the same Redis.',
        'cannot tell':
          'Whether a token with a blocklist in Redis carries more than a session cannot be told from these trials.',
      };
      sentences.push(verdict[compare(blocklist, session)]);
    }
    return sentences;
  },
};

/** A pool of valid credentials of distinct users, as many as the profile says. */
export async function fillPool(rig: Rig, generator: Generator, { scope, profile }: TrialContext): Promise<void> {
  const issued = await issueCredentials(scope, rig, userNames(profile.users));
  await generator.call('usePool', {
    revokedShare: 0,
    credentials: issued.map((credential) => ({ ...credential, revoked: false })),
  });
}
