// The registry of experiments, in the order in which a report tells them: a new one is one file and one line here.
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
import { security } from './security.ts';
import { serviceHops } from './service-hops.ts';
import { stateSize } from './state-size.ts';
import { throughput } from './throughput.ts';
import { verificationCost } from './verification-cost.ts';

export const experiments: readonly Experiment[] = [
  cost,
  throughput,
  latencyAtRate,
  exposureWindow,
  revocationImpact,
  stateSize,
  horizontalScale,
  numberOfCallers,
  serviceHops,
  carriage,
  login,
  refreshCost,
  verificationCost,
  lookupLatency,
  security,
  mixedTraffic,
];
