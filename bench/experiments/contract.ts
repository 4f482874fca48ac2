// What an experiment is: a question, the cells that answer it, one trial of a cell, and the answer in sentences.
import type { ByProfile } from '../plan/profiles.ts';
import { strategyNames } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import type { Outcome, TrialObservation } from '../record/observation.ts';
import type { Finding } from '../record/report.ts';
import type { Machine } from '../rig/machine.ts';
import type { TrialContext } from '../trial/context.ts';
import type { TestBed } from '../trial/test-bed.ts';

export type { TrialContext } from '../trial/context.ts';

/** What the user chose, as far as it decides which cells there are. */
export interface CellChoices {
  /** Names of strategies, the baseline among them; null when the user chose none. */
  readonly chosen: readonly string[] | null;
  /** Servers that the user runs, when he named some. */
  readonly targets: Targets | null;
}

/** Where the servers of each strategy are, as `parseTarget` takes it. */
export type Targets = Readonly<Record<string, string>>;

/**
 * The strategies that an experiment measures: those that the user chose, or else its usual ones.
 * @param usual the experiment's list in this profile; null for all.
 */
export const strategiesOf = ({ chosen }: Pick<CellChoices, 'chosen'>, usual: readonly string[] | null) =>
  chosen ?? usual ?? strategyNames;

/** An answer to a question of another experiment, from a rig that stood anyway. */
export interface RiderAnswer {
  readonly experiment: string;
  readonly factors: Factors;
  readonly seconds: number;
  readonly outcome: Outcome;
}

/** What a trial came to, and what its standing rigs answered of other questions. */
export interface TrialResult {
  readonly outcome: Outcome;
  readonly riders: readonly RiderAnswer[];
}

/** A question that a rig which stands anyway can answer, too. */
interface StandingRigQuestion<Work> {
  /** How many instances the rig has to have. */
  readonly instances: number;
  /** How many of the rig's credentials it takes to itself, for it ends some of them; all that are left unless told. */
  credentials?(work: Work): number;
  /** The cell that a rig of these factors answers; null for none. */
  cell(factors: Factors): Factors | null;
  /** @param bed with the credentials that are its own. */
  ask(bed: TestBed, context: TrialContext, work: Work): Promise<Outcome>;
}

/** @template Work how much is measured, in the experiment's own words. */
export interface Experiment<Work = unknown> {
  readonly name: string;
  /** The question that the report answers with it. */
  readonly question: string;
  /** Why it cannot be run against servers that the user runs, null when it can; false where it needs rigs of its own. */
  readonly takesTargets: false | ((targets: Targets) => string | null);
  /** Whether it measures numbers of instances that the user may name. */
  readonly takesInstances?: boolean;
  /** Why it cannot run on this machine, in words for the report; null when it can. */
  unavailable(machine: Machine): string | null;
  /** How much it measures in each profile. */
  readonly workloads: ByProfile<Work>;
  /** Seconds that a trial takes on two slow cores, before one was seen. */
  readonly seconds?: ByProfile<number>;
  /** How much a narrower answer to a cell is worth, relative to others; 1 unless told. */
  weight?(factors: Factors): number;
  /** False where the same trial gives the same answer again. */
  readonly repeatable?: boolean;
  /** The measure whose interval says how well the question is answered. */
  readonly leads?: string;
  cells(choices: CellChoices, work: Work): Factors[];
  /** How many trials of a cell make a first answer; one where it says nothing. */
  blocks?(work: Work, factors: Factors): number;
  /** Whether a cell is measured only when every question has had its first answer. */
  isLater?(factors: Factors): boolean;
  /** Runs one cell once: rig up, warm up, load, measure, rig down. */
  run(factors: Factors, context: TrialContext, work: Work): Promise<Outcome | TrialResult>;
  /** How a rig that stands for another question answers this one. */
  readonly onStandingRig?: StandingRigQuestion<Work>;
  /** Its findings, where they are not the estimates of each cell by itself; `others` are those of the experiments before it; pure. */
  derive?(trials: readonly TrialObservation[], others: readonly Finding[]): Finding[];
  /** Sentences that a person can repeat, from its own findings and those of the experiments before it; pure. */
  answer(findings: readonly Finding[], others: readonly Finding[]): string[];
}

/** The outcome of a cell that this machine cannot measure; the report warns of it. */
export const leftOut = (reason: string): Outcome => ({
  status: 'completed',
  rows: [{ factors: {}, facts: { type: 'leftOut', reason } }],
});

/** For experiments that run everywhere. */
export const alwaysAvailable = () => null;
