// What an experiment is: a question, the cells that answer it, one trial of a cell, and the answer in sentences.
import type { ByProfile } from '../plan/profiles.ts';
import { strategyNames } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import type { Outcome, TrialObservation } from '../record/observation.ts';
import type { Finding } from '../record/report.ts';
import type { Machine } from '../rig/machine.ts';
import type { TrialContext } from '../trial/context.ts';

export type { TrialContext } from '../trial/context.ts';

/** What the user chose, as far as it decides which cells there are. */
export interface CellChoices {
  /** Names of strategies, the baseline among them; null when the user chose none. */
  readonly chosen: readonly string[] | null;
  /** Servers that somebody else runs, by strategy, when the user named some. */
  readonly targets: Readonly<Record<string, string>> | null;
}

/**
 * The strategies that an experiment measures: those that the user chose, or else its usual ones.
 * @param usual the experiment's list in this profile; null for all.
 */
export const strategiesOf = ({ chosen }: Pick<CellChoices, 'chosen'>, usual: readonly string[] | null) =>
  chosen ?? usual ?? strategyNames;

/** @template Work how much is measured, in the experiment's own words. */
export interface Experiment<Work = unknown> {
  readonly name: string;
  /** The question that the report answers with it. */
  readonly question: string;
  /** Whether it can be run against servers that somebody else runs. */
  readonly takesTargets: boolean;
  /** Whether it measures numbers of instances that the user may name. */
  readonly takesInstances?: boolean;
  /** Why it cannot run on this machine, in words for the report; null when it can. */
  unavailable(machine: Machine): string | null;
  /** How much it measures in each profile. */
  readonly amounts: ByProfile<Work>;
  cells(choices: CellChoices, work: Work): Factors[];
  /** How many blocks a cell takes part in; the profile's number where it says nothing. */
  blocks?(work: Work, factors: Factors): number | undefined;
  /** Runs one cell once: rig up, warm up, load, measure, rig down. */
  run(factors: Factors, context: TrialContext, work: Work): Promise<Outcome>;
  /** Its findings, where they are not the estimates of each cell by itself; pure. */
  derive?(trials: readonly TrialObservation[]): Finding[];
  /** Sentences that a person can repeat, from the findings of this experiment alone; pure. */
  answer(findings: readonly Finding[]): string[];
}

/** The outcome of a cell that this machine cannot measure; the report warns of it. */
export const leftOut = (reason: string): Outcome => ({
  status: 'completed',
  rows: [{ factors: {}, facts: { type: 'leftOut', reason } }],
});

/** For experiments that run everywhere. */
export const alwaysAvailable = () => null;
