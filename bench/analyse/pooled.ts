// One model for all lanes: what a lane gives differs from generation to generation of fresh processes, by an amount whose variance is
// pooled over all lanes. No interval rests on a few values that happened to agree. Pure.
import jstat from 'jstat';
import type { BlockValue } from './lane-difference.ts';

/** The values of one lane, one for each generation; `scale` is what the differences between generations are in proportion to. */
export interface Replicated {
  readonly values: readonly BlockValue[];
  readonly scale: number;
}

/** The standard deviation between generations as a share of the scale, and from how many degrees of freedom it is known. */
export interface Component {
  readonly deviation: number;
  readonly degrees: number;
}

/**
 * The variance component between generations, pooled over lanes: the spread of each lane's generations beyond what the blocks'
 * own errors explain (method of moments: DerSimonian and Laird, Controlled Clinical Trials 7, 1986).
 */
export function pooledComponent(lanes: readonly Replicated[]): Component {
  let [squares, explained, degrees] = [0, 0, 0];
  for (const { values, scale } of lanes) {
    const n = values.length;
    if (n < 2) continue;
    const mean = values.reduce((sum, { value }) => sum + value, 0) / n;
    squares += values.reduce((sum, { value }) => sum + ((value - mean) / scale) ** 2, 0);
    explained += ((1 - 1 / n) * values.reduce((sum, { variance }) => sum + variance, 0)) / scale ** 2;
    degrees += n - 1;
  }
  return { deviation: degrees === 0 ? 0 : Math.sqrt(Math.max(0, squares - explained) / degrees), degrees };
}

/** With fewer degrees of freedom than this a run does not tell its own component. */
export const fewestDegrees = 8;

/** With fewer than this a run has seen too little of the machine's moods to tell a component that is smaller than the given one. */
export const sureDegrees = 60;

/** The component that intervals are made with: the run's own where it tells one, otherwise the given one. */
export function componentFor(own: Component, otherwise: Component): Component {
  const tellsMore = own.degrees >= fewestDegrees && own.deviation > otherwise.deviation;
  return tellsMore || own.degrees >= sureDegrees ? own : otherwise;
}

/** A variance in squared nanoseconds that no clock tells from none. */
const negligible = 1e-12;

export interface PooledEstimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The mean over generations, each weighted by how surely it tells its value, with the t interval of the pooled degrees of freedom.
 * @param values at least one.
 * @param deviation between generations, as a share of the scale.
 */
export function pooledEstimate(
  { values, scale }: Replicated,
  { deviation, degrees }: Component,
  confidence: number,
): PooledEstimate {
  const between = (deviation * scale) ** 2;
  // A value without any error, such as that of a tier that did nothing, has the weight of one whose error is next to nothing.
  const weights = values.map(({ variance }) => 1 / (between + variance || negligible));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const mean = values.reduce((total, { value }, index) => total + value * (weights[index] as number), 0) / sum;
  const error = 1 / Math.sqrt(sum);
  const half = jstat.studentt.inv((1 + confidence) / 2, degrees) * error;
  return { value: mean, low: mean - half, high: mean + half };
}
