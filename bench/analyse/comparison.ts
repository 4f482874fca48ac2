// From the pairs of a comparison to the verdict of each gate. Pure.
import { type Gate, type Gates, pairMeasures } from '../plan/gates.ts';
import type { GateResult } from '../record/comparison.ts';
import type { PairFacts, PairSide } from '../record/observation.ts';
import { median } from './bootstrap.ts';
import { pairedLogRatio, typicalCost } from './pair.ts';
import { verdictsAt } from './verdict.ts';

/** What has been found out about one strategy so far. */
export interface StrategyPairs {
  readonly pairs: readonly PairFacts[];
  /** Why its gates are invalid, whatever the figures say; null when nothing is wrong. */
  readonly objection: string | null;
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
    const { pairs = [], objection = null } = found.get(gate.strategy) ?? {};
    return { gate, objection, logRatios: logRatiosOf(gate, pairs), pairs };
  });
  const judged = verdictsAt(
    cells.map(({ gate, logRatios }) => ({
      margin: gate.margin,
      logRatios: pairMeasures[gate.measure] === 'lower' ? logRatios : logRatios.map((value) => -value),
    })),
    rule,
    last,
  );
  return cells.map(({ gate, objection, logRatios, pairs }, index): GateResult => {
    const before = earlier[index];
    if (before && before.pairsNeeded === null && objection === null) return before;
    const { strategy, measure, margin } = gate;
    const better = pairMeasures[measure];
    const result = judged[index] as (typeof judged)[number];
    const ratios = logRatios.map(Math.exp);
    const shared = { strategy, measure, better, margin, ratios };
    if (objection !== null) return { ...shared, verdict: 'invalid', reason: objection, pairsNeeded: null };
    if (logRatios.length < 2) {
      const reason = 'fewer than two pairs could be measured';
      return { ...shared, verdict: last ? 'invalid' : 'inconclusive', reason, pairsNeeded: 2 };
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
export function objectionTo({ base, head }: Pick<PairFacts, 'base' | 'head'>): string | null {
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
