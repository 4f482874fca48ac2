// What a shorter token life costs in refreshes, and the exposure that it leaves: thirty days beside a minute, to scale.
import { durationText, spanText } from '../../catalogue/format.ts';
import type { Chart } from './contract.ts';
import { drawLines } from './lines.ts';

export const refreshes: Chart = {
  name: 'refreshes',
  title: 'CPU that refreshing takes, by the life of an access token',
  draw({ findings }, look) {
    const own = findings.filter(
      ({ experiment, factors, measures }) =>
        experiment === 'refresh-cost' && factors.tokenLifeSeconds !== undefined && measures['derived.cpuPerUserHour'],
    );
    if (own.length === 0) return null;
    const lives = [...new Set(own.map(({ factors }) => Number(factors.tokenLifeSeconds)))].sort((a, b) => a - b);
    return drawLines(
      {
        title: this.title,
        across: lives.map((life) => ({ x: Math.log10(life), label: spanText(life) })),
        acrossAxis: 'life of an access token: so long a stolen one works',
        upAxis: 'CPU per active user and hour',
        upText: (value) => durationText({ value, low: value, high: value }),
        isLog: true,
        series: [...Map.groupBy(own, ({ factors }) => String(factors.strategy))].map(([name, cells]) => ({
          name,
          points: cells
            .map(({ factors, measures }) => ({
              x: Math.log10(Number(factors.tokenLifeSeconds)),
              y: measures['derived.cpuPerUserHour']?.value ?? 0,
            }))
            .sort((a, b) => a.x - b.x),
        })),
      },
      look,
    );
  },
};
