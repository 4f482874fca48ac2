// What is derived from blocks of ways to take a token back, and how it is told. Pure.

import { thousands } from '../catalogue/format.ts';
import { asMeasure } from '../catalogue/measures.ts';
import { combinationOf } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import { addedText } from './cost-sentences.ts';
import { estimateMedian } from './median.ts';
import { type LaneInBlock, lanesIn, sliceFindings } from './slice-findings.ts';

/** The findings of an experiment whose cells differ in how many tokens were revoked. */
export function revocationFindings(trials: readonly TrialObservation[], experiment: string): Finding[] {
  const lanes = lanesIn(trials);
  return sliceFindings(trials, experiment, lanes)
    .filter(({ factors }) => factors.control === undefined)
    .map((finding) => {
      const { strategy, revokedTokens } = finding.factors;
      const { check } = combinationOf(String(strategy));
      const isFilled = check !== 'none' && Number(revokedTokens) > 0;
      const ofCell = lanes.filter(({ factors }) => isSame(factors, finding.factors));
      const asked = check === 'bloom-blocklist' && isFilled ? falsePositives(ofCell) : null;
      return asked ? { ...finding, measures: { ...finding.measures, falsePositiveRate: asked } } : finding;
    });
}

const isSame = (a: Factors, b: Factors) =>
  Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([name, value]) => b[name] === value);

/** The share of valid tokens that a filter took for revoked: Redis was asked for them, and for all that were. */
function falsePositives(cell: readonly LaneInBlock[]): Measure | null {
  const shares = cell.flatMap(({ facts: { redisCommands, requests, invalid } }) =>
    redisCommands ? [Math.max(0, (redisCommands.zscore ?? 0) - invalid) / (requests - invalid)] : [],
  );
  return shares.length > 0 ? asMeasure('falsePositiveRate', estimateMedian(shares), shares.length) : null;
}

/** What each way to take a token back adds and asks, by the number of tokens that were revoked. */
export const revocationSentences = (findings: readonly Finding[]): string[] =>
  [...Map.groupBy(findings, ({ factors }) => factors.strategy).values()].flatMap(sentencesOn);

function sentencesOn(findings: readonly Finding[]): string[] {
  const byNumber = [...findings].sort((a, b) => Number(a.factors.revokedTokens) - Number(b.factors.revokedTokens));
  const most = byNumber.at(-1);
  if (!most || combinationOf(String(most.factors.strategy)).check === 'none') return [];
  const told = byNumber.flatMap(({ factors, measures: { addedCpuPerRequest: added } }) => {
    const share =
      factors.revokedShare === 0 ? '' : ` (presented by ${Number(factors.revokedShare) * 100} % of the requests)`;
    return added ? [`${addedText(added)} with ${thousands(Number(factors.revokedTokens))} revoked${share}`] : [];
  });
  const { falsePositiveRate: asked } = most.measures;
  return [
    [
      `${most.factors.strategy} adds ${told.join(', ')}.`,
      ...(asked ? [`Redis is asked for ${percentOfHundredths(asked)} of the valid tokens.`] : []),
    ].join(' '),
  ];
}

/** "0.10 % (0.07 to 0.20)". */
const percentOfHundredths = ({ value, low, high }: Measure) => {
  const percent = (share: number) => (share * 100).toFixed(2);
  return `${percent(value)} %${low < high ? ` (${percent(low)} to ${percent(high)})` : ''}`;
};
