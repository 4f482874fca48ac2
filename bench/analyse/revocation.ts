// What is derived from trials of ways to take a token back, beside the cells of every experiment, and how it is told. Pure.
import { combinationOf } from '../plan/strategies.ts';
import type { Factors, TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import { addedByEach, ratioBeside, type Sample, samplesBehind, samplesOf } from './beside.ts';
import { findingsOf } from './findings.ts';
import { estimateMedian } from './median.ts';
import { bytesText, durationText, ratioText, thousands } from './wording.ts';

/** The factors of a cell in which nothing was revoked. */
const nothingRevoked: Factors = { revokedTokens: 0, revokedShare: 0 };

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
  const toJwt = (measure: string) => ratioBeside(cell, all, measure, () => ({ strategy: 'jwt' }));
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

/** On one strategy, from its findings: with the fewest tokens revoked, and with the most. */
function sentencesOn(findings: readonly Finding[]): string[] {
  const [fewest, ...more] = findings.filter(({ measures }) => measures.throughputRatio);
  const revoked = ({ factors }: Finding) => Number(factors.revokedTokens);
  const most = more.reduce((a, b) => (a && revoked(a) >= revoked(b) ? a : b), fewest);
  if (!fewest || !most || combinationOf(String(most.factors.strategy)).check === 'none') return [];
  const carries = ({ measures }: Finding) => ratioText(measures.throughputRatio as Measure);
  const first = `${most.factors.strategy} carries ${carries(fewest)} of no authentication with ${tokensRevoked(fewest)}`;
  const last = fewest === most ? '' : `, ${carries(most)} with ${tokensRevoked(most)}`;
  const {
    ratioToJwt,
    falsePositiveRate: asked,
    'cpuPerRequest.servers': servers,
    'cpuPerRequest.redis': redis,
  } = most.measures;
  return [
    `${first}${last}.`,
    ...(ratioToJwt && servers && redis
      ? [
          `That is ${ratioText(ratioToJwt)} of jwt alone, at ${durationText(servers)} of server and ${durationText(redis)} of Redis CPU a request.`,
        ]
      : []),
    ...(asked ? [`Redis is asked for ${(asked.value * 100).toFixed(2)} % of the valid tokens.`] : []),
    ...memorySentence(most),
  ];
}

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
