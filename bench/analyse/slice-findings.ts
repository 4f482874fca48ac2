// From blocks of lanes to findings: what each lane adds to the CPU of a request over the baseline of its block, over generations of
// fresh processes. One model for all lanes. Pure.
import { asMeasure, exactly } from '../catalogue/measures.ts';
import { factorsKey } from '../plan/plan.ts';
import type { Factors } from '../record/facts.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import type { SliceFacts } from '../record/slices.ts';
import { type BlockValue, type LaneValues, laneValues, quieterCycles, scaled } from './lane-difference.ts';
import { estimateMedian, median } from './median.ts';
import { type Component, componentFor, pooledComponent, pooledEstimate, type Replicated } from './pooled.ts';
import { referenceComponents } from './reference-components.ts';
import { answerTotals, redisCommandsOf } from './slice-counts.ts';

const confidence = 0.95;

/** One lane of one block, beside the block's baseline. */
export interface LaneInBlock {
  /** Which of the trials it is of. */
  readonly trial: number;
  /** Those of its row, and with those of its trial. */
  readonly row: Factors;
  readonly factors: Factors;
  readonly facts: SliceFacts;
  readonly values: LaneValues;
  /** What it adds when the noisiest tenth of the block's cycles is left out. */
  readonly quieter: BlockValue;
  /** What a request cost at the baseline of its block, in nanoseconds. */
  readonly baselineCost: number;
}

const isBaseline = (factors: Factors) => factors.strategy === 'none' && factors.control === undefined;

/** A part only says where in a generation a lane was measured. */
const withoutPart = ({ part: _part, lanes: _lanes, ...factors }: Factors): Factors => factors;

/**
 * The lanes of all blocks that were completed, at one speed of the machine.
 * @param baselineOf which row is the baseline of a lane; the one without authentication and of the same block unless told.
 */
export function lanesIn(
  trials: readonly TrialObservation[],
  baselineOf: (lane: Factors, rows: readonly Factors[]) => number = (_, rows) => rows.findIndex(isBaseline),
): LaneInBlock[] {
  const lanes = trials.flatMap(({ factors: ofTrial, outcome }, trial) => {
    if (outcome.status !== 'completed') return [];
    const rows = outcome.rows.flatMap(({ factors, facts }) => (facts.type === 'slices' ? [{ factors, facts }] : []));
    if (rows.length === 0) return [];
    const quiet = quieterCycles(rows.map(({ facts }) => facts));
    const { facts: ofSpeed } = rows.find(({ factors }) => isBaseline(factors)) ?? (rows[0] as (typeof rows)[number]);
    const baselineCost = laneValues(ofSpeed, ofSpeed).cost.value;
    return rows.flatMap(({ factors, facts }): LaneInBlock[] => {
      const baseline =
        rows[
          baselineOf(
            factors,
            rows.map((row) => row.factors),
          )
        ]?.facts;
      if (!baseline) return [];
      return [
        {
          trial,
          row: factors,
          factors: withoutPart({ ...ofTrial, ...factors }),
          facts,
          values: laneValues(facts, baseline),
          quieter: laneValues(facts, baseline, quiet).added,
          baselineCost,
        },
      ];
    });
  });
  return atOneSpeed(lanes);
}

/**
 * A shared machine changes its speed by half for minutes, and with it the cost of whatever runs on it: what a block measured is told at
 * the speed of the run, which is the median over its blocks' baselines. A cost that was put in spins against the clock, and does not
 * change; nor does the baseline, which is told as it was.
 */
function atOneSpeed(lanes: readonly LaneInBlock[]): LaneInBlock[] {
  const baselines = [...Map.groupBy(lanes, ({ trial }) => trial).values()].map(([first]) => first?.baselineCost ?? 1);
  const ofRun = baselines.length > 0 ? median(baselines) : 1;
  return lanes.map((lane) => {
    const keepsSpeed = isBaseline(lane.factors) || lane.facts.injectedMicroseconds !== undefined;
    return keepsSpeed ? lane : atSpeed(lane, ofRun / lane.baselineCost);
  });
}

function atSpeed(lane: LaneInBlock, factor: number): LaneInBlock {
  const { added, addedByTier, cost, costByTier, logRatio } = lane.values;
  const all = (tiers: Readonly<Record<string, BlockValue>>) =>
    Object.fromEntries(Object.entries(tiers).map(([tier, value]) => [tier, scaled(value, factor)]));
  return {
    ...lane,
    quieter: scaled(lane.quieter, factor),
    values: {
      added: scaled(added, factor),
      addedByTier: all(addedByTier),
      cost: scaled(cost, factor),
      costByTier: all(costByTier),
      logRatio,
    },
  };
}

