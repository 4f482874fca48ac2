// The ways to know the caller that readers ask about first, each beside the other: by the ratio of the two within each round, not by
// the ratios of both to a third. Pure.
import type { Factors } from '../record/facts.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import { ratioBeside, samplesBehind, samplesOf } from './beside.ts';
import { findingsOf } from './findings.ts';
import { findingWith, ratioText, tellsFromOne } from './wording.ts';

/** Those that others are held against, by the measure that says so. */
const rivals = {
  ratioToSession: { strategy: 'session' },
  ratioToJwt: { strategy: 'jwt', alg: 'HS256' },
} as const satisfies Record<string, Factors>;

type Rival = keyof typeof rivals;

const words: Readonly<Record<Rival, string>> = {
  ratioToSession: 'a session in Redis (express-session)',
  ratioToJwt: 'a signed token (HS256) that is good until it expires',
};

/** What is asked: how one strategy fares beside another. */
const questions: readonly { readonly strategy: string; readonly words: string; readonly beside: Rival }[] = [
  { strategy: 'session', words: 'A session in Redis (express-session)', beside: 'ratioToJwt' },
  { strategy: 'session-native', words: 'A session in Redis (@fastify/session)', beside: 'ratioToJwt' },
  { strategy: 'jwt+redis-blocklist', words: 'A signed token with a blocklist in Redis', beside: 'ratioToSession' },
];

/** The findings of an experiment whose strategies share a trial, each with its ratios to the rivals. */
export function findingsBesideRivals(trials: readonly TrialObservation[], experiment: string): Finding[] {
  const samples = samplesOf(trials);
  return findingsOf(trials, [experiment]).map((finding) => {
    const cell = samplesBehind(finding, samples);
    const ratios = Object.entries(rivals).flatMap(([name, rival]) => {
      const isItself = Object.entries(rival).every(([factor, value]) => finding.factors[factor] === value);
      const ratio = isItself ? null : ratioBeside(cell, samples, 'requestsPerSecond', () => rival);
      return ratio ? [[name, ratio] as const] : [];
    });
    return { ...finding, measures: { ...finding.measures, ...Object.fromEntries(ratios) } };
  });
}

/** One sentence on each question whose two strategies were measured. */
export const headToHeadSentences = (findings: readonly Finding[]): string[] =>
  questions.flatMap(({ strategy, words: subject, beside }) => {
    const ratio: Measure | undefined = findingWith(findings, { strategy })?.measures[beside];
    if (!ratio) return [];
    const verdict = tellsFromOne(ratio) ? '' : ': which carries more cannot be told from these trials';
    return [`${subject} carries ${ratioText(ratio)} of what ${words[beside]} does${verdict}.`];
  });
