// A cell beside another one that was measured in the same block, sample by sample: ratios and differences. Pure.

import { asMeasure } from '../catalogue/measures.ts';
import type { Factors, Row } from '../record/facts.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import { measuresOf, ratesOf, type TrialMeasures } from './measures.ts';
import { estimateMedian, median } from './median.ts';
import { ratioMeasure } from './ratio.ts';

/** One row of one trial, with the factors of its cell and its own. */
export interface Sample {
  readonly experiment: string;
  readonly factors: Factors;
  readonly block: number;
  /** Which of the trials it is of. */
  readonly trial: number;
  readonly valid: boolean;
  readonly facts: Row['facts'];
  readonly measures: TrialMeasures;
}

/** The rows of all trials that did not fail. */
export const samplesOf = (trials: readonly TrialObservation[]): Sample[] =>
  trials.flatMap(({ experiment, factors, block, outcome }, trial) =>
    outcome.status === 'failed'
      ? []
      : outcome.rows.map((row) => ({
          experiment,
          factors: { ...factors, ...row.factors },
          block,
          trial,
          valid: outcome.status === 'completed',
          facts: row.facts,
          measures: measuresOf(row.facts),
        })),
  );

/** The samples that a finding rests on. */
export const samplesBehind = ({ experiment, factors }: Finding, all: readonly Sample[]): Sample[] =>
  all.filter(
    (sample) =>
      sample.valid &&
      sample.experiment === experiment &&
      Object.entries(factors).every(([name, value]) => sample.factors[name] === value),
  );

/** Which factors the other cell has to have, or not to have, from those of the one. */
export type Beside = (factors: Factors) => Readonly<Record<string, string | number | undefined>>;

/**
 * A measure as a ratio to what it is beside; null without any pair.
 * @param name of the ratio.
 */
export function ratioBeside(
  name: string,
  cell: readonly Sample[],
  all: readonly Sample[],
  measure: string,
  beside: Beside,
): Measure | null {
  const pairs = pairsOf(cell, all, measure, beside);
  if (pairs.length === 0) return null;
  return ratioMeasure(
    name,
    pairs.map((pair) => logRatioOf(pair, measure)),
  );
}

/**
 * The logarithm of one sample's measure over the other's. Of rates that were taken in the same rounds it is the median over these: a
 * machine that changes its speed from one second to the next does so for both.
 */
function logRatioOf({ own, its }: Pair, measure: string): number {
  if (measure === 'requestsPerSecond' && own.trial === its.trial) {
    const [rates, others] = [ratesOf(own.facts), ratesOf(its.facts)];
    if (rates.length > 0 && rates.length === others.length)
      return median(rates.map((rate, round) => Math.log(rate / (others[round] as number))));
  }
  return Math.log(amount(own, measure) / amount(its, measure));
}

/** What each item adds to the memory of a tier, beside a cell that holds fewer; null without any pair. */
export function addedByEach(
  cell: readonly Sample[],
  all: readonly Sample[],
  tier: 'redis' | 'servers',
  beside: Beside,
): Measure | null {
  const measure = `memory.${tier}`;
  const added = pairsOf(cell, all, measure, beside).map(({ own, its }) => {
    const [more, fewer] = [own, its].map(({ measures }) => measures.itemsHeld ?? 0) as [number, number];
    return (amount(own, measure) - amount(its, measure)) / (more - fewer);
  });
  return added.length > 0 ? asMeasure(`bytesEach.${tier}`, estimateMedian(added), added.length) : null;
}

const amount = ({ measures }: Sample, name: string) => measures[name] as number;

interface Pair {
  readonly own: Sample;
  readonly its: Sample;
}

/**
 * The samples that have a measure, with those beside them that have it, too: of the same experiment and block, if there is one
 * of the same trial.
 */
function pairsOf(cell: readonly Sample[], all: readonly Sample[], measure: string, beside: Beside): Pair[] {
  return cell.flatMap((sample) => {
    const wanted = Object.entries(beside(sample.factors));
    const others = all.filter(
      (other) =>
        other.valid &&
        other.experiment === sample.experiment &&
        other.block === sample.block &&
        other.measures[measure] !== undefined &&
        wanted.every(([name, value]) => other.factors[name] === value),
    );
    const its = others.find(({ trial }) => trial === sample.trial) ?? others[0];
    return sample.measures[measure] && its ? [{ own: sample, its }] : [];
  });
}
