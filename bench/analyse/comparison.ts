// From the blocks of a comparison to the verdict of each gate. Pure.
import { type Gate, type Gates, gateMeasures } from '../plan/gates.ts';
import type { GateResult, Ratio } from '../record/comparison.ts';
import type { Factors } from '../record/facts.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { SliceFacts } from '../record/slices.ts';
import { moderated, pooledSpread, usualSpread } from './block-spread.ts';
import { meanOf } from './intervals.ts';
import { laneValues } from './lane-difference.ts';
import { median } from './median.ts';
import { drawnIn, lostSquares } from './outlying.ts';
import type { Component } from './pooled.ts';
import { type Gated, intervalOf, verdictsAt } from './verdict.ts';

type Side = 'base' | 'head';

/** What one strategy, or the control, was in one completed block. */
interface Replicate {
  readonly base: SliceFacts;
  readonly head: SliceFacts;
}

/** Where the rows of a strategy's sides stand in a block. */
type Wanted = Readonly<Record<Side, (factors: Factors) => boolean>>;

const sidesOf = (strategy: string): Wanted => {
  const isOf = (side: Side) => (factors: Factors) =>
    factors.strategy === strategy && factors.side === side && factors.control === undefined;
  return { base: isOf('base'), head: isOf('head') };
};

/** What a block came to, whatever else is known of it. */
type Ended = Pick<TrialObservation, 'outcome'>;

function replicatesIn(trials: readonly Ended[], wanted: Wanted): Replicate[] {
  return trials.flatMap(({ outcome }) => {
    if (outcome.status !== 'completed') return [];
    const factsOf = (side: Side) => outcome.rows.find(({ factors }) => wanted[side](factors))?.facts;
    const [base, head] = [factsOf('base'), factsOf('head')];
    return base?.type === 'slices' && head?.type === 'slices' ? [{ base, head }] : [];
  });
}

/** The controls, of all strategies: base as it is, and base once more. */
function controlsIn(trials: readonly TrialObservation[]): Replicate[] {
  const rows = trials.flatMap(({ outcome }) => (outcome.status === 'failed' ? [] : outcome.rows));
  const controls = rows.filter(({ factors }) => factors.control === 'a/a');
  return [...new Set(controls.map(({ factors }) => String(factors.strategy)))].flatMap((strategy) =>
    replicatesIn(trials, {
      base: sidesOf(strategy).base,
      head: ({ control, strategy: own }) => control === 'a/a' && own === strategy,
    }),
  );
}

/** A strategy's head beside its base in one completed block. */
export interface ComparedBlock {
  readonly logRatio: number;
  /** Of CPU over the whole load, disturbed slices and all: noisier, and independent of how slices are weighed. */
  readonly wholeRatio: number;
  /** CPU nanoseconds per request of base. */
  readonly baseCost: number;
}

export const blocksIn = (trials: readonly Ended[], strategy: string): ComparedBlock[] =>
  replicatesIn(trials, sidesOf(strategy)).map(({ base, head }) => {
    const wholeRatio = wholeOf(head) / wholeOf(base);
    return { logRatio: laneValues(head, base).logRatio.value, wholeRatio, baseCost: laneValues(base, base).cost.value };
  });

const wholeOf = ({ cpu }: SliceFacts): number =>
  Object.values(cpu)
    .flatMap((costs) => costs ?? [])
    .reduce((sum, cost) => sum + cost, 0);

/** What happened once may have been the machine's doing; twice, and to one side alone, it is not. */
const tooOften = 2;

/** Why a comparison is invalid, whatever the figures say. */
export interface Invalidity {
  /** Null where it is about all of them. */
  readonly strategy: string | null;
  readonly reason: string;
}

/**
 * What speaks against a comparison. Blocks that came out clean do not outweigh those that did not: a server that accepts whom it must
 * reject is no faster, and a side that fails now and then is not to be measured by the rest.
 */
