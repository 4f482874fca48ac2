// A block: systems that stand side by side in fresh processes, each of them a lane, and are loaded in cycles of slices. Whatever is
// compared by its CPU is measured here.
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { objectToAnswers } from '../analyse/audit.ts';
import type { PooledCredential } from '../load/credentials.ts';
import { instructionsPerRequest } from '../measure/instructions.ts';
import { callsBetween, type RedisCounters, readRedisCounters } from '../measure/redis-counters.ts';
import type { LaneLoad, MeasuredLane } from '../measure/sliced-load.ts';
import type { SliceWork } from '../plan/profiles.ts';
import { seedFor } from '../plan/random.ts';
import type { Factors, Row } from '../record/facts.ts';
import type { Outcome } from '../record/observation.ts';
import type { SliceFacts } from '../record/slices.ts';
import { cpuSourcesOf } from '../rig/cpu-sources.ts';
import type { TrialContext } from './context.ts';
import { startPunctualGenerator } from './generator.ts';
import { judged, withAllAnswers } from './outcome.ts';
import { type TestBed, type TestBedOptions, withTestBeds } from './test-bed.ts';

/** What one lane is. */
export interface LaneOptions {
  /** Those of its row. */
  readonly factors: Factors;
  readonly bed: TestBedOptions;
  /** Sent with each credential, as header lines that the server ignores; the users are those of the lane's own credentials. */
  readonly alongside?: (user: string) => string;
  /** What the load presents, where it is not every credential of the bed, all of them valid. */
  readonly pool?: (bed: TestBed) => Promise<{ credentials: readonly PooledCredential[]; invalidShare: number }>;
  /** `/me` unless told otherwise. */
  readonly path?: string;
  /** The instances that the load comes to, counted from 0; the first alone unless told. */
  readonly loaded?: readonly number[];
}

/** Lanes in a block beside the controls, at most: with 17 lanes at once two equal servers differed by 1.7 µs, with six by 0.2. */
const lanesPerBlock = 4;

/** With the controls. */
const mostLanes = lanesPerBlock + 3;

/** As few blocks as hold all lanes, each of about as many. */
export function partsOf<T>(lanes: readonly T[]): T[][] {
  if (lanes.length === 0) return [];
  const size = Math.ceil(lanes.length / Math.ceil(lanes.length / lanesPerBlock));
  return Array.from({ length: Math.ceil(lanes.length / size) }, (_, part) =>
    lanes.slice(part * size, (part + 1) * size),
  );
}

/** Requests of a warm-up slice. */
const warmUpSlice = 500;

/** The control lanes of every block: the baseline, a second one (A/A), and one with a cost that is known. */
export function controlLanes(users: number, injectedMicroseconds: number | null = 5): LaneOptions[] {
  const bed = { strategy: 'none', algorithm: 'HS256', instances: 1, users } as const;
  return [
    { factors: { strategy: 'none' }, bed },
    { factors: { strategy: 'none', control: 'a/a' }, bed },
    ...(injectedMicroseconds === null
      ? []
      : [{ factors: { strategy: 'none', control: 'injected' }, bed: { ...bed, injectedMicroseconds } }]),
  ];
}

/**
 * Brings up all lanes, warms them up by fixed work, and loads them in slices.
 * @param after what is asked of the lanes' rigs while they still stand; what was measured is told before, for it is whole by then.
 * @returns a row of each lane, in the order given. Only a wrong answer makes it void: a busy machine falls on all lanes alike.
 * @throws {RangeError} when there are more than seven lanes.
 */
export function runLanes(
  lanes: readonly LaneOptions[],
  context: TrialContext,
  work: SliceWork,
  after?: (beds: readonly TestBed[]) => Promise<void>,
): Promise<Outcome> {
  if (lanes.length > mostLanes)
    throw new RangeError(`a block has ${lanes.length} lanes, and room for ${mostLanes}: divide them (partsOf)`);
  const beside = { ...context, balancer: 'none', generatorBy: startPunctualGenerator } as const;
  return withTestBeds(
    lanes.map(({ bed }) => bed),
    beside,
    async (beds) => {
      const { rows, objection } = await loadLanes(lanes, beds, context, work);
      const outcome = judged(rows, [objection]);
      if (!after || outcome.status !== 'completed') return outcome;
      const { generator } = beds[0] as TestBed;
      const whole = withAllAnswers(outcome, await generator.call('answersSoFar'));
      if (whole.status !== 'completed') return whole;
      context.measured?.(whole);
      await after(beds);
      return whole;
    },
  );
}

type CycleWork = Pick<SliceWork, 'cycles' | 'requestsPerSlice' | 'seconds'>;

