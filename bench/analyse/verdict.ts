// Whether a revision costs more than another: decided from replicates, at a few looks fixed beforehand. Pure.
import jstat from 'jstat';
import type { Verdict } from '../record/comparison.ts';
import { deviationOf, type Interval, meanOf } from './intervals.ts';

/** How verdicts are reached. */
export interface VerdictRule {
  /** After how many replicates the intervals are looked at, ascending; the last number is the budget. */
  readonly looks: readonly number[];
  /** The risk of all wrong "regressed" of a comparison together, and of all wrong "improved": 0 to 1. */
  readonly risk: number;
}

/** What one gating cell has come to: the mean logarithm of head over base, so turned that more is worse. */
export interface Gated {
  readonly mean: number;
  /** Its standard error, and the degrees of freedom that the error is known from. */
  readonly error: number;
  readonly degrees: number;
  readonly replicates: number;
  /** The smallest change that matters, as a share: 0.03 is 3 %. */
  readonly margin: number;
}

/** What independent values come to by themselves. */
export const gatedFrom = (logRatios: readonly number[], margin: number): Gated => ({
  mean: meanOf(logRatios),
  error: deviationOf(logRatios) / Math.sqrt(logRatios.length),
  degrees: logRatios.length - 1,
  replicates: logRatios.length,
  margin,
});

export interface GateVerdict {
  readonly verdict: Verdict;
  /** Of the mean log-ratio; its confidence is what Holm's correction and the number of looks leave. */
  readonly interval: Interval;
  readonly confidence: number;
  /** False while more replicates may still decide it. */
  readonly decided: boolean;
  /** How many replicates it would take, as far as these can tell; null when it is decided. */
  readonly replicatesNeeded: number | null;
}

/**
 * The verdicts over all gating cells at one look. A cell has regressed only when its whole interval lies beyond the margin,
 * improved only when it lies as far on the other side; it passes when it lies within. The risk is divided among the looks
 * (Bonferroni) and at each look among the cells, most certain first (Holm, Scandinavian Journal of Statistics 6, 1979).
 * @param last whether the budget ends with this look.
 */
export function verdictsAt(cells: readonly Gated[], { looks, risk }: VerdictRule, last: boolean): GateVerdict[] {
  const riskOfLook = risk / looks.length;
  const order = cells
    .map((cell, index) => ({ index, p: Math.min(pBeyond(cell), pBeyond(mirrored(cell))) }))
    .sort((a, b) => a.p - b.p);
  const results = new Array<GateVerdict>(cells.length);
  let holding = true;
  for (const [rank, { index }] of order.entries()) {
    const share = riskOfLook / (cells.length - rank);
    const result = verdictOf(cells[index] as Gated, 1 - 2 * share, last, holding);
    results[index] = result;
    // Step-down: after the first cell that is not certain, no later one is called changed.
    holding &&= result.verdict === 'regressed' || result.verdict === 'improved';
  }
  return results;
}

function verdictOf(cell: Gated, confidence: number, last: boolean, holding: boolean): GateVerdict {
  const interval = intervalOf(cell, confidence);
  const bound = Math.log(1 + cell.margin);
  const decided = (verdict: Verdict) => ({ verdict, interval, confidence, decided: true, replicatesNeeded: null });
  if (holding && interval.low > bound) return decided('regressed');
  if (holding && interval.high < -bound) return decided('improved');
  if (interval.high < bound && (interval.low > -bound || last)) return decided('pass');
  return {
    verdict: 'inconclusive',
    interval,
    confidence,
    decided: last,
    replicatesNeeded: replicatesNeeded(cell, bound, confidence),
  };
}

/** Student's t interval (Gosset, Biometrika 6(1), 1908); endless where nothing tells the error. */
export function intervalOf(
  { mean, error, degrees }: Pick<Gated, 'mean' | 'error' | 'degrees'>,
  confidence: number,
): Interval {
  const half = degrees < 1 ? Number.POSITIVE_INFINITY : jstat.studentt.inv((1 + confidence) / 2, degrees) * error;
  return { mean, low: mean - half, high: mean + half };
}

/** The one-sided p value of "the mean lies beyond the margin". */
function pBeyond({ mean, error, degrees, margin }: Gated): number {
  if (degrees < 1) return 1;
  const beyond = mean - Math.log(1 + margin);
  if (error === 0) return beyond > 0 ? 0 : 1;
  return 1 - jstat.studentt.cdf(beyond / error, degrees);
}

const mirrored = (cell: Gated): Gated => ({ ...cell, mean: -cell.mean });

/** More replicates than this are told as this many. */
const mostReplicates = 1_000;

/** How many replicates with this mean and spread would bring the interval clear of the nearest margin. */
function replicatesNeeded({ mean, error, degrees, replicates }: Gated, bound: number, confidence: number): number {
  const distance = Math.min(Math.abs(mean - bound), Math.abs(mean + bound));
  const p = (1 + confidence) / 2;
  const deviation = error * Math.sqrt(replicates);
  // With the normal quantile it would be a few less: the search begins there.
  const least = Math.ceil(((jstat.normal.inv(p, 0, 1) * deviation) / distance) ** 2);
  for (let n = Math.max(replicates + 1, least); n < mostReplicates; n += 1) {
    const known = (degrees / Math.max(1, replicates - 1)) * (n - 1);
    if ((jstat.studentt.inv(p, Math.max(1, known)) * deviation) / Math.sqrt(n) < distance) return n;
  }
  return mostReplicates;
}

/** The verdict on the whole of a comparison: the gravest of its cells'. */
export function wholeVerdict(cells: readonly Verdict[]): Verdict {
  const gravest = (['invalid', 'regressed', 'inconclusive'] as const).find((verdict) => cells.includes(verdict));
  if (cells.length === 0) return 'invalid';
  return gravest ?? (cells.includes('improved') ? 'improved' : 'pass');
}
