// One pair: two servers in fresh processes, warmed up and then loaded in turns of a few milliseconds. What differs between
// them is what is asked about: a revision, a cost that was put in, the probes.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { objectToAnswers, objectToStarvation } from '../analyse/audit.ts';
import { forged, type PooledCredential } from '../load/credentials.ts';
import { hasFineCpuClock } from '../measure/cpu.ts';
import { instructionsPerRequest } from '../measure/instructions.ts';
import type { LaneLoad, MeasuredLane } from '../measure/sliced-load.ts';
import { watchMachine } from '../measure/tiers.ts';
import { type WarmUpWork, warmUps } from '../plan/profiles.ts';
import { seededRandom } from '../plan/random.ts';
import { isRevocable } from '../plan/strategies.ts';
import type { PairSide } from '../record/facts.ts';
import type { Outcome } from '../record/observation.ts';
import { instanceCounters, revokeCredentials } from '../rig/admin.ts';
import type { RigOrder } from '../rig/rig.ts';
import type { TrialContext } from './context.ts';
import { type Generator, startPunctualGenerator } from './generator.ts';
import { judged } from './outcome.ts';
import { type TestBed, withTestBeds } from './test-bed.ts';
import { warmUpRig } from './warm-up.ts';

/** How the two sides of a pair are loaded; all numbers are for each side. */
export interface PairWork {
  readonly users: number;
  readonly connections: number;
  readonly warmUp: WarmUpWork;
  /** Slices, and requests in each: short, for the machine's moods to fall on both sides alike. */
  readonly slices: number;
  readonly requestsPerSlice: number;
  /** Requests while instructions are counted. */
  readonly countedRequests: number;
}

/** What a comparison of two servers rests on; the self-test shows what it gives. */
export const pairWork: PairWork = {
  users: 2_000,
  connections: 16,
  warmUp: warmUps.quick,
  slices: 300,
  requestsPerSlice: 100,
  countedRequests: 5_000,
};

export interface PairOrder {
  readonly strategy: string;
  readonly algorithm: Algorithm;
  readonly work: PairWork;
  readonly base: SideOrder;
  readonly head: SideOrder;
}

/** In what one side differs from an instance of this checkout. */
export type SideOrder = Pick<RigOrder, 'tree' | 'injectedMicroseconds' | 'admin'>;

/** Why pairs cannot be measured on this machine; null when they can. */
export const pairsUnavailable = (): string | null =>
  hasFineCpuClock ? null : 'the kernel does not tell the CPU of a process finely enough (/proc/PID/schedstat)';

/** Share of the requests that present a credential which has to be refused: a server that accepts everything is no faster. */
const invalidShare = 0.02;

/** How often the servers are asked for their own account before the warm-up. */
const askedBefore = 4;

/** How many forged and how many revoked credentials are presented in turn. */
const invalidCredentials = 20;

