// What the control lanes saw: whether a run's instrument found no difference between two equal servers, and the cost that was put
// into a third. Pure.
import type { Finding, Measure } from '../record/report.ts';

export interface ControlVerdict {
  readonly passed: boolean;
  /** One sentence for under every table. */
  readonly sentence: string;
}

const control = (findings: readonly Finding[], name: string) =>
  findings.find(({ experiment, factors }) => experiment === 'control' && factors.control === name)?.measures;

/**
 * Seconds within which the cost that is put in is known: it is calibrated by spins in a row, and in a server whose caches others have
 * used since, a spin probably costs more. Set after a run of 45 minutes, which found 5.3 µs (±0.3) of 5.0 over 49 blocks.
 */
const knownWithin = 0.4e-6;

const widened = (measure: Measure, by: number): Measure => {
  return { ...measure, low: measure.low - by, high: measure.high + by };
};

/** The verdict of a run's control lanes; null where there were none. */
export function controlVerdict(findings: readonly Finding[]): ControlVerdict | null {
  const equal = control(findings, 'a/a')?.addedCpuPerRequest;
  const found = control(findings, 'injected');
  if (!equal || !found?.addedCpuPerRequest || !found.injectedCpuPerRequest) return null;
  const [added, injected] = [found.addedCpuPerRequest, found.injectedCpuPerRequest.value];
  const equalHolds = holds(equal, 0);
  const foundHolds = holds(widened(added, knownWithin), injected);
  const seen = `two equal servers differed by ${microseconds(equal)}; of ${(injected * 1e6).toFixed(1)} µs put in, ${microseconds(added)} were found`;
  if (equalHolds && foundHolds) return { passed: true, sentence: `Control lanes: ${seen}.` };
  const failed = [
    equalHolds ? '' : 'the interval of the A/A lane does not hold zero',
    foundHolds ? '' : 'the interval of the injected cost does not hold it',
  ].filter(Boolean);
  return {
    passed: false,
    sentence: `This run's differences of a few µs cannot be trusted: ${seen}, so ${failed.join(' and ')}. Other work on the machine, or a core that changed its clock between lanes, does that; run again on a quieter machine, or longer.`,
  };
}

export const holds = ({ low, high }: Measure, value: number) => low <= value && value <= high;

/** "0.3 µs (±0.4)". */
export const microseconds = ({ value, low, high }: Measure) =>
  `${signed(value * 1e6)} µs (±${(((high - low) / 2) * 1e6).toFixed(1)})`;

const signed = (value: number) => (Math.abs(value) < 0.05 ? '0.0' : value.toFixed(1));
