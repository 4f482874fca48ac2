// Lanes loaded in cycles of slices, with the CPU that each slice cost at every tier.
import type { Verdict } from '../load/answers.ts';
import { cycleOrder, type LaneTarget, type LoadedLane, openLane, runCycles } from '../load/slices.ts';
import type { Tier, TierSources } from '../rig/cpu-sources.ts';
import { type CpuReader, openCpuReader } from './cpu-readers.ts';

/** A lane: where its load goes, and where the CPU of its tiers is read. */
export interface MeasuredLane extends LaneTarget {
  readonly sources: TierSources;
}

export interface SlicedLoadOrder {
  readonly lanes: readonly MeasuredLane[];
  /** To each lane. */
  readonly connections: number;
  readonly cycles: number;
  readonly requestsPerSlice: number;
  /** After so many seconds no further cycle begins, once a tenth of them has run. */
  readonly seconds?: number;
  readonly seed: number;
}

/** What a lane cost and answered. */
export interface LaneLoad {
  /** CPU seconds per request, slice by slice; slices of one place belong to one cycle. */
  readonly cpu: Partial<Record<Tier, number[]>>;
  readonly requests: number;
  readonly invalid: number;
  readonly falseAccepts: number;
  readonly falseRejects: number;
  /** Answers with another status than 200, 401 or 403, and lost connections. */
  readonly errors: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

/**
 * Sends the same work to every lane, in cycles of slices.
 * @returns what each lane cost, in the order given.
 * @throws when a lane leaves requests without an answer.
 */
export async function loadInSlices(order: SlicedLoadOrder): Promise<LaneLoad[]> {
  const { cycles, requestsPerSlice, connections, seconds, seed } = order;
  const open: OpenLane[] = [];
  const stayAwake = keepAwake();
  try {
    for (const lane of order.lanes) {
      const tiers = await openTiers(lane.sources);
      open.push({ tiers, load: await openLane(lane, connections, seed) });
    }
    const lanes = open.map(({ load, tiers }) => ({
      before: () => readAll(tiers),
      slice: async () => {
        await load.slice(requestsPerSlice);
        await readAll(tiers.filter(({ isShared }) => isShared));
      },
    }));
    const run = await runCycles(lanes, cycles, cycleOrder(seed), seconds);
    return open.map((lane) => loadOf(lane, run * requestsPerSlice, requestsPerSlice));
  } finally {
    stayAwake.end();
    for (const { load, tiers } of open) {
      load.close();
      for (const { readers } of tiers) for (const reader of readers) reader.close();
    }
  }
}

/**
 * Keeps the event loop turning. A generator that sleeps has to be woken for an answer, and the server that answers pays for it, the more
 * often the slower it is. Six blocks each, in turn: of 5 µs put into a server 5.1 to 7.8 were found while the generator slept, 4.7 to 6.0
 * while it stayed awake; the baseline cost 24 to 32 µs and 21 to 26 µs.
 */
function keepAwake(): { end(): void } {
  let awake = true;
  const turn = () => {
    if (awake) setImmediate(turn);
  };
  turn();
  return {
    end() {
      awake = false;
    },
  };
}

interface OpenLane {
  readonly load: LoadedLane;
  readonly tiers: readonly OpenTier[];
}

interface OpenTier {
  readonly tier: Tier;
  readonly readers: readonly CpuReader[];
  /**
   * Servers that the user runs may work for other lanes between two slices of this one, and one Redis does so for all: what tells its own
   * CPU is read on both sides of a slice.
   */
  readonly isShared: boolean;
  /** CPU seconds used so far, by all processes of the tier: before each slice and after the last, of a shared tier after each one, too. */
  readonly readings: number[];
}

const openTiers = (sources: TierSources): Promise<OpenTier[]> =>
  Promise.all(
    Object.entries(sources).map(async ([tier, own]) => ({
      tier: tier as Tier,
      readers: await Promise.all(own.map(openCpuReader)),
      isShared: own.some(({ from }) => from !== 'kernel'),
      readings: [],
    })),
  );

async function readAll(tiers: readonly OpenTier[]): Promise<void> {
  for (const { readers, readings } of tiers) {
    let sum = 0;
    for (const reader of readers) sum += await reader.read();
    readings.push(sum);
  }
}

function loadOf({ load, tiers }: OpenLane, requests: number, requestsPerSlice: number): LaneLoad {
  const { verdicts, invalid, requestBytes, responseBytes } = load.tally();
  const { right, falseAccept, falseReject }: Readonly<Record<Verdict, number>> = verdicts;
  return {
    cpu: Object.fromEntries(tiers.map(({ tier, ...own }) => [tier, costsOf(own, requestsPerSlice)])),
    requests,
    invalid,
    falseAccepts: falseAccept,
    falseRejects: falseReject,
    errors: requests - right - falseAccept - falseReject,
    requestBytes,
    responseBytes,
  };
}

function costsOf({ readings, isShared }: Pick<OpenTier, 'readings' | 'isShared'>, requestsPerSlice: number): number[] {
  const between = readings.slice(1).map((reading, index) => (reading - (readings[index] as number)) / requestsPerSlice);
  return isShared ? between.filter((_, index) => index % 2 === 0) : between;
}
