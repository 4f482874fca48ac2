// How much the same lane differs between generations of fresh processes, as the committed reference run saw it: what intervals are
// made with as long as a run has too few generations to tell. From results/reference; two shared virtual cores.
import type { Component } from './pooled.ts';

export const referenceComponents: { readonly added: Component; readonly logRatio: Component } = {
  added: { deviation: 0.02, degrees: 30 },
  logRatio: { deviation: 0.02, degrees: 30 },
};
