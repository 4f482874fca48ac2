// How much memory does each form of state take, in Redis and in an instance?
import { revocationChecks } from '../../servers/revocation/index.ts';
import { strategies } from '../../servers/strategies/index.ts';
import { stateFindings, stateSentences } from '../analyse/state.ts';
import { judge } from '../load/answers.ts';
import { ask, itself } from '../load/asking.ts';
import type * as filterTasks from '../measure/filter-tasks.ts';
import { readMemory, usedBytes } from '../measure/memory.ts';
import type { ByProfile, UsualStrategies } from '../plan/profiles.ts';
import { combinationOf } from '../plan/strategies.ts';
import { userNames } from '../plan/users.ts';
import { BenchError } from '../record/errors.ts';
import type { Factors, MemoryFacts, Row } from '../record/facts.ts';
import { issueCredentials } from '../rig/admin.ts';
import { revokedRecord } from '../rig/credential-pools.ts';
import { type Rig, type RigOptions, startRig } from '../rig/rig.ts';
import { longLives } from '../rig/topology.ts';
import { startWorker } from '../rig/worker.ts';
import { abortable } from '../trial/abortable.ts';
import { alwaysAvailable, type Experiment, leftOut, strategiesOf, type TrialContext } from './contract.ts';

const name = 'state-size';

/** How much state is made to see what each item takes; each list goes upwards. */
interface StateWork extends UsualStrategies {
  /** Sessions, tokens or users. */
  readonly issued: readonly number[];
  readonly revoked: readonly number[];
  /** What an instance keeps of its own. */
  readonly kept: number;
  /** Absent tokens that a filter is asked for. */
  readonly absent: number;
}

const workloads: ByProfile<StateWork> = {
  smoke: {
    strategies: ['session-cached', 'jwt', 'jwt+bloom-blocklist'],
    issued: [200],
    revoked: [1_000],
    kept: 100,
    absent: 1_000,
  },
  quick: { strategies: null, issued: [20_000], revoked: [1_000_000], kept: 10_000, absent: 200_000 },
  full: {
    strategies: null,
    issued: [10_000, 100_000, 1_000_000],
    revoked: [10_000, 100_000, 1_000_000],
    kept: 40_000,
    absent: 200_000,
  },
};

/** What is counted, with a strategy that needs it, and how so many of them come to be. */
interface Form {
  readonly strategy: string;
  readonly state: string;
  measure(order: RigOptions, context: TrialContext, work: StateWork): Promise<Row[]>;
}

const entries = Object.entries(strategies);
const checks = Object.entries(revocationChecks);

/** Every strategy that remembers something, and every check that does: tokens are those of `jwt`. */
const forms: readonly Form[] = [
  ...entries
    .filter(([, { credential }]) => credential === 'session')
    .map(([strategy]) => ({ strategy, state: 'session', measure: issued })),
  { strategy: 'jwt', state: 'refresh family', measure: issuedByAuthorizationServer },
  // With its refresh family.
  { strategy: 'opaque', state: 'user', measure: issuedByAuthorizationServer },
  // By which a user can be logged out everywhere.
  { strategy: 'jwt+redis-blocklist', state: 'token', measure: issued },
  ...checks
    .filter(([, { takesBack }]) => takesBack !== 'nothing')
    .map(([check, { takesBack }]) => ({
      strategy: `jwt+${check}`,
      state: takesBack === 'user' ? 'user' : 'revoked token',
      measure: revoked,
    })),
  ...entries.flatMap(([strategy, { keeps }]) => (keeps ? [{ strategy, state: `cached ${keeps}`, measure: kept }] : [])),
];

export const stateSize: Experiment<StateWork> = {
  name,
  question: 'How much memory does each form of state take, in Redis and in each instance?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  workloads,
  seconds: { smoke: 3, quick: 8, full: 40 },
  // A smaller number of them tells the same: once is a first answer for those that readers choose among.
  isLater: ({ state }) => !['session', 'revoked token'].includes(String(state)),
  cells: (choices, { strategies }) =>
    forms
      .filter(({ strategy }) => strategiesOf(choices, strategies).includes(strategy))
      .map(({ strategy, state }) => ({ strategy, state })),
  async run(factors, context, work) {
    if (context.scope.namedRedis) return leftOut('in the Redis of REDIS_URL there is what others have, too');
    const { strategy, measure } = forms.find((form) => isOf(form, factors)) as Form;
    const order = { strategy, algorithm: 'HS256', balancer: 'none', placed: false, settings: longLives } as const;
    return { status: 'completed', rows: await measure({ ...order, instances: 1 }, context, work) };
  },
  derive: (trials) => stateFindings(trials, name),
  answer: stateSentences,
};

const isOf = ({ strategy, state }: Form, factors: Factors) => strategy === factors.strategy && state === factors.state;

