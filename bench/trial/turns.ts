// Loads that a trial takes in turns, seconds apart, round by round: the machine's moods fall on all of them alike.
import { type Objection, objectToAnswers, objectToMachine } from '../analyse/audit.ts';
import type { LoadFacts } from '../load/tally.ts';
import { sumMachine, sumTiers, watchMachine, watchTiers } from '../measure/tiers.ts';
import type { Profile } from '../plan/profiles.ts';
import { seededRandom, shuffled } from '../plan/random.ts';
import type { Factors, HttpFacts, MachineFacts, Row, TierFacts, VoidBefore, WarmUp } from '../record/facts.ts';
import { pidsOf, type Rig } from '../rig/rig.ts';
import type { Generator } from './generator.ts';
import { oneMore } from './outcome.ts';

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
   * @param keptAs the name under which the generator keeps it.
   */
  load(round: number, keptAs: string): Promise<LoadFacts>;
}

/** A turn of every load, in the order in which the loads were given, and what the machine did for others meanwhile. */
interface Round {
  readonly turns: readonly Turn[];
  readonly machine: MachineFacts;
}

interface Turn {
  readonly load: LoadFacts;
  readonly tiers: TierFacts;
  readonly keptAs: string;
}

/**
 * Gives each load a turn in every round, each round in an order of its own. A round in which the machine was not free is taken
 * again, by all of them, for what is compared has to have been measured side by side; as many rounds may be as there are. Rounds
 * with wrong answers stay.
 * @returns a row of each load, in the order given; the windows of all of them are of the same rounds.
 */
export async function takeTurns(
  generator: Generator,
  lanes: readonly Lane[],
  rounds: number,
  { profile: { measurement }, seed }: { readonly profile: Pick<Profile, 'measurement'>; readonly seed: number },
): Promise<HttpRow[]> {
  const random = seededRandom(seed, 'turns');
  const kept: Round[] = [];
  let voidBefore: VoidBefore = {};
  // Not counted: a server that stood idle while others were warmed up is slower for longer.
  await takeRound(generator, lanes, [...lanes.keys()], -1, 'before');
  for (let taken = 0; kept.length < rounds; taken += 1) {
    const order = shuffled([...lanes.keys()], random);
    const round = await takeRound(generator, lanes, order, kept.length, `round ${taken}`);
    const mayRepeat = measurement && taken - kept.length < rounds;
    const objection = mayRepeat ? objectTo(round) : null;
    if (objection) voidBefore = oneMore(voidBefore, objection);
    else kept.push(round);
  }
  const names = lanes.map((_, lane) => kept.map(({ turns }) => turns[lane]?.keptAs as string));
  const loads = await generator.call('addUp', names);
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
      // Told once for all of them.
      ...(lane === 0 ? { voidBefore } : {}),
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
      const keptAs = `${name}, load ${index}`;
      await wake?.(round);
      const { value, tiers } = await watchTiers(rig, generator.pid, () => load(round, keptAs));
      turns[index] = { load: value, tiers, keptAs };
    }
  });
  return { turns, machine };
}

/** What speaks against the machine of a round; answers are judged when all is over. */
function objectTo({ turns, machine }: Round): Objection | null {
  const loads = turns.map(({ load }) => load);
  const planned = loads.reduce((sum, { requests }) => sum + requests, 0);
  if (objectToAnswers(loads, planned)) return null;
  const { generatorWaitSeconds } = sumMachine(turns.map(({ tiers }) => tiers));
  return objectToMachine(
    { ...machine, ...(generatorWaitSeconds === undefined ? {} : { generatorWaitSeconds }) },
    loads.reduce((sum, { seconds }) => sum + seconds, 0),
  );
}
