import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BenchError, errorCodes, warningCodes } from '../../bench/record/errors.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const cells = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
const rows = cells
  .filter(([, code]) => code?.startsWith('`'))
  .map(([, code, ...rest]) => [code?.slice(1, -1), ...rest.slice(0, -1)]);

test('docs/errors.md lists every error with its exit code and meaning, and no other', () => {
  const documented = rows.filter((row) => row.length === 3).map(([code, exit, means]) => [code, Number(exit), means]);
  expect(documented).toEqual(Object.entries(errorCodes).map(([code, { exitCode, means }]) => [code, exitCode, means]));
});

test('docs/errors.md lists every warning with its meaning, and no other', () => {
  expect(rows.filter((row) => row.length === 2)).toEqual(Object.entries(warningCodes));
});

test('an error knows its exit code', () => {
  expect(new BenchError('NO_REDIS', 'none').exitCode).toBe(3);
});