async function withRig<T>(
  order: RigOptions,
  { scope, signal }: TrialContext,
  snapshot: string | null,
  use: (rig: Rig) => Promise<T>,
): Promise<T> {
  const rig = await startRig(scope, order, snapshot);
  try {
    return await abortable(Promise.race([use(rig), rig.failed]), signal);
  } finally {
    await rig.stop();
  }
}

const row = (items: number, facts: Row['facts']): Row => ({ factors: { items }, facts });

/** Servers that issue at once, so that it takes less time. */
const issuers = 2;

/** Redis, as more and more users are issued something. */
function issued(order: RigOptions, context: TrialContext, work: StateWork): Promise<Row[]> {
  return withRig({ ...order, instances: issuers }, context, null, (rig) => issueMore(rig, rig.instances, work));
}

/** The same, issued with a refresh token by those who do that. */
function issuedByAuthorizationServer(order: RigOptions, context: TrialContext, work: StateWork): Promise<Row[]> {
  return withRig({ ...order, authorizationServers: issuers }, context, null, (rig) =>
    issueMore(rig, rig.authorizationServers, work),
  );
}

async function issueMore(rig: Rig, instances: Rig['instances'], work: StateWork): Promise<Row[]> {
  const memory = async (items: number): Promise<MemoryFacts> => ({ type: 'memory', items, redis: await usedOf(rig) });
  const rows = [row(0, await memory(0))];
  let issuedSoFar = 0;
  for (const items of work.issued) {
    await issueCredentials({ ...rig, instances }, userNames(items).slice(issuedSoFar));
    rows.push(row(items, await memory(items)));
    issuedSoFar = items;
  }
  return rows;
}

const usedOf = ({ redis }: Rig) => usedBytes((redis as NonNullable<Rig['redis']>).client);

/**
 * Redis, and an instance that has just begun with it, by how many tokens were revoked. The Redis has loaded what another was
 * filled with: a million entries took 192.77, 150.97 and 208.77 bytes each when loaded, 192.89, 151.34 and 208.96 when filled.
 */
async function revoked(order: RigOptions, context: TrialContext, work: StateWork): Promise<Row[]> {
  const rows = [row(0, await withRig(order, context, null, (rig) => readMemory(rig, 0)))];
  for (const items of work.revoked) {
    const { snapshot, revokedTokens } = await revokedRecord(context.scope, order, items);
    const read = await withRig(order, context, snapshot, async (rig) => [
      await readMemory(rig, revokedTokens),
      ...(combinationOf(order.strategy).check === 'bloom-blocklist'
        ? [await askFilter(rig, context, work.absent)]
        : []),
    ]);
    rows.push(...read.map((facts) => row(items, facts)));
  }
  return rows;
}

/** How often a filter takes for revoked what was not, of so many tokens. */
async function askFilter({ redis }: Rig, { scope }: TrialContext, tokens: number): Promise<Row['facts']> {
  const worker = await startWorker<typeof filterTasks>(
    new URL('../measure/filter-tasks.ts', import.meta.url),
    scope.machine.placement.generator,
    scope,
  );
  try {
    const { url, prefix } = redis as NonNullable<Rig['redis']>;
    const lifeSeconds = Number(longLives.TOKEN_LIFE_SECONDS);
    return await worker.call('askForAbsent', { url, prefix, lifeSeconds, tokens });
  } finally {
    await worker.stop();
  }
}

/** An instance that remembers what it was presented with. */
function kept(order: RigOptions, context: TrialContext, work: StateWork): Promise<Row[]> {
  return withRig(order, context, null, async (rig) => {
    const credentials = await issueCredentials(rig, userNames(work.kept));
    const [first] = credentials;
    // All that is there but for the others: connections, and what code needs that has run.
    await presentAll(
      rig,
      Array.from(credentials, () => first as (typeof credentials)[number]),
    );
    const before = await keptBy(rig, 1);
    await presentAll(rig, credentials);
    return [row(0, before), row(credentials.length, await keptBy(rig, credentials.length))];
  });
}

async function keptBy(rig: Rig, items: number): Promise<MemoryFacts> {
  const { redis: _, ...facts } = await readMemory(rig, items);
  return facts;
}

/** Requests at once. */
const presentedAtOnce = 20;

/** Presents each credential once; all have to be accepted. */
async function presentAll(
  { instances }: Rig,
  credentials: Awaited<ReturnType<typeof issueCredentials>>,
): Promise<void> {
  const { url } = instances[0] as Rig['instances'][number];
  for (let from = 0; from < credentials.length; from += presentedAtOnce) {
    const some = credentials.slice(from, from + presentedAtOnce);
    const answers = await Promise.all(some.map((credential) => ask(url, itself(credential))));
    const right = answers.every(({ status, body }, index) => {
      return judge({ user: some[index]?.user ?? '', valid: true }, status, body) === 'right';
    });
    if (!right) throw new BenchError('PROCESS_FAILED', 'a credential was not accepted for its user');
  }
}
