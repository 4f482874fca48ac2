// A comparison of two revisions: blocks until every gate is decided or the budget ends.
import { controlRatio, gateResults, invalidityOf, invalidResults } from './analyse/comparison.ts';
import { median } from './analyse/median.ts';
import { wholeVerdict } from './analyse/verdict.ts';
import type { Gates } from './plan/gates.ts';
import type { Comparison, GateResult } from './record/comparison.ts';
import type { VoidCause } from './record/facts.ts';
import type { TrialObservation } from './record/observation.ts';

/** What a comparison has come to so far. */
export type Standing = Pick<Comparison, 'verdict' | 'gates' | 'complete' | 'control' | 'secondsPerBlock' | 'void'>;

/** One block alone tells no spread. */
const fewestBlocks = 2;

/** How often a block without a result is run again. */
const repeatsOfOne = 2;

export interface BlockRunner {
  /** Runs a block once; blocks count from 0. */
  run(block: number): Promise<TrialObservation>;
  /** Seconds that the comparison has taken. */
  elapsed(): number;
}

/**
 * Runs blocks until the whole is decided, or none is left. When the time is up, what there is then is the last look: it was
 * paid for, for the risk is divided among the planned ones. Nothing here knows what a block is made of.
 * @yields what the comparison has come to, after each block.
 */
export async function* compareBlocks(gates: Gates, { run, elapsed }: BlockRunner): AsyncGenerator<Standing> {
  const budget = gates.looks.at(-1) as number;
  let trials: readonly TrialObservation[] = [];
  let results: GateResult[] = [];
  for (let block = 0; block < budget; block += 1) {
    for (let attempt = 0; attempt <= repeatsOfOne; attempt += 1) {
      const trial = await run(block);
      trials = [...trials, trial];
      const invalidity = invalidityOf(trials);
      if (invalidity) {
        yield standingOf(gates, trials, invalidResults(invalidity, gates, results), true);
        return;
      }
      if (trial.outcome.status === 'completed') break;
    }
    const last = block + 1 === budget || (block + 1 >= fewestBlocks && elapsed() > gates.seconds);
    results = gateResults(gates, trials, results, { isPlanned: last || gates.looks.includes(block + 1), last });
    // One gate that has regressed decides the whole.
    const complete = last || results.some(({ verdict }) => verdict === 'regressed') || !results.some(isOpen);
    yield standingOf(gates, trials, results, complete);
    if (complete) return;
  }
}

const isOpen = (gate: GateResult) => gate.replicatesNeeded !== null;

function standingOf(
  gates: Gates,
  trials: readonly TrialObservation[],
  results: GateResult[],
  complete: boolean,
): Standing {
  const voided: Partial<Record<VoidCause, number>> = {};
  for (const { outcome } of trials)
    if (outcome.status === 'void') voided[outcome.cause] = (voided[outcome.cause] ?? 0) + 1;
  return {
    verdict: wholeVerdict(results.map(({ verdict }) => verdict)),
    gates: results,
    complete,
    control: controlRatio(gates, trials),
    secondsPerBlock: trials.length > 0 ? median(trials.map(({ seconds }) => seconds)) : null,
    void: voided,
  };
}