/** The components between generations that the estimates of a run are made with. */
export interface Components {
  readonly added: Component;
  readonly logRatio: Component;
  /** Whether they are the run's own; otherwise those of the reference run stand in. */
  readonly own: boolean;
}

/**
 * The components over the lanes of a run. Controls and baselines, whose replicates are blocks, have no say; nor has a cache with a TTL,
 * for how often it is hit depends on how fast the others are.
 */
export function componentsOf(lanes: readonly LaneInBlock[]): Components {
  const compared = cellsOf(
    lanes.filter(({ factors }) => {
      return factors.control === undefined && factors.ttlSeconds === undefined && !isBaseline(factors);
    }),
  );
  const own = {
    added: pooledComponent(compared.map((cell) => replicated(cell, ({ added }) => added, scaleOf(cell)))),
    logRatio: pooledComponent(compared.map((cell) => replicated(cell, ({ logRatio }) => logRatio, logScaleOf(cell)))),
  };
  return {
    added: componentFor(own.added, referenceComponents.added),
    logRatio: componentFor(own.logRatio, referenceComponents.logRatio),
    own: componentFor(own.added, referenceComponents.added) === own.added,
  };
}

const cellsOf = (lanes: readonly LaneInBlock[]): LaneInBlock[][] => [
  ...Map.groupBy(lanes, ({ factors }) => factorsKey(factors)).values(),
];

const replicated = (
  cell: readonly LaneInBlock[],
  pick: (values: LaneValues) => BlockValue,
  scale: number,
): Replicated => ({ values: cell.map(({ values }) => pick(values)), scale });

const meanOver = (cell: readonly LaneInBlock[], pick: (values: LaneValues) => BlockValue | undefined) =>
  cell.reduce((sum, { values }) => sum + (pick(values)?.value ?? 0), 0) / cell.length;

/**
 * How much two equal servers differ between generations, as a share of what they cost, beside how much an added cost does as a share of
 * itself. In the reference run (49 blocks, 136 degrees of freedom): 2.0 % beside 5.8 %; with this share it is 5.6 % of the scale for the
 * A/A lane, and 5.3, 6.0 and 5.7 % for strategies that add up to 15, up to 100 and over 100 µs.
 */
const baselineShare = 0.36;

/** What differences between generations are in proportion to, in nanoseconds: of all tiers together, or of one. */
function scaleOf(cell: readonly LaneInBlock[], tier?: string): number {
  const cost = meanOver(cell, (values) => (tier === undefined ? values.cost : values.costByTier[tier]));
  const added = meanOver(cell, (values) => (tier === undefined ? values.added : values.addedByTier[tier]));
  return Math.hypot(baselineShare * (cost - added), added);
}

/** The same for the logarithm of a ratio of costs. */
const logScaleOf = (cell: readonly LaneInBlock[]): number => scaleOf(cell) / meanOver(cell, ({ cost }) => cost);

/**
 * How much wider intervals are than the generations of one run make them: those are alike, for the machine's moods last minutes. Chosen
 * on eleven runs of five minutes, whose intervals then hold what the reference run found, at one speed, in 94 % of the cases; without it in
 * 85 % (results/intervals). Of longer runs it is not shown.
 */
const runFactor = 1.3;

function estimated(of: Replicated, component: Component) {
  const { value, low, high } = pooledEstimate(of, component, confidence);
  return { value, low: value - runFactor * (value - low), high: value + runFactor * (high - value) };
}

/**
 * What values of blocks, in nanoseconds, come to in seconds, with the component of the reference run.
 * @param name of the measure.
 * @param scale what differences between generations are in proportion to, in nanoseconds.
 */
export const estimateOver = (name: string, values: readonly BlockValue[], scale: number): Measure =>
  inSeconds(name, { values, scale }, referenceComponents.added);

function inSeconds(name: string, of: Replicated, component: Component): Measure {
  const { value, low, high } = estimated(of, component);
  return asMeasure(name, { value: value / 1e9, low: low / 1e9, high: high / 1e9, confidence }, of.values.length);
}

