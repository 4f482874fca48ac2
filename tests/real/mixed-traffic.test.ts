// Every kind of credential against a real instance behind a balancer.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Report } from '../../bench/record/report.ts';
import { commandLine, testDirectory } from './cli.ts';

const { bench } = commandLine();
const directory = testDirectory();

test.each([
  ['session', ['expired', 'missing', 'revoked', 'tampered', 'valid', 'wrongKey']],
  ['jwt-cached+bloom-blocklist', ['expired', 'missing', 'revoked', 'tampered', 'valid', 'wrongAudience', 'wrongKey']],
])('of %s every kind is answered, and answered right', async (strategy, kinds) => {
  const out = join(directory, strategy);
  const args = ['--profile', 'smoke', '--only', 'mixed-traffic', '--strategy', strategy, '--out', out];
  const result = await bench(args);
  expect(result.code, result.stderr).toBe(0);
  const { findings } = JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report;
  const { measures = {} } = findings.find(({ factors }) => factors.strategy === strategy) ?? {};
  const checked = Object.entries(measures).filter(([name]) => name.startsWith('checkedAnswers.'));
  expect(checked.map(([name]) => name.replace('checkedAnswers.', '')).sort()).toEqual(kinds);
  expect(checked.reduce((sum, [, { value }]) => sum + value, 0)).toBe(measures.checkedAnswers?.value);
  expect([measures.falseAccepts?.value, measures.falseRejects?.value, measures.errors?.value]).toEqual([0, 0, 0]);
});
