// What does a login with a password cost, and how much of that is the strategy's own?

import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { durationText, rateText, strategyLabel } from '../analyse/wording.ts';
import { isSigned } from '../plan/strategies.ts';
import { userNames } from '../plan/users.ts';
import { registerAccounts } from '../rig/admin.ts';
import { alwaysAvailable, type Experiment } from './contract.ts';
import { runHttpTrial } from './http-trial.ts';

const compared = ['none', 'session', 'jwt'];

/** As many as the thread pool that hashes has threads. */
const connections = 4;

export const login: Experiment = {
  name: 'login',
  question: 'How many password logins/s does one instance carry, and what does each cost?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  cells: ({ strategies }) =>
    strategies
      .filter((strategy) => compared.includes(strategy))
      .map((strategy) => ({ strategy, ...(isSigned(strategy) ? { alg: 'HS256' } : {}), instances: 1 })),
  run: (factors, context) => {
    const { accounts: count, ...work } = context.profile.login;
    const accounts = userNames(count).map((user) => ({ user, password: `correct horse ${user}` }));
    return runHttpTrial(
      {
        strategy: String(factors.strategy),
        algorithm: (factors.alg ?? 'HS256') as Algorithm,
        connections,
        ...work,
        users: 0,
        prepare: ({ rig }) => registerAccounts(rig, accounts),
        load: (generator, order) => generator.call('loadLogin', order, accounts),
      },
      context,
    );
  },
  answer: (findings) =>
    findings.flatMap(({ factors, measures: { requestsPerSecond, 'cpuPerRequest.servers': cpu } }) =>
      requestsPerSecond && cpu
        ? [
            `A password login with ${strategyLabel(factors)} costs ${durationText(cpu)} of server CPU; one instance carries ${rateText(requestsPerSecond)}.`,
          ]
        : [],
    ),
};