export function invalidityOf(trials: readonly TrialObservation[]): Invalidity | null {
  const failed = trials.flatMap(({ outcome }) => (outcome.status === 'failed' ? [outcome.reason] : []));
  if (failed.length >= tooOften)
    return { strategy: null, reason: `a block failed ${failed.length} times: ${failed.at(-1)}` };
  const rows = trials.flatMap(({ outcome }, trial) =>
    outcome.status === 'failed' ? [] : outcome.rows.map((row) => ({ ...row, trial })),
  );
  const erring: Record<string, Record<Side, Set<number>>> = {};
  for (const { factors, facts, trial } of rows) {
    if (facts.type !== 'slices') continue;
    const [strategy, side] = [String(factors.strategy), factors.side as Side];
    const wrong = [
      facts.falseAccepts > 0 ? `accepted ${facts.falseAccepts} credentials that it had to reject` : '',
      facts.falseRejects > 0 ? `rejected ${facts.falseRejects} credentials that it had to accept` : '',
    ].filter(Boolean);
    if (wrong.length > 0) return { strategy, reason: `${side} ${wrong.join(' and ')}, of ${facts.requests}` };
    erring[strategy] ??= { base: new Set(), head: new Set() };
    if (facts.errors > 0) erring[strategy][side].add(trial);
  }
  for (const [strategy, trialsOf] of Object.entries(erring)) {
    const [base, head] = [trialsOf.base.size, trialsOf.head.size];
    const [name, blocks, others] = head > base ? ['head', head, base] : ['base', base, head];
    if (blocks >= tooOften && others === 0)
      return {
        strategy,
        reason: `${name} left requests without an answer in ${blocks} blocks, the other side in none`,
      };
  }
  return null;
}

/** The gates of a comparison that is invalid: what no planned look has decided stays undecided. */
export function invalidResults(
  { strategy, reason }: Invalidity,
  { gates }: Gates,
  earlier: readonly GateResult[],
): GateResult[] {
  return gates.map((gate, index): GateResult => {
    const shared = { ...gate, replicates: 0, replicatesNeeded: null };
    if (strategy === null || gate.strategy === strategy) return { ...shared, verdict: 'invalid', reason };
    return earlier[index] ?? { ...shared, verdict: 'inconclusive', reason: 'the comparison ended before a look at it' };
  });
}

/** The logarithm of head over base, of each block. */
function logRatiosOf(measure: Gate['measure'], replicates: readonly Replicate[]): number[] {
  if (measure === 'cpuPerRequest') return replicates.map(({ base, head }) => laneValues(head, base).logRatio.value);
  return replicates.flatMap(({ base, head }) =>
    base.instructionsPerRequest && head.instructionsPerRequest
      ? [Math.log(head.instructionsPerRequest / base.instructionsPerRequest)]
      : [],
  );
}

/** A measure of one side, per request. */
function levelOf(measure: Gate['measure'], facts: SliceFacts): number | null {
  const commands = Object.values(facts.redisCommands ?? {}).reduce((sum, calls) => sum + calls, 0);
  switch (measure) {
    case 'cpuPerRequest':
      return laneValues(facts, facts).cost.value / 1e9;
    case 'instructionsPerRequest.servers':
      return facts.instructionsPerRequest ?? null;
    case 'redisCommandsPerRequest':
      return facts.redisCommands ? commands / facts.requests : null;
    case 'requestBytes':
      return facts.requestBytes / facts.requests;
    case 'responseBytes':
      return facts.responseBytes / facts.requests;
  }
}

/** What the blocks tell of one measure, of the gates' strategies and, where it is CPU, of the controls. */
interface Measured {
  readonly ofStrategy: ReadonlyMap<string, readonly number[]>;
  readonly ofControls: readonly number[];
  readonly spread: Component;
}

/** CPU has blocks that lie far off; instructions are counted, and have none. Controls are one cell: all of them differ by nothing. */
function measuredOf(measure: Gate['measure'], { gates }: Gates, trials: readonly TrialObservation[]): Measured {
  const strategies = gates.filter((gate) => gate.measure === measure).map(({ strategy }) => strategy);
  const isTimed = measure === 'cpuPerRequest';
  const told = [
    ...strategies.map((strategy) => replicatesIn(trials, sidesOf(strategy))),
    isTimed ? controlsIn(trials) : [],
  ].map((cell) => logRatiosOf(measure, cell));
  const cells = isTimed ? drawnIn(told) : told;
  return {
    ofStrategy: new Map(strategies.map((strategy, index) => [strategy, cells[index] ?? []])),
    ofControls: cells.at(-1) ?? [],
    spread: isTimed ? moderated(pooledSpread(cells, lostSquares), usualSpread) : pooledSpread(cells),
  };
}

/** The mean of values that spread so, and how surely it is known. */
const meanWith = (values: readonly number[], { deviation, degrees }: Component) => ({
  mean: meanOf(values),
  error: deviation / Math.sqrt(values.length),
  degrees,
});

/** A look at the gates. */
export interface Look {
  /** Whether estimates are looked at; counts always are. */
  readonly isPlanned: boolean;
  /** Whether no more blocks will come. */
  readonly last: boolean;
}

