import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../bench/record/report.ts';
import { readmeWith } from '../../scripts/readme.ts';

const at = (path: string) => new URL(`../../${path}`, import.meta.url);
const readme = readFileSync(at('README.md'), 'utf8');
const reference = JSON.parse(readFileSync(at('results/reference/report.json'), 'utf8')) as Report;

describe('README', () => {
  test('its figures are those of the committed reference run', () => {
    expect(readmeWith(readme, reference)).toBe(readme);
  });

  test('a figure that the reference run does not tell is replaced', () => {
    expect(readmeWith(readme.replace(/still carries \S+/, 'still carries 0.50'), reference)).toBe(readme);
  });

  test('is at most 170 lines long', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(170);
  });
});
