// Response time by percentile on an axis that counts nines, with the same arrivals for every strategy.
import { roughText } from '../../catalogue/format.ts';
import { isNarrow } from '../svg.ts';
import type { Chart } from './contract.ts';
import { drawLines } from './lines.ts';

const percentiles = [
  { measure: 'latencyP50', share: 0.5, label: '50 %' },
  { measure: 'latencyP90', share: 0.9, label: '90 %' },
  { measure: 'latencyP99', share: 0.99, label: '99 %' },
  { measure: 'latencyP999', share: 0.999, label: '99.9 %' },
] as const;

const nines = (share: number) => -Math.log10(1 - share);

export const latency: Chart = {
  name: 'latency',
  title: 'Response time by percentile, the same arrivals for all',
  draw({ findings }, look) {
    const own = findings.filter(({ experiment }) => experiment === 'latency-at-rate');
    const loads = own.map(({ factors }) => Number(factors.load));
    const highest = own.filter(({ factors }) => Number(factors.load) === Math.max(...loads));
    const series = highest
      .map(({ factors, measures }) => ({
        name: String(factors.strategy),
        points: percentiles.flatMap(({ measure, share }) => {
          const told = measures[measure];
          return told ? [{ x: nines(share), y: told.value * 1e3 }] : [];
        }),
      }))
      .filter(({ points }) => points.length > 0);
    if (series.length === 0) return null;
    const rate = highest[0]?.measures.offeredRequestsPerSecond ?? highest[0]?.measures.requestsPerSecond;
    return drawLines(
      {
        title: this.title,
        across: percentiles.map(({ share, label }) => ({ x: nines(share), label })),
        acrossAxis: `${isNarrow(look) ? 'answered' : 'of the requests were answered'} within${rate ? `, at ${Math.round(rate.value).toLocaleString('en-US')} requests/s` : ''}`,
        upAxis: isNarrow(look) ? 'response time' : 'response time; a percentile that one stall decides is left out',
        upText: (value) => roughText(value / 1e3),
        isLog: true,
        series,
      },
      look,
    );
  },
};
