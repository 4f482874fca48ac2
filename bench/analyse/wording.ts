// Estimates in words, alike wherever a person reads them.
import type { Factors } from '../record/facts.ts';
import type { Finding, Measure, Report } from '../record/report.ts';

/** "0.34 (0.32 to 0.36)"; without a spread just the value. */
export const ratioText = ({ value, low, high }: Measure) => withInterval(value, low, high, (x) => x.toFixed(2));

/** "+5.1 % (+4.8 to +5.4)": a ratio as the change that it is. */
export const percentText = ({ value, low, high }: Measure) =>
  withInterval(value, low, high, (x) => `${x >= 1 ? '+' : ''}${((x - 1) * 100).toFixed(1)} %`);

/** "0.2 % (0.0 to 0.6)": a share of cases. */
export const shareText = ({ value, low, high }: Measure) =>
  withInterval(value, low, high, (x) => (x * 100).toFixed(1), ' %');

/** "8,120/s (7,900 to 8,300)". */
export const rateText = ({ value, low, high }: Measure) => withInterval(value, low, high, (x) => thousands(x), '/s');

/** "152 bytes (150 to 154)". */
export const bytesText = ({ value, low, high }: Measure) => withInterval(value, low, high, eachText, ' bytes');

/** Bytes of each of many: less than half a one is nothing of its own, but what a process happens to keep. */
export const eachText = (bytes: number) => (bytes < 0.5 ? '0' : significant(bytes));

/** Seconds as a person says them: "55.2 µs (54.0 to 57.1)". */
export function durationText({ value, low, high }: Measure): string {
  const { unit, scale } = durationUnit(value);
  return withInterval(value, low, high, (x) => significant(x * scale), ` ${unit}`);
}

/** A duration of which only the size counts: "2.0 ms", "1.5 s". */
export function roughText({ value }: Measure): string {
  const { unit, scale } = durationUnit(value);
  return `${Number((value * scale).toPrecision(2))} ${unit}`;
}

/** "within 0.4 s": what depends on the rhythm in which somebody tries again is told no finer. */
export const tenthsText = ({ value }: Measure) => `within ${(Math.ceil(value * 10) / 10).toFixed(1)} s`;

/** An exposure window; one of no length says that nothing was accepted any more. */
export const windowText = (measure: Measure) => (measure.high === 0 ? '0' : durationText(measure));

/** The longest window that was seen; where nothing was accepted, the detection limit: "< 8.9 ms". */
export function longestWindowText(max: Measure, within: Measure | undefined): string {
  if (max.value > 0 || !within) return windowText(max);
  return `< ${roughText(within)}`;
}

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
  if (x === 0 || Math.abs(x) >= 100) return thousands(x);
  return x.toFixed(Math.max(0, 2 - Math.floor(Math.log10(Math.abs(x)))));
};

/** "1,234,567". */
export const thousands = (x: number) => Math.round(x).toLocaleString('en-US');

function withInterval(value: number, low: number, high: number, show: (x: number) => string, unit = ''): string {
  return low === high ? `${show(value)}${unit}` : `${show(value)}${unit} (${show(low)} to ${show(high)})`;
}

/** "jwt HS256", "session": a strategy as readers call it; the algorithm only where algorithms are compared. */
export const strategyLabel = ({ strategy, alg }: Factors) =>
  strategy === 'jwt' && alg ? `jwt ${alg}` : String(strategy);

/** "jwt HS256, instances 4, generation 2": a cell or a trial in one line. */
export function cellText(experiment: string, factors: Factors, block?: number): string {
  const { strategy, alg, ...others } = factors;
  const subject = strategy === undefined ? alg : strategyLabel(factors);
  const rest = Object.entries(others).map(([name, value]) => `${name} ${value}`);
  return [experiment, subject, ...rest, block === undefined ? '' : `generation ${block + 1}`]
    .filter(Boolean)
    .join(', ');
}

/** "none void", "3 void (2 starved, 1 send lag)". */
export function voidText(byCause: Report['run']['trials']['void']): string {
  const counts = Object.entries(byCause);
  if (counts.length === 0) return 'none void';
  const sum = counts.reduce((all, [, count]) => all + count, 0);
  return `${sum} void (${counts.map(([cause, count]) => `${count} ${cause}`).join(', ')})`;
}

/** The finding whose factors include all of these. */
export const findingWith = (findings: readonly Finding[], factors: Factors) =>
  findings.find((finding) => Object.entries(factors).every(([name, value]) => finding.factors[name] === value));

/** Fewer trials than this have no spread to speak of: their intervals tell nothing apart. */
export const fewestTrials = 3;

/** Whether a ratio says which of the two is larger. */
export const tellsFromOne = ({ low, high, replicates }: Measure): boolean =>
  replicates >= fewestTrials && (low > 1 || high < 1);
