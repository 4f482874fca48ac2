// What a request costs: added CPU by tier, cheapest first, held against the baseline and what OpenSSL alone takes.
import { addedText } from '../../analyse/cost-sentences.ts';
import { type Way, waysOf } from '../../analyse/ways.ts';
import { findingWith } from '../../analyse/wording.ts';
import type { Report } from '../../record/report.ts';
import type { Palette } from '../svg.ts';
import { type Bar, drawBars } from './bars.ts';
import type { Chart } from './contract.ts';

/** The tiers, in the order of a bar, as they are called. */
export const tiers = [
  ['servers', 'server'],
  ['authorization', 'authorization server'],
  ['redis', 'Redis'],
  ['balancer', 'balancer'],
] as const;

export const cost: Chart = {
  name: 'cost',
  title: 'Added CPU per request, by tier',
  draw(report, look) {
    const ways = waysOf(report.findings).filter(({ added }) => added !== null);
    if (ways.length === 0) return null;
    const used = tiers.filter(([tier]) => ways.some((way) => micro(way, tier) >= 0.05));
    const baseline = findingWith(
      report.findings.filter(({ experiment }) => experiment === 'cost'),
      { strategy: 'none' },
    )?.measures.cpuPerRequest;
    return drawBars(
      {
        title: this.title,
        axis: 'added µs per request; bracket: 95 % interval',
        legend: used.map(([tier, name]) => ({ name, fill: look.palette[tier] })),
        marks: [
          ...(baseline ? [{ value: baseline.value * 1e6, name: 'the baseline itself' }] : []),
          ...opensslMark(report),
        ],
        bars: ways.map((way) => barOf(way, look.palette)),
      },
      look,
    );
  },
};

const micro = ({ cost }: Way, tier: string) => (cost.measures[`addedCpuPerRequest.${tier}`]?.value ?? 0) * 1e6;

function barOf(way: Way, palette: Palette): Bar {
  const added = way.added as NonNullable<Way['added']>;
  return {
    label: way.name,
    parts: tiers.map(([tier]) => ({ value: micro(way, tier), fill: palette[tier] })),
    interval: [added.low * 1e6, added.high * 1e6],
    told: addedText(added),
  };
}

/** What checking an HS256 signature takes at least: OpenSSL in a loop. */
function opensslMark({ findings }: Report) {
  const own = findings.filter(({ experiment }) => experiment === 'verification-cost');
  const least = findingWith(own, { alg: 'HS256', library: 'openssl' })?.measures.latencyMean;
  return least ? [{ value: least.value * 1e6, name: 'HS256 in OpenSSL' }] : [];
}
