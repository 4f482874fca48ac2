// A table as aligned text.
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