async function loadLanes(
  lanes: readonly LaneOptions[],
  beds: readonly TestBed[],
  { scope, seed }: TrialContext,
  { connections, warmUpRequests, countedRequests = 0, ...counted }: SliceWork,
) {
  const { generator } = beds[0] as TestBed;
  const { cpuClock, instructions } = scope.machine;
  const measured: MeasuredLane[] = [];
  for (const [index, bed] of beds.entries()) {
    const lane = lanes[index] as LaneOptions;
    const { rig, pool } = bed;
    await generator.call('usePool', pool, await poolOf(lane, bed));
    const { loaded = [0], path } = lane;
    const { url } = rig.instances[loaded[0] as number] as { url: string };
    const name = Object.values(lane.factors).join(' ');
    const target = { name, url, pool, ...(path === undefined ? {} : { path }) };
    await generator.call('presentEach', target, connections);
    measured.push({ ...target, sources: cpuSourcesOf(rig, cpuClock, loaded) });
  }
  const load = (work: CycleWork, seed: number, lanes: readonly MeasuredLane[] = measured) =>
    generator.call('loadInSlices', { lanes, connections, ...work, seed });
  const warmUpCycles = Math.ceil(warmUpRequests / warmUpSlice);
  if (warmUpCycles > 0)
    await load(
      { cycles: warmUpCycles, requestsPerSlice: Math.ceil(warmUpRequests / warmUpCycles) },
      seedFor(seed, 'warm-up'),
    );
  const before = await countersOf(beds);
  const loads = await load(counted, seed);
  const after = await countersOf(beds);
  const perRequest: (number | null)[] = [];
  for (const [index, lane] of measured.entries()) {
    const { pid } = (beds[index] as TestBed).rig.instances[lanes[index]?.loaded?.[0] ?? 0] as { pid: number | null };
    perRequest.push(
      countedRequests === 0 || pid === null
        ? null
        : await instructionsPerRequest(instructions, pid, countedRequests, (requests) =>
            load({ cycles: 1, requestsPerSlice: requests }, seed, [lane]),
          ),
    );
  }
  const rows = loads.map((own, index): Row => {
    const { factors } = lanes[index] as LaneOptions;
    const bed = beds[index] as TestBed;
    const facts: SliceFacts = {
      type: 'slices',
      ...own,
      cpu: inNanoseconds(own.cpu),
      clock: bed.rig.instances.every(({ pid }) => pid === null) ? 'servers' : cpuClock,
      requestsPerSlice: counted.requestsPerSlice,
      warmUpRequests,
      ...credentialBytes(bed.credentials),
      ...redisCommands(before[index], after[index]),
      ...(perRequest[index] == null ? {} : { instructionsPerRequest: perRequest[index] }),
      ...injected(bed),
    };
    return { factors, facts };
  });
  return {
    rows,
    objection: objectToAnswers(
      loads,
      loads.reduce((sum, { requests }) => sum + requests, 0),
    ),
  };
}

/** Every credential of the bed, all of them valid, unless the lane says otherwise. */
async function poolOf({ pool, alongside }: LaneOptions, bed: TestBed) {
  const given = pool ? await pool(bed) : { invalidShare: 0, credentials: bed.credentials.map(asValid) };
  if (!alongside) return given;
  const credentials = given.credentials.map((credential) => ({ ...credential, alongside: alongside(credential.user) }));
  return { ...given, credentials };
}

const asValid = (credential: IssuedCredential): PooledCredential => ({ ...credential, valid: true });

/** Null for a Redis that cannot be asked, or serves several lanes: its commands are not counted by lane. */
const countersOf = (beds: readonly TestBed[]): Promise<(RedisCounters | null)[]> =>
  Promise.all(beds.map(({ rig: { redis } }) => (redis && redis.pid !== null ? readRedisCounters(redis.client) : null)));

const redisCommands = (before: RedisCounters | null | undefined, after: RedisCounters | null | undefined) =>
  before && after ? { redisCommands: callsBetween(before, after) } : {};

const inNanoseconds = (cpu: LaneLoad['cpu']) =>
  Object.fromEntries(Object.entries(cpu).map(([tier, costs]) => [tier, costs.map((cost) => Math.round(cost * 1e9))]));

function credentialBytes(credentials: readonly IssuedCredential[]): Pick<SliceFacts, 'credentialBytes'> {
  const longest = credentials.reduce((most, { value }) => Math.max(most, value.length), 0);
  return longest > 0 ? { credentialBytes: longest } : {};
}

const injected = ({ rig: { order } }: TestBed): Pick<SliceFacts, 'injectedMicroseconds'> =>
  order.injectedMicroseconds === undefined ? {} : { injectedMicroseconds: order.injectedMicroseconds };
