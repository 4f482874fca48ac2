// The charts of a report: one file a chart, one line here.
import { blocklist } from './blocklist.ts';
import type { Chart } from './contract.ts';
import { cost } from './cost.ts';
import { latency } from './latency.ts';
import { logins } from './logins.ts';
import { map } from './map.ts';
import { refreshes } from './refreshes.ts';
import { scaling } from './scaling.ts';
import { thirtyDays } from './thirty-days.ts';
import { verification } from './verification.ts';
import { windows } from './windows.ts';
import { wireSize } from './wire-size.ts';

export const charts = {
  map,
  cost,
  windows,
  'thirty-days': thirtyDays,
  blocklist,
  latency,
  scaling,
  'wire-size': wireSize,
  logins,
  refreshes,
  verification,
} as const satisfies Record<string, Chart>;

export type ChartName = keyof typeof charts;
