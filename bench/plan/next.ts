// What to do next: a pure function of what was chosen, what the journal holds and the time left. First every question once, in the
// order of what decides most; after that whatever narrows an undecided question most per second, be it a cell that waited until then.
import type { TrialObservation } from '../record/observation.ts';
import { type Cell, cellKey, type PlannedTrial, trialKey } from './plan.ts';

/** A cell that may be measured again and again. */
export interface Unit extends Cell {
  /** Trials that make a first answer. */
  readonly first: number;
  /** Whether it waits until every question has had a first answer; it then competes with what narrows the others. */
  readonly isLater: boolean;
  /** Trials after which more of them would tell nothing new. */
  readonly most: number;
  /** How much a narrower answer to this question is worth, relative to others. */
  readonly weight: number;
  /** Seconds that a trial takes, as long as none has been seen. */
  readonly seconds: number;
}

/** A trial that failed or was discarded is tried so often in one sitting. */
const triesOfOne = 2;

/** The trials of the first pass: all units in their order, later ones last, generation by generation within an experiment. */
export function firstPassOf(
  units: readonly Pick<Unit, 'experiment' | 'factors' | 'first' | 'isLater'>[],
): PlannedTrial[] {
  const waves = [units.filter(({ isLater }) => !isLater), units.filter(({ isLater }) => isLater)];
  return waves.flatMap((wave) =>
    [...Map.groupBy(wave, ({ experiment }) => experiment).values()].flatMap((own) =>
      Array.from({ length: Math.max(...own.map(({ first }) => first)) }, (_, block) =>
        own.filter(({ first }) => block < first).map(({ experiment, factors }) => ({ experiment, factors, block })),
      ).flat(),
    ),
  );
}

/**
 * What an answer that is missing is worth, against one that is as wide as can be: within an hour every cell has its turn, and the first
 * twenty minutes go to what decides most.
 */
const missing = 5;

/** What has been completed, and how often each trial was tried in this sitting. */
class Done {
  readonly #completed = new Set<string>();
  readonly #tries = new Map<string, number>();

  constructor(trials: readonly TrialObservation[], since = '') {
    for (const trial of trials) {
      const key = trialKey(trial);
      if (trial.outcome.status === 'completed') this.#completed.add(key);
      if (trial.at >= since) this.#tries.set(key, (this.#tries.get(key) ?? 0) + 1);
    }
  }

  has(trial: PlannedTrial): boolean {
    return this.#completed.has(trialKey(trial));
  }

  /** Whether it is neither completed nor was tried too often. */
  isOpen(trial: PlannedTrial): boolean {
    return !this.has(trial) && (this.#tries.get(trialKey(trial)) ?? 0) < triesOfOne;
  }
}

/**
 * The next trial; null when nothing is left that fits into the time.
 * @param planned the first pass, in its order.
 * @param units what may be repeated after it; none for a suite that ends with its plan.
 * @param widthOf the relative half width of a unit's answer so far; 1 where there is none.
 * @param narrowEnough the width at which an answer is decided; 0 where all get sharper as long as there is time.
 * @param since when this sitting began (ISO 8601): what failed before it is tried again.
 */
export function nextTrial(
  planned: readonly PlannedTrial[],
  units: readonly Unit[],
  trials: readonly TrialObservation[],
  secondsLeft: number,
  widthOf: (unit: Unit) => number,
  narrowEnough: number,
  since?: string,
): PlannedTrial | null {
  const done = new Done(trials, since);
  const fits = (trial: PlannedTrial) => expectedSeconds(trial, units, trials) <= secondsLeft;
  const later = new Set(units.filter(({ isLater }) => isLater).map(cellKey));
  const first = planned.find((trial) => !later.has(cellKey(trial)) && done.isOpen(trial) && fits(trial));
  if (first) return first;
  let best: PlannedTrial | null = null;
  let mostGain = 0;
  for (const unit of units) {
    const { weight } = unit;
    const trial = nextOf(unit, done);
    if (!trial || !fits(trial)) continue;
    const { block: n } = trial;
    // What was never measured is as wide as can be, whatever others of its question say.
    const width = n === 0 ? missing : widthOf(unit);
    if (width <= narrowEnough) continue;
    const gain = (weight * width * (1 - Math.sqrt(n / (n + 1)))) / expectedSeconds(trial, units, trials);
    if (gain > mostGain) [best, mostGain] = [trial, gain];
  }
  return best;
}

/** The lowest block of a unit that is still to be measured. */
function nextOf({ experiment, factors, most }: Unit, done: Done): PlannedTrial | null {
  for (let block = 0; block < most; block += 1) {
    const trial = { experiment, factors, block };
    if (done.isOpen(trial)) return trial;
    // One that failed too often is not tried again in later blocks either.
    if (!done.has(trial)) return null;
  }
  return null;
}

/** Of the last trials so many tell how long the next one takes. */
const remembered = 4;

/**
 * Seconds that a trial will take: as the last ones of its cell did, or those of its experiment, or as stated. In the first block rigs
 * that stand anyway answer other questions, too: what that took counts for the trial whose rigs they are, which is written down first.
 */
export function expectedSeconds(
  trial: Cell & { readonly block?: number },
  units: readonly Unit[],
  trials: readonly TrialObservation[],
): number {
  const key = cellKey(trial);
  const isFirst = (trial.block ?? 1) === 0;
  const lasted = (one: TrialObservation) => {
    const together = trials.filter(({ at }) => at === one.at);
    return isFirst && together[0] === one ? together.reduce((sum, { seconds }) => sum + seconds, 0) : one.seconds;
  };
  const ofExperiment = trials.filter(
    ({ experiment, block }) => experiment === trial.experiment && (!isFirst || block === 0),
  );
  const ofCell = ofExperiment.filter((other) => cellKey(other) === key);
  const seen = (ofCell.length > 0 ? ofCell : ofExperiment).slice(-remembered).map(lasted);
  if (seen.length > 0) return seen.reduce((sum, seconds) => sum + seconds, 0) / seen.length;
  return units.find((unit) => cellKey(unit) === key)?.seconds ?? 0;
}

/** A question that has no answer yet, or not all of it, and the seconds that it would take. */
export interface Unanswered {
  readonly experiment: string;
  readonly seconds: number;
}

/** What the first pass has not reached, by experiment. */
export function unansweredIn(
  planned: readonly PlannedTrial[],
  units: readonly Unit[],
  trials: readonly TrialObservation[],
): Unanswered[] {
  const done = new Done(trials);
  const left = planned.filter((trial) => !done.has(trial));
  return [...Map.groupBy(left, ({ experiment }) => experiment)].map(([experiment, own]) => ({
    experiment,
    seconds: own.reduce((sum, trial) => sum + expectedSeconds(trial, units, trials), 0),
  }));
}
