import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../bench/record/report.ts';
import { charts } from '../../bench/report/charts/index.ts';
import { type Box, placeLabels } from '../../bench/report/charts/labels.ts';
import { palettes } from '../../bench/report/svg.ts';

const reference = JSON.parse(
  readFileSync(new URL('../../results/reference/report.json', import.meta.url), 'utf8'),
) as Report;
const nothing = { ...reference, findings: [] };
const look = { width: 960, palette: palettes.light };

describe.each(Object.values(charts))('chart $name', (chart) => {
  test('draws the reference run, the same bytes each time', () => {
    const drawn = chart.draw(reference, look);
    expect(drawn).toMatch(/^<svg [^>]*viewBox="0 0 960 /);
    expect(chart.draw(reference, look)).toBe(drawn);
  });

  test('draws no coordinate that is not a number', () => {
    for (const width of [360, 960])
      expect(chart.draw(reference, { ...look, width })).not.toMatch(/NaN|undefined|Infinity/);
  });

  test('draws nothing where nothing was measured', () => {
    expect(chart.draw(nothing, look)).toBeNull();
  });

  test('is tall and wide enough for every label', () => {
    for (const width of [360, 960]) {
      const svg = chart.draw(reference, { ...look, width }) as string;
      const height = Number(/viewBox="0 0 \d+ ([\d.]+)"/.exec(svg)?.[1]);
      for (const [, x, y] of svg.matchAll(/<text x="(-?[\d.]+)" y="(-?[\d.]+)"/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x)).toBeLessThanOrEqual(width);
        expect(Number(y)).toBeLessThanOrEqual(height);
      }
    }
  });
});

describe('map', () => {
  test('names every way of the reference run that has a window', () => {
    const svg = charts.map.draw(reference, look) as string;
    for (const name of ['jwt', 'jwt-cached', 'session', 'session-cached', 'opaque', 'jwt-cached+replicated-blocklist'])
      expect(svg).toMatch(new RegExp(`>${name.replaceAll('+', '\\+')}(: [^<]*)?</text>`));
  });

  test('draws the detection limit as a band', () => {
    expect(charts.map.draw(reference, look)).toContain('bounds, which give no order');
  });
});

describe('placeLabels', () => {
  const bounds = { left: 0, top: 0, right: 400, bottom: 200 };
  const boxes = (points: Parameters<typeof placeLabels>[0]): Box[] =>
    placeLabels(points, bounds).map(({ x, y }, index) => {
      const { width = 0, height = 0 } = points[index] ?? {};
      return { left: x, right: x + width, top: y - height / 2, bottom: y + height / 2 };
    });

  test('labels of points that lie together do not overlap', () => {
    const all = boxes(Array.from({ length: 6 }, (_, index) => ({ x: 100 + index, y: 100, width: 80, height: 14 })));
    for (const [index, a] of all.entries())
      for (const b of all.slice(index + 1))
        expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
  });

  test('a label at the right edge stands to the left of its point', () => {
    expect(boxes([{ x: 395, y: 100, width: 80, height: 14 }])[0]?.right).toBeLessThan(395);
  });
});
