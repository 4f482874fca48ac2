// From the pairs of a comparison to the verdict of each gate. Pure.
import { type Gate, type Gates, pairMeasures } from '../plan/gates.ts';
import type { GateResult } from '../record/comparison.ts';
import type { PairFacts, PairSide } from '../record/facts.ts';
import type { Outcome } from '../record/observation.ts';
import { median } from './median.ts';
import { pairedLogRatio, typicalCost } from './pair.ts';
import { verdictsAt } from './verdict.ts';

/** What has been found out about one strategy so far. */
export interface StrategyPairs {
  readonly pairs: readonly PairFacts[];
  /** Why its gates are invalid, whatever the figures say; null when nothing is wrong. */
  readonly objection: string | null;
  /** Runs of a pair, void ones included, in which a side left requests without an answer. */
  readonly erring: Readonly<Record<'base' | 'head', number>>;
  /** Runs of a pair that came to no end. */
  readonly failed: number;
  /** Seconds, of void pairs too. */
  readonly loadSeconds: number;
}

const nothingYet: StrategyPairs = {
  pairs: [],
  objection: null,
  erring: { base: 0, head: 0 },
  failed: 0,
  loadSeconds: 0,
};

/** What happened once may have been the machine's doing; twice, and to one side alone, it is not. */
const tooOften = 2;

/**
 * What is known of a strategy after one more run of a pair. Runs that came out clean do not outweigh those that did not: a side
 * that fails now and then is not to be measured by the rest.
 */
export function withPair(before: StrategyPairs | undefined, outcome: Outcome): StrategyPairs {
  const known = before ?? nothingYet;
  if (outcome.status === 'failed') {
    const failed = known.failed + 1;
    const objection = failed < tooOften ? null : `a pair failed ${failed} times: ${outcome.reason}`;
    return { ...known, failed, objection };
  }
  const facts = outcome.rows[0]?.facts;
  if (facts?.type !== 'pair') return known;
  const { base, head } = facts;
  const erring = {
    base: known.erring.base + (base.errors > 0 ? 1 : 0),
    head: known.erring.head + (head.errors > 0 ? 1 : 0),
  };
  return {
    ...known,
    pairs: outcome.status === 'completed' ? [...known.pairs, facts] : known.pairs,
    objection: objectionTo(facts) ?? objectionToErrors(erring),
    erring,
    loadSeconds: known.loadSeconds + facts.loadSeconds,
  };
}

function objectionToErrors({ base, head }: StrategyPairs['erring']): string | null {
  const [name, runs, others] = head > base ? ['head', head, base] : ['base', base, head];
  if (runs < tooOften || others > 0) return null;
  return `${name} left requests without an answer in ${runs} runs of a pair, the other side in none`;
}

/** The gates of a comparison that an objection ends: what no planned look has decided stays undecided. */
export function endedBy(
  objection: string,
  strategy: string,
  { gates }: Gates,
  found: ReadonlyMap<string, StrategyPairs>,
  earlier: readonly GateResult[],
): GateResult[] {
  return gates.map((gate, index): GateResult => {
    const { measure, margin } = gate;
    const ratios = logRatiosOf(gate, found.get(gate.strategy)?.pairs ?? []).map(Math.exp);
    const shared = { strategy: gate.strategy, measure, better: pairMeasures[measure], margin, ratios };
    if (gate.strategy === strategy) return { ...shared, verdict: 'invalid', reason: objection, pairsNeeded: null };
    const undecided = 'the comparison ended before a look at it';
    return earlier[index] ?? { ...shared, verdict: 'inconclusive', reason: undecided, pairsNeeded: null };
  });
}

/**
 * The gates at one look, or at the end of the budget. A gate that an earlier look decided stays as it was.
 * @param earlier the results of the last look; empty before the first.
 * @param last whether no more pairs will come.
 */
export function gateResults(
  { gates, ...rule }: Gates,
  found: ReadonlyMap<string, StrategyPairs>,
  earlier: readonly GateResult[],
  last: boolean,
): GateResult[] {
  const cells = gates.map((gate) => {
    const { pairs, erring } = found.get(gate.strategy) ?? nothingYet;
    return { gate, logRatios: logRatiosOf(gate, pairs), pairs, erring };
  });
  const judged = verdictsAt(
    cells.map(({ gate, logRatios }) => ({
      margin: gate.margin,
      logRatios: pairMeasures[gate.measure] === 'lower' ? logRatios : logRatios.map((value) => -value),
    })),
    rule,
    last,
  );
  return cells.map(({ gate, logRatios, pairs, erring }, index): GateResult => {
    const before = earlier[index];
    if (before && before.pairsNeeded === null) return before;
    const { strategy, measure, margin } = gate;
    const better = pairMeasures[measure];
    const result = judged[index] as (typeof judged)[number];
    const ratios = logRatios.map(Math.exp);
    const shared = { strategy, measure, better, margin, ratios };
    if (logRatios.length < 2) {
      const reason = 'fewer than two pairs could be measured';
      return { ...shared, verdict: last ? 'invalid' : 'inconclusive', reason, pairsNeeded: 2 };
    }
    if (result.verdict === 'improved' && erring.head > erring.base) {
      const reason = 'head left requests without an answer: what it saves is not known';
      return { ...shared, verdict: 'invalid', reason, pairsNeeded: null };
    }
    const turned = better === 'lower' ? 1 : -1;
    const bounds = [turned * result.interval.low, turned * result.interval.high].sort((a, b) => a - b).map(Math.exp);
    return {
      ...shared,
      verdict: result.verdict,
      ratio: {
        value: Math.exp(turned * result.interval.mean),
        low: bounds[0] as number,
        high: bounds[1] as number,
        confidence: result.confidence,
      },
      base: median(pairs.map(({ base }) => levelOf(gate, base) as number)),
      head: median(pairs.map(({ head }) => levelOf(gate, head) as number)),
      pairsNeeded: result.pairsNeeded,
    };
  });
}

function logRatiosOf(gate: Gate, pairs: readonly PairFacts[]): number[] {
  if (gate.measure === 'cpuPerRequest.servers') return pairs.map(pairedLogRatio);
  return pairs.flatMap(({ base, head }) =>
    base.instructionsPerRequest && head.instructionsPerRequest
      ? [Math.log(head.instructionsPerRequest / base.instructionsPerRequest)]
      : [],
  );
}

const levelOf = ({ measure }: Gate, side: PairSide) =>
  measure === 'cpuPerRequest.servers' ? typicalCost(side.cpuPerRequest) : side.instructionsPerRequest;

/**
 * Why the answers of a pair make the comparison invalid, whatever was measured; null when they do not. A server that lets
 * in whom it must refuse is not a faster one.
 */
function objectionTo({ base, head }: Pick<PairFacts, 'base' | 'head'>): string | null {
  for (const [name, side] of [
    ['head', head],
    ['base', base],
  ] as const) {
    const wrong = [
      side.falseAccepts > 0 ? `accepted ${side.falseAccepts} credentials that it had to refuse` : '',
      side.falseRejects > 0 ? `refused ${side.falseRejects} credentials that it had to accept` : '',
    ].filter(Boolean);
    if (wrong.length > 0) return `${name} ${wrong.join(' and ')}, of ${side.requests}`;
  }
  return null;
}
