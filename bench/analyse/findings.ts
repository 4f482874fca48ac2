// From observations to findings: one per cell, every measure estimated over trials; ratios are paired within a block. Pure.

import { asMeasure, definitionOf } from '../catalogue/measures.ts';
import { factorsKey } from '../plan/plan.ts';
import type { Factors, HttpFacts } from '../record/facts.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import { type Estimate, estimateMedian, median } from './median.ts';
import { type Beside, ratioBeside, type Sample, samplesOf } from './paired-ratio.ts';

/** Findings of all cells that have a trial, in the order in which the experiments are given; cells by their factors. */
export function findingsOf(trials: readonly TrialObservation[], experimentNames: readonly string[]): Finding[] {
  // What was left out is told in a warning.
  const samples = samplesOf(trials).filter(({ facts }) => facts.type !== 'leftOut');
  const cells = Map.groupBy(samples, ({ experiment, factors }) => `${experiment} ${factorsKey(factors)}`);
  return [...cells.values()]
    .map((cell) => findingOf(cell, samples, trials))
    .sort((a, b) => order(experimentNames, a) - order(experimentNames, b) || compareFactors(a.factors, b.factors));
}

function findingOf(cell: readonly Sample[], all: readonly Sample[], trials: readonly TrialObservation[]): Finding {
  const { experiment, factors } = cell[0] as Sample;
  const valid = cell.filter((sample) => sample.valid);
  const measures: Record<string, Measure> = {};
  for (const name of new Set(cell.flatMap((sample) => Object.keys(sample.measures)))) {
    const counted = definitionOf(name).over === 'sum with discarded' ? cell : valid;
    const values = counted.flatMap((sample) => sample.measures[name] ?? []);
    // What was not reached in one trial, a quantile or a recovery, is not told at all: the others' would flatter.
    if (values.length > 0 && values.every(Number.isFinite)) measures[name] = measureOf(name, values);
  }
  // At a given rate the rate is no result.
  const saturated = valid.filter(({ facts }) => facts.type === 'http');
  const throughputVsBaseline = ratioBeside(
    'throughputVsBaseline',
    saturated,
    all,
    'requestsPerSecond',
    unauthenticated,
  );
  if (throughputVsBaseline) measures.throughputVsBaseline = throughputVsBaseline;
  const scalingRatio = ratioBeside('scalingRatio', saturated, all, 'requestsPerSecond', (own) => ({
    ...own,
    instances: 1,
  }));
  if (scalingRatio && factors.instances !== 1) measures.scalingRatio = scalingRatio;

  const ofCell = trials.filter(
    (trial) =>
      trial.experiment === experiment &&
      Object.entries(trial.factors).every(([name, value]) => factors[name] === value),
  );
  // A trial need not have measured every row of its experiment.
  const numberOf = (samples: readonly Sample[]) => new Set(samples.map(({ trial }) => trial)).size;
  const redisCommands = commandsPerRequest(valid);
  return {
    experiment,
    factors,
    measures,
    ...(redisCommands ? { redisCommands } : {}),
    ...windowsIn(valid),
    trials: {
      completed: numberOf(valid),
      void: numberOf(cell) - numberOf(valid),
      failed: ofCell.filter(({ outcome }) => outcome.status === 'failed').length,
    },
  };
}

/** Every exposure window of a cell, in seconds. */
function windowsIn(samples: readonly Sample[]): Pick<Finding, 'samples'> {
  const windows = samples.flatMap(({ facts }) =>
    facts.type === 'exposure' ? facts.thefts.map(({ window }) => window / 1e9) : [],
  );
  return windows.length > 0 ? { samples: { exposureWindow: windows } } : {};
}

/** No authentication under the same conditions; an algorithm or a target only says which system it is. */
const unauthenticated: Beside = ({ alg: _alg, target: _target, ...conditions }) => ({
  ...conditions,
  strategy: 'none',
});

function measureOf(name: string, values: readonly number[]): Measure {
  return asMeasure(name, estimateOf(name, values), values.length);
}

function estimateOf(name: string, values: readonly number[]): Estimate {
  const exact = (value: number) => ({ value, low: value, high: value, confidence: 1 });
  switch (definitionOf(name).over) {
    case 'sum':
    case 'sum with discarded':
      return exact(values.reduce((total, value) => total + value, 0));
    case 'largest':
      return exact(Math.max(...values));
    default:
      return estimateMedian(values);
  }
}

function commandsPerRequest(valid: readonly Sample[]): Record<string, number> | null {
  const loads = valid.flatMap(({ facts }) => (facts.type === 'http' && facts.redisCommands ? [facts] : []));
  if (loads.length === 0) return null;
  const names = [...new Set(loads.flatMap(({ redisCommands }) => Object.keys(redisCommands ?? {})))].sort();
  const rate = (name: string, { redisCommands, requests }: HttpFacts) => (redisCommands?.[name] ?? 0) / requests;
  return Object.fromEntries(names.map((name) => [name, median(loads.map((load) => rate(name, load)))]));
}

const order = (names: readonly string[], { experiment }: Finding) => names.indexOf(experiment);

/** The baseline first, then by each factor: numbers by size, words by letter. */
function compareFactors(a: Factors, b: Factors): number {
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [x = '', y = ''] = [a[name], b[name]];
    if (x === y) continue;
    if (name === 'strategy' && (x === 'none' || y === 'none')) return x === 'none' ? -1 : 1;
    return typeof x === 'number' && typeof y === 'number' ? x - y : String(x) < String(y) ? -1 : 1;
  }
  return 0;
}
