// The registry of experiments, in the order of what decides most, which is also the report's: a new one is one file and one line here.
import { carriage } from './carriage.ts';
import type { Experiment } from './contract.ts';
import { cost } from './cost.ts';
import { exposureWindow } from './exposure-window.ts';
import { horizontalScale } from './horizontal-scale.ts';
import { latencyAtRate } from './latency-at-rate.ts';
import { login } from './login.ts';
import { lookupLatency } from './lookup-latency.ts';
import { mixedTraffic } from './mixed-traffic.ts';
import { numberOfCallers } from './number-of-callers.ts';
import { refreshCost } from './refresh-cost.ts';
import { revocationImpact } from './revocation-impact.ts';
import { saturation } from './saturation.ts';
import { security } from './security.ts';
import { serviceHops } from './service-hops.ts';
import { stateSize } from './state-size.ts';
import { verificationCost } from './verification-cost.ts';

export const experiments: readonly Experiment[] = [
  cost,
  exposureWindow,
  saturation,
  verificationCost,
  lookupLatency,
  login,
  latencyAtRate,
  revocationImpact,
  refreshCost,
  carriage,
  stateSize,
  serviceHops,
  numberOfCallers,
  horizontalScale,
  security,
  mixedTraffic,
];
