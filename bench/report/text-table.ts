// Text for a terminal: aligned tables, and lines no longer than it is wide.
import CliTable from 'cli-table3';
import wrapAnsi from 'wrap-ansi';
import type { Table } from './tables.ts';

/** No lines but the spaces between columns. */
const noLines = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((name) => [name, '']),
);

/** Lines of a table whose columns are aligned, two spaces apart, with a rule under the head. */
export function textTable({ columns, rows }: Table): string[] {
  const table = new CliTable({
    chars: { ...noLines, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map(({ align }) => align),
  });
  table.push(
    columns.map(({ head }) => head),
    ...rows.map((row) => [...row]),
  );
  const [head = '', ...body] = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  return [head, '─'.repeat(Math.max(head.length, ...body.map((line) => line.length))), ...body];
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
export const wrapped = (text: string, width: number): string[] =>
  text === '' ? [] : Number.isFinite(width) ? wrapAnsi(text, width).split('\n') : [text];
