// What is derived from blocks of ways to take a token back, and how it is told. Pure.

import { bytesText, thousands } from '../catalogue/format.ts';
import { asMeasure } from '../catalogue/measures.ts';
import { combinationOf } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import { addedText } from './cost-sentences.ts';
import { estimateMedian } from './median.ts';
import { addedByEach, samplesBehind, samplesOf } from './paired-ratio.ts';
import { type LaneInBlock, lanesIn, sliceFindings } from './slice-findings.ts';

/** The factors of a cell in which nothing was revoked. */
const nothingRevoked: Factors = { revokedTokens: 0, revokedShare: 0 };

/** The findings of an experiment whose cells differ in how many tokens were revoked. */
export function revocationFindings(trials: readonly TrialObservation[], experiment: string): Finding[] {
  const samples = samplesOf(trials);
  const lanes = lanesIn(trials);
  return sliceFindings(trials, experiment, lanes)
    .filter(({ factors }) => factors.control === undefined)
    .map((finding) => {
      const { strategy, revokedTokens } = finding.factors;
      const { check } = combinationOf(String(strategy));
      const cell = samplesBehind(finding, samples);
      const isFilled = check !== 'none' && Number(revokedTokens) > 0;
      const ofEach = (tier: 'redis' | 'servers') =>
        isFilled ? addedByEach(cell, samples, tier, (own) => ({ ...own, ...nothingRevoked })) : null;
      const ofCell = lanes.filter(({ factors }) => isSame(factors, finding.factors));
      const derived = {
        'bytesEach.redis': ofEach('redis'),
        'bytesEach.servers': ofEach('servers'),
        falsePositiveRate: check === 'bloom-blocklist' && isFilled ? falsePositives(ofCell) : null,
      };
      const known = Object.entries(derived).filter((entry): entry is [string, Measure] => entry[1] !== null);
      return { ...finding, measures: { ...finding.measures, ...Object.fromEntries(known) } };
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

/** What each way to take a token back adds, asks and keeps, by the number of tokens that were revoked. */
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
      ...memorySentence(most),
    ].join(' '),
  ];
}

/** "0.10 % (0.07 to 0.20)". */
const percentOfHundredths = ({ value, low, high }: Measure) => {
  const percent = (share: number) => (share * 100).toFixed(2);
  return `${percent(value)} %${low < high ? ` (${percent(low)} to ${percent(high)})` : ''}`;
};

function memorySentence({ measures }: Finding): string[] {
  const { 'bytesEach.redis': redis, 'bytesEach.servers': servers } = measures;
  if (!redis || !servers) return [];
  return [`A revoked token takes ${bytesText(redis)} of Redis, and ${bytesText(servers)} of each instance.`];
}
