// How much the same lane differs between generations of fresh processes, as a share of its scale (slice-findings.ts), as the committed
// reference run saw it: what intervals are made with as long as a run has too few generations to tell.
import type { Component } from './pooled.ts';

export const referenceComponents: { readonly added: Component; readonly logRatio: Component } = {
  added: { deviation: 0.0654, degrees: 340 },
  logRatio: { deviation: 0.0642, degrees: 340 },
};
