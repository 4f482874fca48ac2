// Numbers as a person reads them, each with its unit and interval, alike wherever they stand.
import type { Measure } from '../record/report.ts';

/** An estimate, as far as it is read. */
type Told = Pick<Measure, 'value' | 'low' | 'high'>;

/** "0.34 (0.32 to 0.36)"; without a spread just the value. */
export const ratioText = ({ value, low, high }: Told) => withInterval(value, low, high, (x) => x.toFixed(2));

/** "+5.1 % (+4.8 to +5.4)": a ratio as the change that it is. */
export const percentText = ({ value, low, high }: Told) =>
  withInterval(value, low, high, (x) => `${x >= 1 ? '+' : ''}${((x - 1) * 100).toFixed(1)} %`);

/** "0.2 % (0.0 to 0.6)": a share of cases. */
export const shareText = ({ value, low, high }: Told) =>
  withInterval(value, low, high, (x) => (x * 100).toFixed(1), ' %');

/** "8,120/s (7,900 to 8,300)". */
export const rateText = ({ value, low, high }: Told) => withInterval(value, low, high, (x) => thousands(x), '/s');

/** "152 bytes (150 to 154)". */
export const bytesText = ({ value, low, high }: Told) => withInterval(value, low, high, eachText, ' bytes');

/** Bytes of each of many: less than half a one is nothing of its own, but what a process happens to keep. */
export const eachText = (bytes: number) => (bytes < 0.5 ? '0' : significant(bytes));

/** Seconds as a person says them: "55.2 µs (54.0 to 57.1)". */
export function durationText({ value, low, high }: Told): string {
  const { unit, scale } = durationUnit(value);
  return withInterval(value, low, high, (x) => significant(x * scale), ` ${unit}`);
}

/** Microseconds of an estimate in seconds, and half of its interval, with as many digits as that bears: 98 and 2. */
export function plusMinus({ value, low, high }: Told): { readonly value: string; readonly half: string } {
  const half = ((high - low) / 2) * 1e6;
  const digits = half < 0.95 ? 1 : 0;
  return { value: (value * 1e6).toFixed(digits), half: half.toFixed(digits) };
}

/** Seconds of which only the size counts: "2 ms", "1.5 s". */
export function roughText(seconds: number): string {
  const { unit, scale } = durationUnit(seconds);
  return `${Number((seconds * scale).toPrecision(2))} ${unit}`;
}

/** An upper bound in seconds, rounded up to two digits: "11 ms" of 10.2. */
export function boundText(seconds: number): string {
  const { unit, scale } = durationUnit(seconds);
  const step = 10 ** (Math.floor(Math.log10(seconds * scale)) - 1);
  return `${Number((Math.ceil(Number(((seconds * scale) / step).toFixed(6))) * step).toPrecision(3))} ${unit}`;
}

/** "within 0.4 s": what depends on the rhythm of new attempts is told no finer. */
export const tenthsText = ({ value }: Told) => `within ${(Math.ceil(value * 10) / 10).toFixed(1)} s`;

/** An exposure window; one of no length says that nothing was accepted any more. */
export const windowText = (measure: Told) => (measure.high === 0 ? '0' : durationText(measure));

/** A span of time in its own unit: "30 s", "2.5 min", "1 h", "30 days". */
export function spanText(seconds: number): string {
  const [length, unit] = spans.find(([least]) => seconds >= least) ?? [1, 's'];
  return `${Number((seconds / length).toFixed(1))} ${unit}`;
}

const spans = [
  [86_400, 'days'],
  [3_600, 'h'],
  [60, 'min'],
] as const;

/** The unit in which a number of seconds is best read. */
export function durationUnit(seconds: number): { unit: string; scale: number } {
  if (seconds >= 1) return { unit: 's', scale: 1 };
  if (seconds >= 1e-3) return { unit: 'ms', scale: 1e3 };
  return { unit: 'µs', scale: 1e6 };
}

/** Three significant digits, without an exponent. */
export const significant = (x: number) => {
  if (Math.abs(x) < 1e-6 || Math.abs(x) >= 100) return thousands(x);
  return x.toFixed(Math.max(0, 2 - Math.floor(Math.log10(Math.abs(x)))));
};

/** "1,234,567"; never "-0". */
export const thousands = (x: number) => (Math.round(x) || 0).toLocaleString('en-US');

function withInterval(value: number, low: number, high: number, show: (x: number) => string, unit = ''): string {
  if (low === high) return `${show(value)}${unit}`;
  // An interval over two powers of ten says nothing but that.
  if (low > 0 && high > 100 * low) return `about ${show(value)}${unit} (cannot tell)`;
  return `${show(value)}${unit} (${show(low)} to ${show(high)})`;
}
