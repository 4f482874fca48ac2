// A comparison of two revisions: pairs one after the other until every gate is decided or the budget ends.
import { gateResults, objectionTo, type StrategyPairs } from './analyse/comparison.ts';
import { wholeVerdict } from './analyse/verdict.ts';
import type { TrialContext } from './experiments/contract.ts';
import { runPair } from './experiments/paired-trial.ts';
import type { Gates } from './plan/gates.ts';
import type { PlannedTrial } from './plan/plan.ts';
import { pairWork } from './plan/profiles.ts';
import { seededRandom, shuffled } from './plan/random.ts';
import type { GateResult, Verdict } from './record/comparison.ts';
import type { Outcome, PairFacts, TrialObservation, VoidCause } from './record/observation.ts';
import type { RunObserver } from './run.ts';

export interface ComparisonOrder {
  /** Those of gates.json that this machine can measure. */
  readonly gates: Gates;
  /** The roots of the two trees. */
  readonly base: string;
  readonly head: string;
}

/** What a comparison has come to so far. */
export interface Standing {
  readonly verdict: Verdict;
  readonly gates: readonly GateResult[];
  readonly complete: boolean;
  readonly loadSeconds: number;
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
 * Runs pairs until every gate is decided, or none is left.
 * @param stand told after each pair what the comparison has come to.
 * @throws the signal's reason when it aborts.
 */
export async function comparePairs(
  order: ComparisonOrder,
  planned: readonly PlannedTrial[],
  context: Omit<TrialContext, 'block' | 'seed'>,
  seed: number,
  observer: RunObserver,
  stand: (standing: Standing) => void,
): Promise<void> {
  const { gates } = order;
  const budget = gates.looks.at(-1) as number;
  const found = new Map<string, StrategyPairs>();
  const voided: Partial<Record<VoidCause, number>> = {};
  let results: GateResult[] = [];
  let repeatsLeft = repeatsInAll;
  let loadSeconds = 0;

  for (const [index, trial] of planned.entries()) {
    const strategy = String(trial.factors.strategy);
    const undecided = results.length === 0 || results.some((gate) => gate.strategy === strategy && open(gate));
    const before = found.get(strategy) ?? { pairs: [], objection: null };
    if (undecided && before.objection === null) {
      for (let attempt = 1; ; attempt += 1) {
        context.signal.throwIfAborted();
        observer.trialBegins(trial, index + 1, planned.length);
        const at = new Date();
        const outcome = await runPair(
          { strategy, algorithm: 'HS256', work: pairWork, base: { tree: order.base }, head: { tree: order.head } },
          { ...context, block: trial.block, seed: seed * 1_000 + trial.block },
        );
        observer.trialEnded(observationOf(trial, at, outcome), index + 1, planned.length);
        const facts = factsOf(outcome);
        loadSeconds += facts?.loadSeconds ?? 0;
        const objection = facts && objectionTo(facts);
        if (outcome.status === 'completed' && facts)
          found.set(strategy, { ...before, pairs: [...before.pairs, facts] });
        if (objection) found.set(strategy, { ...before, objection });
        if (outcome.status === 'void') voided[outcome.cause] = (voided[outcome.cause] ?? 0) + 1;
        if (outcome.status === 'completed' || objection || attempt > repeatsOfOne || repeatsLeft === 0) break;
        repeatsLeft -= 1;
      }
    }
    const last = index === planned.length - 1;
    const pairs = trial.block + 1;
    const endOfPair = last || planned[index + 1]?.block !== trial.block;
    const wrong = [...found.values()].some(({ objection }) => objection !== null);
    if (endOfPair && (gates.looks.includes(pairs) || wrong)) {
      results = gateResults(gates, found, results, pairs === budget);
    }
    const complete = last || (results.length > 0 && !results.some(open));
    const verdict = results.length === 0 ? 'inconclusive' : wholeVerdict(results.map((gate) => gate.verdict));
    stand({ verdict, gates: results, complete, loadSeconds, void: voided });
    if (complete || verdict === 'invalid') return;
  }
}

const open = (gate: GateResult) => gate.pairsNeeded !== null;

function factsOf(outcome: Outcome): PairFacts | null {
  const facts = outcome.status === 'failed' ? undefined : outcome.rows[0]?.facts;
  return facts?.type === 'pair' ? facts : null;
}

const observationOf = (trial: PlannedTrial, at: Date, outcome: Outcome): TrialObservation => ({
  kind: 'trial',
  ...trial,
  at: at.toISOString(),
  seconds: (Date.now() - at.getTime()) / 1000,
  outcome,
});
