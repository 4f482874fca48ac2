// A comparison of two revisions: pairs one after the other until every gate is decided or the budget ends.
import { gateResults, objectionTo, type StrategyPairs } from './analyse/comparison.ts';
import { wholeVerdict } from './analyse/verdict.ts';
import type { Gates } from './plan/gates.ts';
import type { PlannedTrial } from './plan/plan.ts';
import { seededRandom, shuffled } from './plan/random.ts';
import type { GateResult, Verdict } from './record/comparison.ts';
import type { Outcome, PairFacts, VoidCause } from './record/observation.ts';

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

/** Every pair that a comparison may run at most, in the order in which it would: strategies shuffled anew for each. */
export function plannedPairs({ gates, looks }: Gates, seed: number): PlannedTrial[] {
  const strategies = [...new Set(gates.map(({ strategy }) => strategy))];
  return Array.from({ length: looks.at(-1) as number }, (_, block) =>
    shuffled(strategies, seededRandom(seed, `pair ${block}`)).map((strategy) => ({
      experiment: 'compare',
      factors: { strategy },
      block,
    })),
  ).flat();
}

/** How often a void pair is run again, and how many may be in all. */
const repeatsOfOne = 2;
const repeatsInAll = 6;

/**
 * Runs pairs until every gate is decided, or none is left. Nothing here knows what a pair is made of.
 * @param run runs one planned pair once.
 * @yields what the comparison has come to, after each planned pair.
 */
export async function* comparePairs(
  gates: Gates,
  planned: readonly PlannedTrial[],
  run: (pair: PlannedTrial) => Promise<Outcome>,
): AsyncGenerator<Standing> {
  const found = new Map<string, StrategyPairs>();
  const voided: Partial<Record<VoidCause, number>> = {};
  let results: GateResult[] = [];
  let [repeatsLeft, loadSeconds, unsteady] = [repeatsInAll, 0, 0];

  for (const [index, pair] of planned.entries()) {
    const strategy = String(pair.factors.strategy);
    const isOpen = results.length === 0 || results.some((gate) => gate.strategy === strategy && undecided(gate));
    if (!isOpen) continue;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await run(pair);
      const facts = factsOf(outcome);
      const before = found.get(strategy) ?? { pairs: [], objection: null };
      const mayRepeat = attempt <= repeatsOfOne && repeatsLeft > 0;
      loadSeconds += facts?.loadSeconds ?? 0;
      if (outcome.status === 'completed' && facts) {
        found.set(strategy, { ...before, pairs: [...before.pairs, facts] });
        unsteady += facts.warmUp.steadyFrom === null ? 1 : 0;
        break;
      }
      if (outcome.status === 'void') voided[outcome.cause] = (voided[outcome.cause] ?? 0) + 1;
      const objection = (facts && objectionTo(facts)) ?? (mayRepeat ? null : lastingError(outcome));
      if (objection) found.set(strategy, { ...before, objection });
      if (objection || !mayRepeat) break;
      repeatsLeft -= 1;
    }
    const last = index === planned.length - 1;
    const wrong = [...found.values()].some(({ objection }) => objection !== null);
    const roundEnds = last || planned[index + 1]?.block !== pair.block;
    if (wrong || (roundEnds && gates.looks.includes(pair.block + 1))) {
      results = gateResults(gates, found, results, last);
    }
    const complete = wrong || last || (results.length > 0 && !results.some(undecided));
    const verdict = results.length === 0 ? 'inconclusive' : wholeVerdict(results.map((gate) => gate.verdict));
    yield { verdict, gates: results, complete, loadSeconds, unsteady, void: { ...voided } };
    if (complete) return;
  }
}

const undecided = (gate: GateResult) => gate.pairsNeeded !== null;

/** Errors and time-outs that came again on each repeat are not the machine's. */
const lastingError = (outcome: Outcome): string | null =>
  outcome.status === 'void' && outcome.cause === 'wrong answer' ? outcome.reason : null;

function factsOf(outcome: Outcome): PairFacts | null {
  const facts = outcome.status === 'failed' ? undefined : outcome.rows[0]?.facts;
  return facts?.type === 'pair' ? facts : null;
}
