// How long a run will still take, from how long its trials took so far. Pure.
import { type PlannedTrial, trialKey } from '../plan/plan.ts';
import type { TrialObservation } from '../record/observation.ts';

/** Seconds that a trial is taken to need before any has ended. */
const firstGuess = 5;

/** Seconds left: each trial still to come takes as long as those of its experiment did, or as all did, on average. */
export function secondsLeft(planned: readonly PlannedTrial[], ended: readonly TrialObservation[]): number {
  const finished = new Set(ended.map(trialKey));
  const mean = (trials: readonly TrialObservation[], otherwise: number) =>
    trials.length > 0 ? trials.reduce((sum, { seconds }) => sum + seconds, 0) / trials.length : otherwise;
  const overall = mean(ended, firstGuess);
  const byExperiment = Map.groupBy(ended, ({ experiment }) => experiment);
  return planned
    .filter((trial) => !finished.has(trialKey(trial)))
    .reduce((sum, { experiment }) => sum + mean(byExperiment.get(experiment) ?? [], overall), 0);
}
