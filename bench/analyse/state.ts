// From the memory of so many of something to what each of them takes, and how it is told. Pure.
import type { TrialObservation } from '../record/observation.ts';
import type { Finding } from '../record/report.ts';
import { addedByEach, samplesBehind, samplesOf } from './beside.ts';
import { findingsOf } from './findings.ts';
import { bytesText, eachText, thousands } from './wording.ts';

/** Of each value of the factor `state` how measures name it, and how readers do. */
const names: Readonly<Record<string, { readonly one: string; readonly many: string }>> = {
  session: { one: 'Session', many: 'sessions' },
  'refresh family': { one: 'RefreshFamily', many: 'refresh families' },
  user: { one: 'User', many: 'users' },
  token: { one: 'Token', many: 'issued tokens, noted for logging their users out everywhere,' },
  'revoked token': { one: 'RevokedToken', many: 'revoked tokens' },
  'cached session': { one: 'CachedSession', many: 'cached sessions' },
  'cached token': { one: 'CachedToken', many: 'cached tokens' },
};

const nameOf = ({ factors }: Finding) => names[String(factors.state)] as { one: string; many: string };

/** The findings of an experiment whose rows differ in how many items there are: what each item takes. */
export function stateFindings(trials: readonly TrialObservation[], experiment: string): Finding[] {
  const all = samplesOf(trials);
  return findingsOf(trials, [experiment])
    .filter(({ factors }) => factors.items !== 0)
    .map((finding) => {
      const cell = samplesBehind(finding, all);
      const measures = { ...finding.measures };
      for (const tier of ['redis', 'servers']) {
        const each = addedByEach(cell, all, `memory.${tier}`, (own) => ({ ...own, items: 0 }));
        if (each) measures[`bytesPer${nameOf(finding).one}.${tier}`] = each;
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
  const { one, many } = nameOf(finding);
  const { strategy, items } = finding.factors;
  const takes = (tier: string, place: string) => {
    const measure = finding.measures[`bytesPer${one}.${tier}`];
    return measure && eachText(measure.value) !== '0' ? [`${bytesText(measure)} of ${place}`] : [];
  };
  const taken = [...takes('redis', 'Redis'), ...takes('servers', 'each instance')];
  const rate = finding.measures.falsePositiveRate;
  const stated = finding.measures.statedFalsePositiveRate?.value;
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  return [
    ...(taken.length > 0
      ? [`Of ${thousands(Number(items))} ${many} with ${strategy} each takes ${taken.join(' and ')}.`]
      : []),
    ...(rate === undefined || stated === undefined
      ? []
      : [
          `The filter of ${strategy} took ${percent(rate.value)} of tokens that were not revoked for revoked; it was made for ${percent(stated)}.`,
        ]),
  ];
}
