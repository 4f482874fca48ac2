// What a measure is: its unit, which direction is better, how trials are put together, and how a reader meets it.
import type { Measure } from '../record/report.ts';
import { durationText, eachText, spanText, thousands } from './format.ts';

export interface MeasureDefinition {
  /** SI, or bytes; `1` for shares, ratios and counts. */
  readonly unit: 's' | '1' | '1/s' | 'B';
  readonly better: Measure['better'];
  /**
   * How the values of trials come to one: their median; their sum; their sum with those of discarded trials, for a wrong answer stays in
   * the count; the largest. `model`: by the experiment's own estimate.
   */
  readonly over: 'median' | 'sum' | 'sum with discarded' | 'largest' | 'model';
  /** The head of its column. */
  readonly label: string;
  readonly format: (measure: Measure) => string;
  /** One line, for docs/measures.md. */
  readonly means: string;
}

export type Definitions = Readonly<Record<string, MeasureDefinition>>;

const whole = ({ value }: Measure) => thousands(value);
export const typical = ({ value, ...measure }: Measure) => durationText({ ...measure, value, low: value, high: value });
export const percentage = ({ value }: Measure) => `${(value * 100).toFixed(2)} %`;
export const span = ({ value }: Measure) => spanText(value);

/** A definition that is told as most of its unit are. */
export const defined = (
  unit: MeasureDefinition['unit'],
  better: Measure['better'],
  over: MeasureDefinition['over'],
  label: string,
  means: string,
  format: MeasureDefinition['format'] = { s: durationText, B: whole, '1/s': whole, '1': whole }[unit],
): MeasureDefinition => ({ unit, better, over, label, means, format });

export const time = (label: string, means: string, format?: MeasureDefinition['format']) =>
  defined('s', 'lower', 'median', label, means, format);
export const largest = (label: string, means: string, format?: MeasureDefinition['format']) =>
  defined('s', 'lower', 'largest', label, means, format);
export const answers = (label: string, means: string, better: Measure['better'] = 'lower') =>
  defined('1', better, 'sum with discarded', label, means);
export const rate = (label: string, means: string, format?: MeasureDefinition['format']) =>
  defined('1', 'neither', 'model', label, means, format);

/** The same measure for each of several tiers, kinds or quantiles: `name.part`. */
export const byPart = (
  name: string,
  parts: Readonly<Record<string, string>>,
  of: (part: string) => MeasureDefinition,
) => Object.fromEntries(Object.entries(parts).map(([key, part]) => [`${name}.${key}`, of(part)]));

export const tiers = {
  servers: 'server',
  authorization: 'authorization',
  redis: 'Redis',
  balancer: 'balancer',
} as const;

/** Credentials of mixed traffic. */
export const kinds = {
  valid: 'valid',
  expired: 'expired',
  tampered: 'tampered',
  wrongAudience: 'wrong audience',
  wrongKey: 'wrong key',
  revoked: 'revoked',
  missing: 'missing',
} as const;

export const quantiles = { p50: 'p50', p90: 'p90', p99: 'p99', 'p99.9': 'p99.9' } as const;

export const eachBytes = ({ value }: Measure) => eachText(value);