/** Runs one pair. Base and head take turns, from block to block, in being the first to be started and loaded. */
export async function runPair(order: PairOrder, context: TrialContext): Promise<Outcome> {
  const { strategy, algorithm, work } = order;
  const drawn = seededRandom(0, `first side of ${strategy}`).below(2);
  const swapped = (drawn + context.block) % 2 === 1;
  const sides = swapped ? [order.head, order.base] : [order.base, order.head];
  const orders = sides.map((side) => ({ ...side, strategy, algorithm, instances: 1, users: work.users }));
  const punctual = { ...context, balancer: 'none', generatorBy: startPunctualGenerator } as const;
  return withTestBeds(orders, punctual, async (beds) => {
    const generator = beds[0]?.generator as Generator;
    // Expected of the strategy, not asked of the server: one that takes nothing back has to be found out.
    const revocable = isRevocable(strategy) && orders.every(({ admin }) => admin !== false);
    for (const bed of beds) await generator.call('usePool', bed.pool, await poolOf(bed, revocable));
    const loaded = beds.map(({ rig, pool }): MeasuredLane & { readonly pid: number } => {
      const { url, pid } = rig.instances[0] as { url: string; pid: number };
      return { url, pid, pool, sources: { servers: [{ from: 'kernel', pid }] } };
    });
    const load = (cycles: number, requestsPerSlice: number, seed: number, lanes: readonly MeasuredLane[] = loaded) =>
      generator.call('loadInSlices', { lanes, connections: work.connections, cycles, requestsPerSlice, seed });

    const watched = orders.every(({ admin }) => admin !== false);
    // Several times before anything is compiled: a first question after the warm-up would cost both sides their compiled code.
    for (let time = 0; watched && time < askedBefore; time += 1)
      for (const { rig } of beds) await instanceCounters(rig);
    const began = performance.now();
    const answers = beds.map((): Answers => ({ requests: 0, falseAccepts: 0, falseRejects: 0, errors: 0 }));
    const warmUp = await warmUpRig({ instances: loaded }, work.warmUp, async (requests, turn) => {
      const { requestsPerSlice } = work;
      const sides = await load(Math.ceil(requests / requestsPerSlice), requestsPerSlice, context.seed + turn + 1);
      for (const [index, side] of sides.entries()) add(answers[index] as Answers, side);
    });
    const beside = beds.flatMap(({ rig }) => [...rig.authorizationServers, ...(rig.redis ? [rig.redis] : [])]);
    const pids = [...loaded, ...beside, generator].flatMap(({ pid }) => pid ?? []);
    if (watched) for (const { rig } of beds) await instanceCounters(rig);
    const { value, machine } = await watchMachine(pids, () => load(work.slices, work.requestsPerSlice, context.seed));
    const loadSeconds = (performance.now() - began) / 1000;

    const counted: PairSide[] = [];
    for (const [index, side] of value.entries()) {
      const own = answers[index] as Answers;
      add(own, side);
      const [counters] = watched ? await instanceCounters((beds[index] as TestBed).rig) : [];
      const lane = loaded[index] as (typeof loaded)[number];
      const instructions = await instructionsPerRequest(
        context.scope.machine.instructions,
        lane.pid,
        work.countedRequests,
        async (requests) => (await load(1, requests, context.seed, [lane]))[0] as LaneLoad,
      );
      if (instructions) add(own, instructions.answers);
      counted.push({
        ...own,
        cpuPerRequest: side.cpu.servers ?? [],
        ...(counters ? { cpuSeconds: counters.cpuMicroseconds / 1e6 } : {}),
        ...(instructions ? { instructionsPerRequest: instructions.perRequest } : {}),
      });
    }
    const [base, head] = (swapped ? counted.toReversed() : counted) as [PairSide, PairSide];
    const { injectedMicroseconds } = order.head;
    const injected = injectedMicroseconds === undefined ? {} : { injectedMicroseconds };
    const facts = { type: 'pair' as const, base, head, ...injected, warmUp, loadSeconds };
    return judged(
      [{ factors: {}, facts }],
      [
        objectToAnswers(
          answers,
          answers.reduce((sum, { requests }) => sum + requests, 0),
        ),
        context.profile.measurement ? objectToStarvation(machine) : null,
      ],
    );
  });
}

/** What a side answered, from the first request of its warm-up on. */
type Answers = { -readonly [Name in 'requests' | 'falseAccepts' | 'falseRejects' | 'errors']: number };

function add(to: Answers, more: Readonly<Answers>): void {
  for (const name of Object.keys(to) as (keyof Answers)[]) to[name] += more[name];
}

/** Every credential of the bed, some of them revoked where both sides can do that, and some forged ones. */
async function poolOf({ rig, credentials }: TestBed, revocable: boolean) {
  if (revocable) await revokeCredentials(rig, credentials.slice(0, invalidCredentials));
  const forgeries = credentials.slice(-invalidCredentials).flatMap((credential) => forged(credential) ?? []);
  const issued = credentials.map((credential, index): PooledCredential => {
    return { ...credential, valid: !revocable || index >= invalidCredentials };
  });
  const pool = [...issued, ...forgeries];
  return { credentials: pool, invalidShare: pool.some(({ valid }) => !valid) ? invalidShare : 0 };
}
