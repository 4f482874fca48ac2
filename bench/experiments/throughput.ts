// How many requests/s, and at what CPU, does each way of knowing the caller carry beside no authentication at all?
import { type Algorithm, algorithms } from '../../servers/tokens/algorithms.ts';
import { compare, findingWith, rateText, ratioText, strategyLabel } from '../analyse/wording.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/observation.ts';
import { alwaysAvailable, type Experiment } from './contract.ts';
import { runHttpTrial } from './http-trial.ts';
import { useAll } from './test-bed.ts';

export const throughput: Experiment = {
  name: 'throughput',
  question:
    'How many requests/s does one instance carry with each way of knowing the caller, beside no authentication at all?',
  takesTargets: true,
  unavailable: alwaysAvailable,
  cells: ({ strategies, targets }) =>
    targets
      ? Object.entries(targets).map(([strategy, target]) => ({ strategy, target }))
      : strategies.flatMap((strategy): Factors[] => {
          if (!isSigned(strategy)) return [{ strategy, instances: 1 }];
          // The algorithms are compared where nothing but the signature is checked.
          const compared: readonly Algorithm[] = strategy === 'jwt' ? algorithms : ['HS256'];
          return compared.map((alg) => ({ strategy, alg, instances: 1 }));
        }),
  run: ({ strategy, alg = 'HS256' }, context) => {
    const { users, connections, throughput: work } = context.profile;
    return runHttpTrial(
      {
        strategy: String(strategy),
        algorithm: alg as Algorithm,
        connections,
        users,
        ...work,
        prepare: useAll,
        load: (generator, order) => generator.call('loadMe', order),
      },
      context,
    );
  },
  answer(findings) {
    const sentences: string[] = [];
    const baseline = findingWith(findings, { strategy: 'none' })?.measures.requestsPerSecond;
    if (baseline) sentences.push(`Without authentication one instance carries ${rateText(baseline)}.`);
    for (const { factors, measures } of findings) {
      const { throughputRatio: ratio, requestsPerSecond: rate } = measures;
      if (factors.strategy === 'none' || !rate) continue;
      const share = ratio ? `${ratioText(ratio)} of that: ` : '';
      sentences.push(`${strategyLabel(factors)} carries ${share}${rateText(rate)}.`);
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
