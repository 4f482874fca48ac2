// Text for a terminal: aligned tables, and lines no longer than it is wide.
import type { Table } from './tables.ts';

/** Lines of a table whose columns are aligned, two spaces apart, with a rule under the head. */
export function textTable({ columns, rows }: Table): string[] {
  const all = [columns.map(({ head }) => head), ...rows];
  const widths = columns.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        columns[column]?.align === 'left' ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  const [head = '', ...body] = all.map(line);
  return [head, '─'.repeat(widths.reduce((sum, width) => sum + width, 2 * (widths.length - 1))), ...body];
}

/**
 * A table that fits a terminal: of the columns named, the first are left out until it is narrow enough.
 * @param width in characters; a table that is still too wide then stays so.
 */
export function fitted(table: Table, width: number, leaveOut: readonly string[]): Table {
  const [next, ...others] = leaveOut;
  const index = table.columns.findIndex((column) => column.head === next);
  const widest = Math.max(...textTable(table).map((line) => line.length));
  if (next === undefined || widest <= width) return table;
  if (index === -1) return fitted(table, width, others);
  const columns = table.columns.toSpliced(index, 1);
  return fitted({ ...table, columns, rows: table.rows.map((row) => row.toSpliced(index, 1)) }, width, others);
}

/** The lines of a text that is broken between words; a word that is longer than a line has one of its own. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}${word}`);
  }
  return lines;
}
