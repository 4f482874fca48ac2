// What one trial is given: the run that it belongs to, the user's choices, its seed, and the signal that ends it.
import type { Profile } from '../plan/profiles.ts';
import type { RunScope } from '../rig/run-scope.ts';

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
  /** The generation that the trial belongs to; counts from 0. */
  readonly block: number;
  /** For everything random in this trial. */
  readonly seed: number;
  /** Aborts when the run is to end. */
  readonly signal: AbortSignal;
}
