// Whether a revision costs more than another: decided from pairs, at a few looks fixed beforehand. Pure.
import jstat from 'jstat';
import type { Verdict } from '../record/comparison.ts';
import { deviationOf, type Interval, meanOf, tInterval } from './intervals.ts';

/** How verdicts are reached. */
export interface VerdictRule {
  /** After how many pairs the intervals are looked at, ascending; the last number is the budget. */
  readonly looks: readonly number[];
  /** The risk of all wrong "regressed" of a comparison together, and of all wrong "improved": 0 to 1. */
  readonly risk: number;
}

/** What one gating cell has come to. */
export interface Gated {
  /** Logarithms of head over base, one per pair, so turned that more is worse. */
  readonly logRatios: readonly number[];
  /** The smallest change that matters, as a share: 0.03 is 3 %. */
  readonly margin: number;
}

export interface GateVerdict {
  readonly verdict: Verdict;
  /** Of the mean log-ratio; its confidence is what Holm's correction and the number of looks leave. */
  readonly interval: Interval;
  readonly confidence: number;
  /** False while more pairs may still decide it. */
  readonly decided: boolean;
  /** How many pairs it would take, as far as these can tell; null when it is decided. */
  readonly pairsNeeded: number | null;
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

function verdictOf({ logRatios, margin }: Gated, confidence: number, last: boolean, holding: boolean): GateVerdict {
  const interval = tInterval(logRatios, confidence);
  const bound = Math.log(1 + margin);
  const settled = (verdict: Verdict) => ({ verdict, interval, confidence, decided: true, pairsNeeded: null });
  if (holding && interval.low > bound) return settled('regressed');
  if (holding && interval.high < -bound) return settled('improved');
  if (interval.high < bound && (interval.low > -bound || last)) return settled('pass');
  return {
    verdict: 'inconclusive',
    interval,
    confidence,
    decided: last,
    pairsNeeded: pairsNeeded(logRatios, bound, confidence),
  };
}

/** The one-sided p value of "the mean lies beyond the margin". */
function pBeyond({ logRatios, margin }: Gated): number {
  const n = logRatios.length;
  if (n < 2) return 1;
  const error = deviationOf(logRatios) / Math.sqrt(n);
  const beyond = meanOf(logRatios) - Math.log(1 + margin);
  if (error === 0) return beyond > 0 ? 0 : 1;
  return 1 - jstat.studentt.cdf(beyond / error, n - 1);
}

const mirrored = ({ logRatios, margin }: Gated): Gated => ({ logRatios: logRatios.map((value) => -value), margin });

/** More pairs than this are told as this many. */
const mostPairs = 1_000;

/** How many pairs with this mean and spread would bring the interval clear of the nearest margin. */
function pairsNeeded(logRatios: readonly number[], bound: number, confidence: number): number {
  const [mean, deviation] = [meanOf(logRatios), deviationOf(logRatios)];
  const distance = Math.min(Math.abs(mean - bound), Math.abs(mean + bound));
  const p = (1 + confidence) / 2;
  // With the normal quantile it would be a few less: the search begins there.
  const least = Math.ceil(((jstat.normal.inv(p, 0, 1) * deviation) / distance) ** 2);
  for (let n = Math.max(logRatios.length + 1, least); n < mostPairs; n += 1) {
    if ((jstat.studentt.inv(p, n - 1) * deviation) / Math.sqrt(n) < distance) return n;
  }
  return mostPairs;
}

/** The verdict on the whole of a comparison: the gravest of its cells'. */
export function wholeVerdict(cells: readonly Verdict[]): Verdict {
  const gravest = (['invalid', 'regressed', 'inconclusive'] as const).find((verdict) => cells.includes(verdict));
  if (cells.length === 0) return 'invalid';
  return gravest ?? (cells.includes('improved') ? 'improved' : 'pass');
}
