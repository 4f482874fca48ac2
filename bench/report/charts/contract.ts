// What a chart is: one picture of a report, drawn when the page is written.
import type { Report } from '../../record/report.ts';
import type { Look } from '../svg.ts';

export interface Chart {
  /** Its anchor on the page, and the name of its file. */
  readonly name: string;
  /** What it shows, in one line. */
  readonly title: string;
  /** The picture; null where the report has nothing to draw. */
  draw(report: Report, look: Look): string | null;
}
