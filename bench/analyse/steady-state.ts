// When a system has warmed up: found in a series of windows by change points, not guessed as a number of seconds. Pure.
import { median } from './median.ts';

/** A segment has at least this many windows. */
const shortest = 3;

/** Residuals beyond this many standard deviations count no further: a window that the machine disturbed is no change. */
const clip = 3;

/** The steady stretch is looked at in this many parts. */
const parts = 3;

/** The last level has to be kept for this share of the series. */
const keptShare = 1 / 3;

/** Levels within this share of the last one are the same steady state. */
const tolerance = 0.05;

/**
 * From which window on a series is steady: the last level that it keeps, if it keeps it for at least a third of the series.
 * The levels are the optimal segmentation of the logarithms under a bounded loss, so that outliers make no change
 * (Fearnhead and Rigaill, JASA 114, 2019), with a penalty per change of 3 ln n; that a benchmark may never become steady
 * is the finding of Barrett et al., "Virtual machine warmup blows hot and cold", OOPSLA 2017.
 * A slow drift that noise hides from the segmentation shows between the first and the last third of the steady stretch.
 * @param values one positive value per window of equal work, in the order of time.
 * @returns the index of the first steady window; null when the series is too short or never steady, or holds a value that is not
 * positive: there is nothing to be read from it then.
 */
export function steadyFrom(values: readonly number[]): number | null {
  if (values.length < 2 * shortest || !values.every((value) => value > 0 && value < Number.POSITIVE_INFINITY))
    return null;
  const segments = segmentsOf(values.map(Math.log));
  const last = segments.at(-1) as Segment;
  const other = segments.findLastIndex(({ level }) => Math.abs(level - last.level) > tolerance);
  const first = other < 0 ? 0 : (segments[other] as Segment).end;
  return first <= values.length * (1 - keptShare) && !drifts(values.slice(first)) ? first : null;
}

/** Whether the ends of a stretch differ by more than is tolerated. */
function drifts(stretch: readonly number[]): boolean {
  const part = Math.max(1, Math.floor(stretch.length / parts));
  const [begin, end] = [stretch.slice(0, part), stretch.slice(-part)].map((values) => Math.log(median(values)));
  return Math.abs((end as number) - (begin as number)) > tolerance;
}

/** A stretch of windows at one level; `end` is the first window after it. */
interface Segment {
  readonly end: number;
  readonly level: number;
}

/** Optimal partitioning (Jackson et al., IEEE Signal Processing Letters 12(2), 2005). */
function segmentsOf(series: readonly number[]): Segment[] {
  const n = series.length;
  const scale = noiseOf(series);
  const penalty = 3 * Math.log(n);
  const best: { cost: number; from: number; level: number }[] = [{ cost: -penalty, from: 0, level: 0 }];
  for (let end = 1; end <= n; end += 1) {
    best[end] = { cost: Number.POSITIVE_INFINITY, from: 0, level: 0 };
    for (let from = 0; from <= end - shortest; from += 1) {
      const segment = series.slice(from, end);
      const level = median(segment);
      const loss = segment.reduce((sum, value) => sum + Math.min(((value - level) / scale) ** 2, clip ** 2), 0);
      const cost = (best[from]?.cost ?? 0) + loss + penalty;
      if (cost < (best[end]?.cost ?? 0)) best[end] = { cost, from, level };
    }
  }
  const segments: Segment[] = [];
  for (let end = n; end > 0; end = best[end]?.from ?? 0) segments.unshift({ end, level: best[end]?.level ?? 0 });
  return segments;
}

/** The noise of a series by its steps, which a few changes of level hardly touch; never quite zero. */
function noiseOf(series: readonly number[]): number {
  const steps = series.slice(1).map((value, index) => Math.abs(value - (series[index] as number)));
  return Math.max(median(steps) / (0.6745 * Math.SQRT2), 0.002);
}