/** The findings of an experiment whose trials are blocks of lanes; those of its controls last. */
export function sliceFindings(
  trials: readonly TrialObservation[],
  experiment: string,
  lanes: readonly LaneInBlock[] = lanesIn(trials),
): Finding[] {
  const components = componentsOf(lanes);
  const withStatus = (status: string) => trials.filter(({ outcome }) => outcome.status === status).length;
  const others = { void: withStatus('void'), failed: withStatus('failed') };
  return cellsOf(lanes)
    .map((cell): Finding => {
      const { factors } = cell[0] as LaneInBlock;
      return {
        experiment: experiment === 'cost' && factors.control !== undefined ? 'control' : experiment,
        factors,
        measures: { ...costMeasures(cell, components), ...answerTotals(cell.map(({ facts }) => facts)) },
        ...redisCommandsOf(cell.map(({ facts }) => facts)),
        // A block that was not completed has no row of any lane: it counts with all of them.
        trials: { completed: cell.length, ...others },
      };
    })
    .sort(inOrder);
}

/** The baseline first, controls last, and between them whatever adds least first. */
function inOrder(a: Finding, b: Finding): number {
  const rank = ({ factors }: Finding) => (factors.control !== undefined ? 2 : isBaseline(factors) ? 0 : 1);
  const added = ({ measures }: Finding) => measures.addedCpuPerRequest?.value ?? 0;
  return rank(a) - rank(b) || added(a) - added(b) || (factorsKey(a.factors) < factorsKey(b.factors) ? -1 : 1);
}

function costMeasures(cell: readonly LaneInBlock[], components: Components): Record<string, Measure> {
  const { factors, values, facts } = cell[0] as LaneInBlock;
  const seconds = (name: string, of: Replicated) => ({ [name]: inSeconds(name, of, components.added) });
  const tiers = Object.keys(values.costByTier);
  const byTier = (name: string, pick: (values: LaneValues, tier: string) => BlockValue) =>
    Object.assign(
      {},
      ...tiers.map((tier) =>
        seconds(
          `${name}.${tier}`,
          replicated(cell, (lane) => pick(lane, tier) ?? nothing, scaleOf(cell, tier)),
        ),
      ),
    ) as Record<string, Measure>;
  if (isBaseline(factors)) {
    const own = tiers.map((tier) => baselineCost(`cpuPerRequest.${tier}`, cell, ({ costByTier }) => costByTier[tier]));
    return Object.assign(
      baselineCost('cpuPerRequest', cell, ({ cost }) => cost),
      ...own,
    );
  }
  const measures: Record<string, Measure> = {
    ...seconds(
      'cpuPerRequest',
      replicated(cell, ({ cost }) => cost, scaleOf(cell)),
    ),
    ...byTier('cpuPerRequest', ({ costByTier }, tier) => costByTier[tier] as BlockValue),
  };
  const logRatio = estimated(
    replicated(cell, (lane) => lane.logRatio, logScaleOf(cell)),
    components.logRatio,
  );
  const injected = facts.injectedMicroseconds;
  return {
    ...seconds(
      'addedCpuPerRequest',
      replicated(cell, ({ added }) => added, scaleOf(cell)),
    ),
    ...byTier('addedCpuPerRequest', ({ addedByTier }, tier) => addedByTier[tier] as BlockValue),
    ...seconds('addedCpuPerRequest.quieter', { values: cell.map(({ quieter }) => quieter), scale: scaleOf(cell) }),
    throughputVsBaseline: asMeasure(
      'throughputVsBaseline',
      {
        value: Math.exp(-logRatio.value),
        low: Math.exp(-logRatio.high),
        high: Math.exp(-logRatio.low),
        confidence,
      },
      cell.length,
    ),
    ...(injected === undefined
      ? {}
      : { injectedCpuPerRequest: exactly('injectedCpuPerRequest', injected * 1e-6, cell.length) }),
    ...measures,
  };
}

/** What the baseline cost as it was, whatever the machine's speed: the median over blocks, with the interval of its ranks. */
function baselineCost(
  name: string,
  cell: readonly LaneInBlock[],
  pick: (values: LaneValues) => BlockValue | undefined,
): Record<string, Measure> {
  const { value, low, high, confidence } = estimateMedian(cell.map(({ values }) => pick(values)?.value ?? 0));
  const estimate = { value: value / 1e9, low: low / 1e9, high: high / 1e9, confidence };
  return { [name]: asMeasure(name, estimate, cell.length) };
}

const nothing: BlockValue = { value: 0, variance: 0 };
