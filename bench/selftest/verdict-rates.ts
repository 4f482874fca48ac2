// How often a rule gives each verdict, and how soon, when blocks are drawn again and again from measured ones. Pure.

import { meanOf, tInterval } from '../analyse/intervals.ts';
import { gatedFrom, type VerdictRule, verdictsAt } from '../analyse/verdict.ts';
import type { Random } from '../plan/random.ts';
import type { Verdict } from '../record/comparison.ts';

/** Shares of draws, and what the draws took. */
export interface VerdictRates {
  readonly rates: Readonly<Record<Verdict, number>>;
  /** Blocks until the verdict: the median, and what 95 % of the draws stayed within. */
  readonly blocksMedian: number;
  readonly blocksP95: number;
}

/**
 * The verdict of one cell on blocks that come one after the other: at the first look that decides, or at the last. It knows the spread
 * from these blocks alone; a comparison pools it over its strategies, draws it towards the usual one, and draws in blocks that lie far off.
 */
export function verdictOn(
  blocks: readonly number[],
  margin: number,
  rule: VerdictRule,
): { verdict: Verdict; blocks: number } {
  for (const look of rule.looks) {
    const last = look === rule.looks.at(-1);
    const [result] = verdictsAt([gatedFrom(blocks.slice(0, look), margin)], rule, last);
    if (result?.decided) return { verdict: result.verdict, blocks: look };
  }
  return { verdict: 'invalid', blocks: blocks.length };
}

/** Draws as many blocks as the budget has, with replacement, `draws` times, and asks for the verdict each time. */
export function verdictRates(
  logRatios: readonly number[],
  margin: number,
  rule: VerdictRule,
  draws: number,
  random: Random,
): VerdictRates {
  const budget = rule.looks.at(-1) as number;
  const results = Array.from({ length: draws }, () =>
    verdictOn(
      Array.from({ length: budget }, () => logRatios[random.below(logRatios.length)] as number),
      margin,
      rule,
    ),
  );
  const share = (verdict: Verdict) => results.filter((result) => result.verdict === verdict).length / draws;
  const blocks = results.map((result) => result.blocks).sort((a, b) => a - b);
  return {
    rates: {
      pass: share('pass'),
      regressed: share('regressed'),
      improved: share('improved'),
      inconclusive: share('inconclusive'),
      invalid: share('invalid'),
    },
    blocksMedian: blocks[Math.floor(draws / 2)] as number,
    blocksP95: blocks[Math.floor(draws * 0.95)] as number,
  };
}

/** How often a t interval over n values drawn from a sample holds the sample's own mean. */
export function coverage(
  values: readonly number[],
  n: number,
  confidence: number,
  draws: number,
  random: Random,
): number {
  const truth = meanOf(values);
  let held = 0;
  for (let draw = 0; draw < draws; draw += 1) {
    const drawn = Array.from({ length: n }, () => values[random.below(values.length)] as number);
    const { low, high } = tInterval(drawn, confidence);
    if (low <= truth && truth <= high) held += 1;
  }
  return held / draws;
}
