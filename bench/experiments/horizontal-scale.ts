// Does throughput grow with the number of instances? Each instance has an equal share of a core, as machines of a fleet would.

import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { findingWith, significant, strategyLabel } from '../analyse/wording.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Experiment } from './contract.ts';
import { runHttpTrial } from './http-trial.ts';
import { useAll } from './throughput.ts';

/** The share of one core that each instance gets: small, so that four of them and Redis fit on one. */
const share = 0.15;

const compared = ['none', 'jwt', 'jwt+redis-blocklist', 'session'];

export const horizontalScale: Experiment = {
  name: 'horizontal-scale',
  question: 'Does throughput grow with the number of instances, or does what they share stand in the way?',
  takesTargets: false,
  unavailable: ({ quota, placement }) => {
    if (quota.kind === 'unavailable') return `instances cannot be held to equal shares of CPU: ${quota.reason}`;
    return placement.systems === null ? 'the generator cannot be given a core of its own' : null;
  },
  cells: ({ strategies, instances, profile }) =>
    strategies
      .filter((strategy) => compared.includes(strategy))
      .flatMap((strategy) =>
        (instances ?? profile.scale.instances).map((count) => ({
          strategy,
          ...(isSigned(strategy) ? { alg: 'HS256' } : {}),
          instances: count,
        })),
      ),
  run: (factors, context) => {
    const { warmUp, requests, connections } = context.profile.scale;
    const instances = Number(factors.instances);
    return runHttpTrial(
      {
        strategy: String(factors.strategy),
        algorithm: (factors.alg ?? 'HS256') as Algorithm,
        instances,
        share,
        connections: connections * instances,
        warmUp: warmUp * instances,
        requests: requests * instances,
        users: context.profile.users,
        prepare: useAll,
        load: (generator, order) => generator.call('loadMe', order),
      },
      context,
    );
  },
  answer: (findings) =>
    findings.flatMap(({ factors, measures }) => {
      const one = findingWith(findings, { ...factors, instances: 1 })?.measures.requestsPerSecond;
      const many = measures.scalingRatio;
      if (!many || !one || factors.instances === 1) return [];
      const { value, low, high } = many;
      return [
        `${factors.instances} instances of ${strategyLabel(factors)} carry ${significant(value)} times (${significant(low)} to ${significant(high)}) what one does.`,
      ];
    }),
};
