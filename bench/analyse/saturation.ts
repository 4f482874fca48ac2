// Throughput at saturation beside what the costs predict for the core that servers, Redis and balancer share. Pure.

import { rateText, significant, thousands } from '../catalogue/format.ts';
import { asMeasure } from '../catalogue/measures.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import { findingsOf } from './findings.ts';
import { findingWith, strategyLabel } from './wording.ts';

/** Tiers that share the core. */
const tiers = ['servers', 'redis', 'authorization', 'balancer'] as const;

/**
 * The findings of saturation, each with what the costs of `cost` predict: one core carries as many requests/s as the CPU seconds of
 * a request, at all tiers on it, go into one second. What the balancer takes is measured here, for `cost` has none.
 */
export function saturationFindings(trials: readonly TrialObservation[], others: readonly Finding[]): Finding[] {
  const costs = others.filter(({ experiment }) => experiment === 'cost');
  return findingsOf(trials, ['saturation']).map((finding) => {
    const { strategy, alg } = finding.factors;
    const cost = findingWith(costs, { strategy: strategy ?? '', ...(alg === undefined ? {} : { alg }) })?.measures;
    const balancer = finding.measures['cpuPerRequest.balancer'];
    if (!cost?.cpuPerRequest) return finding;
    const predicted = predictedRate(cost.cpuPerRequest, balancer);
    return { ...finding, measures: { ...finding.measures, predictedRequestsPerSecond: predicted } };
  });
}

function predictedRate(cost: Measure, balancer: Measure | undefined): Measure {
  const rate = (seconds: number) => 1 / (seconds + (balancer?.value ?? 0));
  const { confidence, replicates } = cost;
  const estimate = { value: rate(cost.value), low: rate(cost.high), high: rate(cost.low), confidence };
  return asMeasure('predictedRequestsPerSecond', estimate, replicates);
}

/** A prediction that is further off than this is explained. */
const closeEnough = 0.1;

export function saturationSentences(findings: readonly Finding[], others: readonly Finding[]): string[] {
  const costs = others.filter(({ experiment }) => experiment === 'cost');
  return findings.flatMap((finding) => {
    const { requestsPerSecond: rate, predictedRequestsPerSecond: predicted } = finding.measures;
    if (!rate) return [];
    const list = finding.factors.revokedTokens;
    const label = `${strategyLabel(finding.factors)}${list === undefined ? '' : ` with ${thousands(Number(list))} revoked`}`;
    if (!predicted) return [`${label} carries ${rateText(rate)} on one core behind the balancer.`];
    const off = rate.value / predicted.value - 1;
    const verdict =
      Math.abs(off) <= closeEnough
        ? `${Math.round(Math.abs(off) * 100)} % ${off < 0 ? 'less' : 'more'} than the costs predict`
        : `the costs predict ${thousands(predicted.value)}/s${explanation(finding, costs)}`;
    return [`${label} carries ${rateText(rate)} on one core behind the balancer: ${verdict}.`];
  });
}

/** Which tier costs another amount at saturation than in slices. */
function explanation({ factors, measures }: Finding, costs: readonly Finding[]): string {
  const { strategy, alg } = factors;
  const cost = findingWith(costs, { strategy: strategy ?? '', ...(alg === undefined ? {} : { alg }) })?.measures;
  const differences = tiers.flatMap((tier) => {
    const [there, here] = [cost?.[`cpuPerRequest.${tier}`], measures[`cpuPerRequest.${tier}`]];
    return there && here ? [{ tier, there: there.value, here: here.value }] : [];
  });
  const [largest] = differences.sort((a, b) => Math.abs(b.here - b.there) - Math.abs(a.here - a.there));
  if (!largest) return '';
  const microseconds = (seconds: number) => `${significant(seconds * 1e6)} µs`;
  return `; the rest lies with ${words[largest.tier]}: ${microseconds(largest.here)} a request at saturation, ${microseconds(largest.there)} in slices`;
}

const words = {
  servers: 'the server',
  redis: 'Redis',
  authorization: 'the authorization server',
  balancer: 'the balancer',
};
