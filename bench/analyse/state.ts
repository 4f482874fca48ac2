// From the memory of so many of something to what each of them takes, and how it is told. Pure.

import { bytesText, eachText, thousands } from '../catalogue/format.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { Finding } from '../record/report.ts';
import { findingsOf } from './findings.ts';
import { addedByEach, samplesBehind, samplesOf } from './paired-ratio.ts';

/** How readers call many of each value of the factor `state`. */
const plurals: Readonly<Record<string, string>> = {
  session: 'sessions',
  'refresh family': 'refresh families',
  user: 'users',
  token: 'issued tokens, noted for logging their users out everywhere,',
  'revoked token': 'revoked tokens',
  'cached session': 'cached sessions',
  'cached token': 'cached tokens',
};

/** The findings of an experiment whose rows differ in how many items there are: what each item takes. */
export function stateFindings(trials: readonly TrialObservation[], experiment: string): Finding[] {
  const all = samplesOf(trials);
  return findingsOf(trials, [experiment])
    .filter(({ factors }) => factors.items !== 0)
    .map((finding) => {
      const cell = samplesBehind(finding, all);
      const measures = { ...finding.measures };
      for (const tier of ['redis', 'servers'] as const) {
        const each = addedByEach(cell, all, tier, (own) => ({ ...own, items: 0 }));
        if (each) measures[`bytesEach.${tier}`] = each;
      }
      return { ...finding, measures };
    });
}

/** What each takes, from the most that were measured. */
export const stateSentences = (findings: readonly Finding[]): string[] =>
  [...Map.groupBy(findings, ({ factors }) => `${factors.strategy} ${factors.state}`).values()].flatMap((own) =>
    sentenceOn(own.at(-1) as Finding),
  );

function sentenceOn(finding: Finding): string[] {
  const { strategy, items, state } = finding.factors;
  const takes = (tier: string, place: string) => {
    const measure = finding.measures[`bytesEach.${tier}`];
    return measure && eachText(measure.value) !== '0' ? [`${bytesText(measure)} of ${place}`] : [];
  };
  const taken = [...takes('redis', 'Redis'), ...takes('servers', 'each instance')];
  const rate = finding.measures.falsePositiveRate;
  const stated = finding.measures.statedFalsePositiveRate?.value;
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  return [
    ...(taken.length > 0
      ? [`${strategy}: each of ${thousands(Number(items))} ${plurals[String(state)]} takes ${taken.join(' and ')}.`]
      : []),
    ...(rate === undefined || stated === undefined
      ? []
      : [
          `${strategy}: the false-positive rate of the filter is ${percent(rate.value)}; it was made for ${percent(stated)}.`,
        ]),
  ];
}
