// A report as Markdown.
import type { Report } from '../record/report.ts';
import { environmentLines, howToRead, sideBySideNote, titleOf } from './about.ts';
import { overviewOf } from './overview.ts';
import { type Table, tablesOf } from './tables.ts';

/** The whole report in Markdown: verdicts, tables, warnings, how it was measured. */
export function renderMarkdown(report: Report): string {
  const tables = tablesOf(report);
  const overview = overviewOf(report);
  return [
    `# ${titleOf(report)}`,
    '',
    ...warningLines(report),
    ...(overview ? ['## Side by side', '', ...markdownTable(overview), sideBySideNote, ''] : []),
    ...report.answers.flatMap(({ experiment, question, sentences }) => [
      `## ${question}`,
      '',
      ...sentences.map((sentence) => `- ${sentence}`),
      '',
      ...tables.filter((table) => table.experiment === experiment).flatMap(markdownTable),
    ]),
    '## How to read this',
    '',
    howToRead(report),
    '',
    '## How and where it was measured',
    '',
    ...environmentLines(report).map(([name, value]) => `- ${name}: ${value}`),
    '',
  ].join('\n');
}

function warningLines({ warnings }: Report): string[] {
  return warnings.length > 0 ? [...warnings.map(({ code, message }) => `> **${code}**: ${message}`), ''] : [];
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
