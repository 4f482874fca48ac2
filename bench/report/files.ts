// The files of a report, by name. Pure: the same report gives the same bytes.
import type { Report } from '../record/report.ts';
import { charts } from './charts/index.ts';
import { renderMarkdown } from './markdown.ts';
import { renderHtml } from './page/page.ts';
import { palettes } from './svg.ts';

/** Pixels of a picture that stands in a README. */
const width = 960;

/**
 * Every file that a report is written as, by its path within the run's directory.
 * @param script of the page, as bundled.
 */
export function filesOf(report: Report, script: string): Record<string, string> {
  const pictures = Object.values(charts).flatMap((chart) =>
    (['light', 'dark'] as const).flatMap((theme) => {
      const svg = chart.draw(report, { width, palette: palettes[theme] });
      return svg === null ? [] : [[`charts/${chart.name}-${theme}.svg`, `${svg}\n`] as const];
    }),
  );
  return {
    'report.json': `${JSON.stringify(report, null, 2)}\n`,
    'report.md': renderMarkdown(report),
    'report.html': renderHtml(report, script),
    ...Object.fromEntries(pictures),
  };
}
