// A comparison of two revisions: rounds of pairs until every gate is decided or the budget ends.
import { endedBy, gateResults, type StrategyPairs, withPair } from './analyse/comparison.ts';
import { wholeVerdict } from './analyse/verdict.ts';
import type { Gates } from './plan/gates.ts';
import type { PlannedTrial } from './plan/plan.ts';
import { seededRandom, shuffled } from './plan/random.ts';
import type { GateResult, Verdict } from './record/comparison.ts';
import type { VoidCause } from './record/facts.ts';
import type { Outcome } from './record/observation.ts';

/** What a comparison has come to so far. */
export interface Standing {
  readonly verdict: Verdict;
  readonly gates: readonly GateResult[];
  /** False while more pairs may still change it. */
  readonly complete: boolean;
  readonly loadSeconds: number;
  /** Pairs whose servers were not steady when they began to count. */
  readonly unsteady: number;
  readonly void: Partial<Record<VoidCause, number>>;
}

/** Every pair that a comparison may run at most, in rounds of one for each strategy, shuffled anew for each. */
export function plannedRounds({ gates, looks }: Gates, seed: number): PlannedTrial[][] {
  const strategies = [...new Set(gates.map(({ strategy }) => strategy))];
  return Array.from({ length: looks.at(-1) as number }, (_, block) =>
    shuffled(strategies, seededRandom(seed, `pair ${block}`)).map((strategy) => ({
      experiment: 'compare',
      factors: { strategy },
      block,
    })),
  );
}

/** How often a pair without a result is run again, and how many may be in all. */
const repeatsOfOne = 2;
const repeatsInAll = 6;

export interface PairRunner {
  /** Runs one planned pair once. */
  run(pair: PlannedTrial): Promise<Outcome>;
  /** Seconds that the comparison has taken. */
  elapsed(): number;
}

/**
 * Runs rounds until the whole is decided, or none is left. When the time is up, what there is then is the last look: it was
 * paid for, for the risk is divided among the planned ones. Nothing here knows what a pair is made of.
 * @yields what the comparison has come to, after each pair.
 */
export async function* comparePairs(
  gates: Gates,
  rounds: readonly (readonly PlannedTrial[])[],
  { run, elapsed }: PairRunner,
): AsyncGenerator<Standing> {
  const found = new Map<string, StrategyPairs>();
  const voided: Partial<Record<VoidCause, number>> = {};
  let results: GateResult[] = [];
  let repeatsLeft = repeatsInAll;
  const standing = (complete: boolean): Standing => {
    const pairs = [...found.values()].flatMap((one) => one.pairs);
    return {
      verdict: results.length === 0 ? 'inconclusive' : wholeVerdict(results.map((gate) => gate.verdict)),
      gates: results,
      complete,
      loadSeconds: [...found.values()].reduce((sum, { loadSeconds }) => sum + loadSeconds, 0),
      unsteady: pairs.filter(({ warmUp }) => warmUp.steadyFrom === null).length,
      void: { ...voided },
    };
  };

  for (const [index, round] of rounds.entries()) {
    for (const pair of round) {
      const strategy = String(pair.factors.strategy);
      if (results.length > 0 && !results.some((gate) => gate.strategy === strategy && isOpen(gate))) continue;
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await run(pair);
        if (outcome.status === 'void') voided[outcome.cause] = (voided[outcome.cause] ?? 0) + 1;
        const after = withPair(found.get(strategy), outcome);
        found.set(strategy, after);
        if (after.objection !== null) {
          results = endedBy(after.objection, strategy, gates, found, results);
          yield standing(true);
          return;
        }
        if (outcome.status === 'completed' || attempt > repeatsOfOne || repeatsLeft === 0) break;
        repeatsLeft -= 1;
      }
      if (pair !== round.at(-1)) yield standing(false);
    }
    const last = index === rounds.length - 1 || elapsed() > gates.seconds;
    if (last || gates.looks.includes(index + 1)) results = gateResults(gates, found, results, last);
    // One gate that has regressed decides the whole.
    const decided = results.some(({ verdict }) => verdict === 'regressed') || !results.some(isOpen);
    const complete = last || (results.length > 0 && decided);
    yield standing(complete);
    if (complete) return;
  }
}

const isOpen = (gate: GateResult) => gate.pairsNeeded !== null;
