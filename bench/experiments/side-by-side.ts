// Several systems of one instance each that a trial measures side by side: all of them stand, and are loaded in turn.
import { instructionsPerRequest } from '../measure/instructions.ts';
import type { WorkInTurns } from '../plan/profiles.ts';
import { seededRandom, shuffled } from '../plan/random.ts';
import type { Factors, HttpFacts } from '../record/facts.ts';
import type { Outcome } from '../record/observation.ts';
import { outcomeOf } from '../trial/outcome.ts';
import type { TestBed } from '../trial/test-bed.ts';
import { type Lane, takeTurns } from '../trial/turns.ts';
import { wakeBed, warmUpBed } from '../trial/warm-up.ts';
import type { TrialContext } from './contract.ts';

/** One of the systems; its pool has been given to the generator. */
export interface Side {
  readonly bed: TestBed;
  /** Those of its row. */
  readonly factors: Factors;
}

/** Requests while instructions are counted, at most: perf slows the server down several times. */
const mostCounted = 5_000;

/** Warms each system up, loads all of them in turn, and gives each a pass of its own for its instructions. */
export async function measureSideBySide(
  sides: readonly Side[],
  { warmUp: work, requests, turns }: WorkInTurns,
  context: TrialContext,
): Promise<Outcome> {
  const { seed, profile } = context;
  const { connections } = profile;
  const order = shuffled(sides, seededRandom(seed, 'side by side'));
  const lanes: Lane[] = [];
  for (const { bed, factors } of order) {
    const { rig, generator, pool } = bed;
    const load = { urls: rig.entries[0] as string[], pool, connections };
    const warmUp = await warmUpBed(bed, connections, work, (share, turn) =>
      generator.call('loadMe', { ...load, requests: share, seed: seed - turn - 1 }),
    );
    const loadTurn = (round: number, keptAs: string) =>
      generator.call('loadMe', { ...load, requests, seed: seed + round, keptAs });
    const wake = (round: number) => wakeBed(bed, connections, requests, seed - round);
    lanes.push({ rig, factors, warmUp, wake, load: loadTurn });
  }
  const { generator } = (order[0] as Side).bed;
  const rows = await takeTurns(generator, lanes, turns, context);
  const counts: Awaited<ReturnType<typeof countInstructions>>[] = [];
  for (const { bed } of order)
    counts.push(await countInstructions(bed, Math.min(requests * turns, mostCounted), context));
  return outcomeOf(
    rows.map(({ factors, facts }, index) => {
      const instructionsPerRequest = counts[index]?.perRequest;
      const instructions = instructionsPerRequest === undefined ? {} : { instructionsPerRequest };
      return { factors, facts: { ...facts, ...credentialBytes(order[index] as Side), ...instructions } };
    }),
    requests * turns * sides.length,
    profile,
  );
}

/** Null where they cannot be counted. */
async function countInstructions({ rig, generator, pool }: TestBed, requests: number, context: TrialContext) {
  const pid = rig.instances[0]?.pid ?? null;
  if (pid === null) return null;
  const { scope, profile, seed } = context;
  const order = { urls: rig.entries[0] as string[], pool, connections: profile.connections, seed };
  return instructionsPerRequest(scope.machine.instructions, pid, requests, (work) =>
    generator.call('loadMe', { ...order, requests: work }),
  );
}

function credentialBytes({ bed: { credentials } }: Side): Pick<HttpFacts, 'credentialBytes'> {
  const longest = credentials.reduce((most, { value }) => Math.max(most, value.length), 0);
  return longest > 0 ? { credentialBytes: longest } : {};
}
