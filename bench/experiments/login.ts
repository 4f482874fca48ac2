// What does a login with a password cost, and how much of that is the strategy's own?
import { strategyLabel } from '../analyse/wording.ts';
import { durationText, rateText } from '../catalogue/format.ts';
import type { ByProfile, WorkInTurns } from '../plan/profiles.ts';
import { isSigned } from '../plan/strategies.ts';
import { userNames } from '../plan/users.ts';
import type { Outcome } from '../record/observation.ts';
import { registerAccounts } from '../rig/admin.ts';
import { outcomeOf } from '../trial/outcome.ts';
import { type TestBed, withTestBeds } from '../trial/test-bed.ts';
import { type Lane, takeTurns } from '../trial/turns.ts';
import { warmUpRig } from '../trial/warm-up.ts';
import { alwaysAvailable, type CellChoices, type Experiment, strategiesOf, type TrialContext } from './contract.ts';

const compared = ['none', 'session', 'jwt'];

/** As many as the thread pool that hashes has threads. */
const connections = 4;

type LoginWork = WorkInTurns & { readonly accounts: number };

const workloads: ByProfile<LoginWork> = {
  smoke: { warmUp: { window: 1, min: 1, max: 1 }, requests: 2, turns: 2, accounts: 2 },
  quick: { warmUp: { window: 1, min: 8, max: 8 }, requests: 12, turns: 2, accounts: 8 },
  full: { warmUp: { window: 2, min: 20, max: 20 }, requests: 25, turns: 6, accounts: 20 },
};

export const login: Experiment<LoginWork> = {
  name: 'login',
  question: 'How many password logins/s does one instance carry, and what does each cost?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  seconds: { smoke: 4, quick: 10, full: 30 },
  leads: 'cpuPerRequest.servers',
  workloads,
  // The baseline by itself answers nothing, unless it is all that was asked for.
  cells: (choices) => (measuredIn(choices).length > 1 || choices.chosen?.length === 1 ? [{}] : []),
  run: (_factors, context, work) => {
    const orders = measuredIn(context).map((strategy) => ({
      strategy,
      algorithm: 'HS256' as const,
      instances: 1,
      users: 0,
    }));
    return withTestBeds(orders, context, (beds) => measure(beds, context, work));
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

const measuredIn = (choices: Pick<CellChoices, 'chosen'>) =>
  strategiesOf(choices, null).filter((strategy) => compared.includes(strategy));

async function measure(beds: readonly TestBed[], context: TrialContext, work: LoginWork): Promise<Outcome> {
  const { seed } = context;
  const { generator } = beds[0] as TestBed;
  const { accounts: count, requests, turns } = work;
  const accounts = userNames(count).map((user) => ({ user, password: `correct horse ${user}` }));
  const lanes: Lane[] = [];
  for (const { rig, pool } of beds) {
    await registerAccounts(rig, accounts);
    const { strategy } = rig.order;
    const order = { urls: rig.entries[0] as string[], pool, connections, seed };
    const load = (share: number, tallyId?: string) =>
      generator.call('loadLogin', { ...order, requests: share, ...(tallyId ? { tallyId } : {}) }, accounts);
    lanes.push({
      rig,
      factors: { strategy, ...(isSigned(strategy) ? { alg: 'HS256' } : {}), instances: 1 },
      warmUp: await warmUpRig(rig, work.warmUp, (share) => load(share)),
      load: (_round, tallyId) => load(requests, tallyId),
    });
  }
  return outcomeOf(await takeTurns(generator, lanes, turns, context), requests * turns * lanes.length);
}
