// Loads that a trial takes in turns, seconds apart, round by round: the machine's moods fall on all of them alike.
import type { LoadFacts } from '../load/tally.ts';
import { sumMachine, sumTiers, watchMachine, watchTiers } from '../measure/tiers.ts';
import { seededRandom, shuffled } from '../plan/random.ts';
import type { Factors, HttpFacts, MachineFacts, Row, TierFacts, WarmUp } from '../record/facts.ts';
import { pidsOf, type Rig } from '../rig/rig.ts';
import type { Generator } from './generator.ts';

/** One of the loads. */
export interface Lane {
  readonly rig: Rig;
  /** Those of its row. */
  readonly factors: Factors;
  readonly warmUp: WarmUp;
  /** Some of that work before each turn, in no figure: whoever stood idle for seconds is slow at first. */
  wake?(round: number): Promise<unknown>;
  /**
   * One turn of it, always the same work.
   * @param round counts from 0; -1 before that, in one that is not counted.
   * @param tallyId the name under which the generator keeps it.
   */
  load(round: number, tallyId: string): Promise<LoadFacts>;
}

/** A turn of every load, in the order in which the loads were given, and what the machine did for others meanwhile. */
interface Round {
  readonly turns: readonly Turn[];
  readonly machine: MachineFacts;
}

interface Turn {
  readonly load: LoadFacts;
  readonly tiers: TierFacts;
  readonly tallyId: string;
}

/**
 * Gives each load a turn in every round, each round in an order of its own. No round is discarded: a busy machine falls on all loads
 * alike, and to choose rounds by how fast they were would bias the rest.
 * @returns a row of each load, in the order given; the windows of all of them are of the same rounds.
 */
export async function takeTurns(
  generator: Generator,
  lanes: readonly Lane[],
  rounds: number,
  { seed }: { readonly seed: number },
): Promise<HttpRow[]> {
  const random = seededRandom(seed, 'turns');
  const kept: Round[] = [];
  // Not counted: a server that stood idle while others were warmed up is slower for longer.
  await takeRound(generator, lanes, [...lanes.keys()], -1, 'before');
  for (let round = 0; round < rounds; round += 1) {
    kept.push(await takeRound(generator, lanes, shuffled([...lanes.keys()], random), round, `round ${round}`));
  }
  const names = lanes.map((_, lane) => kept.map(({ turns }) => turns[lane]?.tallyId as string));
  const loads = await generator.call('mergeTallies', names);
  // What others did in whole rounds: in one turn alone the other loads' processes would count as others.
  const machine = sumMachine(kept.map((round) => round.machine));
  return lanes.map(({ factors, warmUp }, lane) => ({
    factors,
    facts: {
      type: 'http',
      ...(loads[lane] as LoadFacts),
      warmUp,
      ...sumTiers(
        kept.map(({ turns }) => turns[lane]?.tiers as TierFacts),
        machine,
      ),
    },
  }));
}

type HttpRow = Row & { facts: HttpFacts };

async function takeRound(
  generator: Generator,
  lanes: readonly Lane[],
  order: readonly number[],
  round: number,
  name: string,
): Promise<Round> {
  const turns: Turn[] = [];
  const pids = new Set([generator.pid, ...lanes.flatMap(({ rig }) => pidsOf(rig))]);
  const { machine } = await watchMachine([...pids], async () => {
    for (const index of order) {
      const { rig, load, wake } = lanes[index] as Lane;
      const tallyId = `${name}, load ${index}`;
      await wake?.(round);
      const { value, tiers } = await watchTiers(rig, generator.pid, () => load(round, tallyId));
      turns[index] = { load: value, tiers, tallyId };
    }
  });
  return { turns, machine };
}
