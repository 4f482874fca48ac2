import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BenchError, errorCodes } from '../../bench/record/errors.ts';

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
const documented = [...page.matchAll(/^\| `([A-Z_]+)` \| (\d+) \| (.+) \|$/gm)].map(([, code, exit, means]) => [code, Number(exit), means]);

test('docs/errors.md lists every code with its exit code and meaning, and no other', () => {
  expect(documented).toEqual(Object.entries(errorCodes).map(([code, { exitCode, means }]) => [code, exitCode, means]));
});

test('an error knows its exit code', () => {
  expect(new BenchError('NO_REDIS', 'none').exitCode).toBe(3);
});
