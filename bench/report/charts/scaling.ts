// How throughput grows with the number of instances, each under the same CPU quota.
import type { Chart } from './contract.ts';
import { drawLines } from './lines.ts';

export const scaling: Chart = {
  name: 'scaling',
  title: 'Throughput by the number of instances',
  draw({ findings }, look) {
    const own = findings.filter(
      ({ experiment, factors }) => experiment === 'horizontal-scale' && factors.quota === undefined,
    );
    const series = [...Map.groupBy(own, ({ factors }) => String(factors.strategy))]
      .map(([name, cells]) => ({
        name,
        points: cells
          .map(({ factors, measures }) => ({ x: Number(factors.instances), y: measures.requestsPerSecond?.value ?? 0 }))
          .sort((a, b) => a.x - b.x),
      }))
      .filter(({ points }) => points.length > 1);
    if (series.length === 0) return null;
    const counts = [...new Set(series.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
    return drawLines(
      {
        title: this.title,
        across: counts.map((x) => ({ x, label: String(x) })),
        acrossAxis: 'instances, each with the same share of a core',
        upAxis: 'requests/s at saturation',
        upText: (value) => value.toLocaleString('en-US'),
        series,
      },
      look,
    );
  },
};