/**
 * The gates after so many blocks. A gate that was decided earlier stays as it was.
 * @param earlier the results so far; empty before the first.
 */
export function gateResults(
  order: Gates,
  trials: readonly TrialObservation[],
  earlier: readonly GateResult[],
  { isPlanned, last }: Look,
): GateResult[] {
  const cells = order.gates.map((gate) => ({ gate, replicates: replicatesIn(trials, sidesOf(gate.strategy)) }));
  const estimated = cells.filter(({ gate }) => gateMeasures[gate.measure].kind === 'ratio');
  const measured = new Map(
    [...new Set(estimated.map(({ gate }) => gate.measure))].map((measure) => [
      measure,
      measuredOf(measure, order, trials),
    ]),
  );
  const judged = new Map(
    verdictsAt(
      estimated.map(({ gate }) => gatedOf(gate, measured.get(gate.measure) as Measured)),
      order,
      last,
    ).map((verdict, index) => [estimated[index]?.gate, verdict]),
  );
  const control = controlRatio(order, trials);
  return cells.map(({ gate, replicates }, index): GateResult => {
    const before = earlier[index];
    if (before && before.replicatesNeeded === null) return before;
    const middle = (side: Side) => {
      const levels = replicates.flatMap((replicate) => levelOf(gate.measure, replicate[side]) ?? []);
      return levels.length > 0 ? { [side]: median(levels) } : {};
    };
    const levels: Partial<Record<Side, number>> = { ...middle('base'), ...middle('head') };
    const shared = { ...gate, ...levels, replicates: replicates.length };
    const result = judged.get(gate);
    if (!result) return { ...shared, ...countVerdict(gate, levels, last) };
    if (!isPlanned) return before ?? { ...shared, verdict: 'inconclusive', replicatesNeeded: order.looks[0] ?? null };
    if (replicates.length < 2) {
      const reason = 'fewer than two blocks could be measured';
      return { ...shared, verdict: last ? 'invalid' : 'inconclusive', reason, replicatesNeeded: last ? null : 2 };
    }
    const { mean, low, high } = result.interval;
    const ratio = { value: Math.exp(mean), low: Math.exp(low), high: Math.exp(high), confidence: result.confidence };
    const { verdict, replicatesNeeded } = result;
    if (verdict !== 'pass' && verdict !== 'inconclusive' && control && differsBy(control, gate)) {
      const reason = 'two equal servers differed by more than the margin';
      return {
        ...shared,
        verdict: 'inconclusive',
        reason,
        ratio,
        replicatesNeeded: last ? null : replicates.length + 1,
      };
    }
    return { ...shared, verdict, ratio, replicatesNeeded };
  });
}

/** Whether equal servers differed by more than what a gate asks about: then a change of its size is no finding. */
const differsBy = ({ low, high }: Ratio, { measure, margin = 0 }: Gate): boolean =>
  measure === 'cpuPerRequest' && (Math.log(low) > Math.log1p(margin) || Math.log(high) < -Math.log1p(margin));

function gatedOf({ strategy, margin = 0 }: Gate, { ofStrategy, spread }: Measured): Gated {
  const values = ofStrategy.get(strategy) ?? [];
  if (values.length === 0) return { mean: 0, error: 0, degrees: 0, replicates: 0, margin };
  return { ...meanWith(values, spread), replicates: values.length, margin };
}

/** What is counted is the same in every block: one tells it. */
function countVerdict(
  { measure }: Gate,
  { base, head }: Partial<Record<Side, number>>,
  last: boolean,
): Pick<GateResult, 'verdict' | 'reason' | 'replicatesNeeded'> {
  const known = gateMeasures[measure];
  if (base === undefined || head === undefined || known.kind !== 'count') {
    const reason = 'it could not be counted';
    return { verdict: last ? 'invalid' : 'inconclusive', reason, replicatesNeeded: last ? null : 1 };
  }
  const change = head - base;
  const verdict = Math.abs(change) <= known.tolerance ? 'pass' : change > 0 ? 'regressed' : 'improved';
  return { verdict, replicatesNeeded: null };
}

const confidence = 0.95;

/** CPU per request of base over base, of all strategies together; null with fewer than two. */
export function controlRatio(order: Gates, trials: readonly TrialObservation[]): Ratio | null {
  const { ofControls: values, spread } = measuredOf('cpuPerRequest', order, trials);
  if (values.length < 2) return null;
  const { mean, low, high } = intervalOf(meanWith(values, spread), confidence);
  return { value: Math.exp(mean), low: Math.exp(low), high: Math.exp(high), confidence };
}
