// A report as Markdown, short enough for a pull request or the summary of a job: the answer, the map, one table, the method.
import { controlVerdict } from '../analyse/controls.ts';
import type { Report } from '../record/report.ts';
import { environmentLines, howToRead, sideBySideNote, titleOf } from './about.ts';
import { answerOf } from './answer.ts';
import { charts } from './charts/index.ts';
import { overviewOf } from './overview.ts';
import { type Table, tablesOf } from './tables.ts';

/** The short form of a report; its pictures are the files under charts/. */
export function renderMarkdown(report: Report): string {
  const { run, findings } = report;
  const overview = overviewOf(report);
  const controls = controlVerdict(findings);
  const { sentences } = answerOf(report);
  return [
    `# ${titleOf(report)}`,
    '',
    ...(run.choices.suite === 'bench' ? [sentences.join(' '), ''] : []),
    ...(overview ? [pictureOf('map'), '', ...markdownTable(overview), sideBySideNote, ''] : []),
    ...(controls ? [controls.sentence, ''] : []),
    ...(overview ? [] : tablesOf(report).flatMap((table) => [`## ${table.experiment}`, '', ...markdownTable(table)])),
    ...(run.unanswered.length > 0
      ? [
          `Not answered yet, or not wholly: ${run.unanswered.map(({ experiment, minutes }) => `${experiment} (${minutes.toFixed(1)} min)`).join(', ')}.`,
          '',
        ]
      : []),
    '## Method',
    '',
    howToRead(report),
    '',
    ...warningLines(report),
    ...environmentLines(report).map(([name, value]) => `- ${name}: ${value}`),
    '',
    'Every picture, table and interval: report.html. Raw data: report.json, observations.jsonl.',
    '',
  ].join('\n');
}

/** A chart that follows the reader's light or dark. */
const pictureOf = (name: keyof typeof charts, directory = 'charts') =>
  `<picture><source media="(prefers-color-scheme: dark)" srcset="${directory}/${name}-dark.svg"><img alt="${charts[name].title}" src="${directory}/${name}-light.svg"></picture>`;

/** Warnings by code: the page has every text. */
function warningLines({ warnings }: Report): string[] {
  if (warnings.length === 0) return [];
  const byCode = [...Map.groupBy(warnings, ({ code }) => code)];
  return [
    ...byCode.map(([code, own]) => `- ${code} (${own.length}): ${own[0]?.message}${own.length > 1 ? ' ...' : ''}`),
    '',
  ];
}

/** The lines of a table, and an empty one after it. */
export function markdownTable({ columns, rows }: Pick<Table, 'columns' | 'rows'>): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(columns.map(({ head }) => head)),
    line(columns.map(({ align }) => (align === 'left' ? '---' : '---:'))),
    ...rows.map(line),
    '',
  ];
}
