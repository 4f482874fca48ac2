// How much the same lane differs between generations of fresh processes, as the committed reference run saw it: what intervals are
// made with as long as a run has too few generations to tell. From two runs of 5 and 16 minutes, 28 November 2026, on two shared
// virtual cores; the second is results/reference.
import type { Component } from './pooled.ts';

export const referenceComponents: { readonly added: Component; readonly logRatio: Component } = {
  added: { deviation: 0.028, degrees: 14 },
  logRatio: { deviation: 0.029, degrees: 14 },
};
