// What one trial is given: the run that it belongs to, the user's choices, its seed, and the signal that ends it.
import type { Profile } from '../plan/profiles.ts';
import type { Factors } from '../record/facts.ts';
import type { Outcome } from '../record/observation.ts';
import type { RunScope } from '../rig/run-scope.ts';
import type { TestBed } from './test-bed.ts';

/** A question of another experiment, to be asked of a rig that stands anyway. */
export interface Rider {
  readonly experiment: string;
  /** How many instances the rig has to have. */
  readonly instances: number;
  /** How many of the rig's credentials it takes to itself. */
  readonly credentials: number;
  /** The cell that a rig of these factors answers; null for none. */
  cell(factors: Factors): Factors | null;
  ask(bed: TestBed, context: TrialContext): Promise<Outcome>;
}

export interface TrialContext {
  readonly scope: RunScope;
  readonly profile: Profile;
  /** Names of strategies that the user chose, the baseline among them; null when the user chose none. */
  readonly chosen: readonly string[] | null;
  readonly balancer: 'haproxy' | 'none';
  /** Servers that somebody else runs, by strategy, when the user named some. */
  readonly targets: Readonly<Record<string, string>> | null;
  /** Numbers of instances, when the user named some. */
  readonly instances: readonly number[] | null;
  /** Questions of other experiments that the trial's standing rigs are to answer, too. */
  readonly riders: readonly Rider[];
  /**
   * To be told what the trial measured while its rigs still stand for other questions: it is kept from then on, whatever comes after.
   * Absent where no caller waits for it.
   */
  readonly measured?: (outcome: Outcome) => void;
  /** The generation that the trial belongs to; counts from 0. */
  readonly block: number;
  /** For everything random in this trial. */
  readonly seed: number;
  /** Aborts when the run is to end. */
  readonly signal: AbortSignal;
}
