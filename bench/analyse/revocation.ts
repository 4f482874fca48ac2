// What is derived from trials of ways to take a token back, beside the cells of every experiment, and how it is told. Pure.
import { combinationOf } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import { addedByEach, ratioBeside, type Sample, samplesBehind, samplesOf } from './beside.ts';
import { findingsOf } from './findings.ts';
import { estimateMedian } from './median.ts';
import { bytesText, durationText, fewestTrials, ratioText, thousands } from './wording.ts';

/** The factors of a cell in which nothing was revoked. */
const nothingRevoked: Factors = { revokedTokens: 0, revokedShare: 0 };

/** The share of requests that may be refused for a strategy to be compared with one that refuses none. */
const mostRefused = 0.1;

/** The findings of an experiment whose cells differ in how many tokens were revoked. */
export function revocationFindings(trials: readonly TrialObservation[], experiment: string): Finding[] {
  const samples = samplesOf(trials);
  return findingsOf(trials, [experiment]).map((finding) => withComparisons(finding, samples));
}

/** What each way to take a token back carries, costs and keeps. */
export const revocationSentences = (findings: readonly Finding[]): string[] =>
  [...Map.groupBy(findings, ({ factors }) => factors.strategy).values()]
    .map(sentencesOn)
    .filter((sentences) => sentences.length > 0)
    .map((sentences) => sentences.join(' '));

/** With what it is beside the token alone, and what a revoked token takes of memory. */
function withComparisons(finding: Finding, all: readonly Sample[]): Finding {
  const { strategy, revokedTokens } = finding.factors;
  const { check } = combinationOf(String(strategy));
  const cell = samplesBehind(finding, all);
  // Where many requests are refused, and jwt refuses none, other things would be compared.
  const alike = Number(finding.factors.revokedShare) <= mostRefused;
  const toJwt = (measure: string) => (alike ? ratioBeside(cell, all, measure, () => ({ strategy: 'jwt' })) : null);
  const ofEach = (tier: string) =>
    check !== 'none' && Number(revokedTokens) > 0
      ? addedByEach(cell, all, `memory.${tier}`, (own) => ({ ...own, ...nothingRevoked }))
      : null;
  const derived = {
    ratioToJwt: toJwt('requestsPerSecond'),
    'cpuRatioToJwt.servers': toJwt('cpuPerRequest.servers'),
    'bytesPerRevokedToken.redis': ofEach('redis'),
    'bytesPerRevokedToken.servers': ofEach('servers'),
    falsePositiveRate: check === 'bloom-blocklist' && Number(revokedTokens) > 0 ? falsePositives(cell) : null,
  };
  const known = Object.entries(derived).filter((entry): entry is [string, Measure] => entry[1] !== null);
  return { ...finding, measures: { ...finding.measures, ...Object.fromEntries(known) } };
}

/** The share of valid tokens that a filter took for revoked: Redis was asked for them, and for all that were. */
function falsePositives(cell: readonly Sample[]): Measure | null {
  const shares = cell.flatMap(({ facts }) => {
    if (facts.type !== 'http' || !facts.redisCommands || facts.invalid === undefined) return [];
    return [Math.max(0, (facts.redisCommands.zscore ?? 0) - facts.invalid) / (facts.requests - facts.invalid)];
  });
  return shares.length > 0 ? { ...estimateMedian(shares), unit: '1', better: 'lower', trials: shares.length } : null;
}

/** On one strategy, from its finding with the most tokens revoked; from one of so few trials that it has no spread only where all have. */
function sentencesOn(findings: readonly Finding[]): string[] {
  const revoked = ({ factors }: Finding) => Number(factors.revokedTokens);
  const compared = findings.filter(({ measures }) => measures.throughputRatio);
  const spread = compared.filter(({ measures }) => (measures.throughputRatio as Measure).trials >= fewestTrials);
  const most = (spread.length > 0 ? spread : compared).reduce<Finding | null>(
    (a, b) => (a && revoked(a) >= revoked(b) ? a : b),
    null,
  );
  if (!most || combinationOf(String(most.factors.strategy)).check === 'none') return [];
  const {
    throughputRatio: ratio,
    ratioToJwt,
    falsePositiveRate: asked,
    'cpuPerRequest.servers': servers,
    'cpuPerRequest.redis': redis,
  } = most.measures;
  const toJwt = ratioToJwt ? `, ${ratioText(ratioToJwt)} of jwt alone` : '';
  return [
    `${most.factors.strategy} carries ${ratioText(ratio as Measure)} of no authentication${toJwt}, with ${tokensRevoked(most)}.`,
    ...(servers && redis
      ? [`A request costs ${durationText(servers)} of server and ${durationText(redis)} of Redis CPU.`]
      : []),
    ...(asked ? [`Redis is asked for ${percentOfHundredths(asked)} of the valid tokens.`] : []),
    ...memorySentence(most),
  ];
}

/** "0.10 % (0.07 to 0.20)". */
const percentOfHundredths = ({ value, low, high }: Measure) => {
  const percent = (share: number) => (share * 100).toFixed(2);
  return `${percent(value)} %${low < high ? ` (${percent(low)} to ${percent(high)})` : ''}`;
};

function tokensRevoked({ factors }: Finding): string {
  const tokens = factors.revokedTokens === 0 ? 'no token' : `${thousands(Number(factors.revokedTokens))} tokens`;
  const share =
    factors.revokedShare === 0 ? '' : ` (which ${Number(factors.revokedShare) * 100} % of the requests present)`;
  return `${tokens} revoked${share}`;
}

function memorySentence({ measures }: Finding): string[] {
  const { 'bytesPerRevokedToken.redis': redis, 'bytesPerRevokedToken.servers': servers } = measures;
  if (!redis || !servers) return [];
  return [`A revoked token takes ${bytesText(redis)} of Redis, and ${bytesText(servers)} of each instance.`];
}
