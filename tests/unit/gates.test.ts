import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Gates, readGates, within } from '../../bench/plan/gates.ts';

const directory = mkdtempSync(join(tmpdir(), 'gates-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

const gate = { strategy: 'jwt', measure: 'cpuPerRequest', margin: 0.03 };
const whole = { looks: [4, 8], seconds: 100, risk: 0.025, gates: [gate] };
const read = (content: unknown) => {
  const file = join(directory, 'gates.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readGates(file);
};

test('the committed gates are sound, and hold both twins and a cached token', () => {
  const strategies = readGates().gates.map(({ strategy }) => strategy);
  expect(new Set(strategies)).toEqual(new Set(['jwt', 'session', 'jwt-cached+replicated-blocklist']));
});

test('gates are read as they stand', () => {
  expect(read(whole)).toEqual(whole);
});

test('a longer budget has later looks', () => {
  expect(within(whole as Gates, 5)).toMatchObject({ seconds: 300, looks: [12, 24] });
});

test('a shorter budget keeps its looks, and ends when its time is up', () => {
  expect(within(whole as Gates, 1)).toMatchObject({ seconds: 60, looks: [4, 8] });
});

test.each([
  ['an unknown strategy', { ...whole, gates: [{ ...gate, strategy: 'jwtt' }] }],
  ['an unknown measure', { ...whole, gates: [{ ...gate, measure: 'requestsPerSecond' }] }],
  ['an unknown setting', { ...whole, gates: [{ ...gate, threshold: 1 }] }],
  ['an estimate without a margin', { ...whole, gates: [{ ...gate, margin: undefined }] }],
  ['a count with a margin', { ...whole, gates: [{ ...gate, measure: 'requestBytes' }] }],
  ['a margin of nothing', { ...whole, gates: [{ ...gate, margin: 0 }] }],
  ['no gates', { ...whole, gates: [] }],
  ['looks that go back', { ...whole, looks: [8, 4] }],
  ['no time at all', { ...whole, seconds: 0 }],
  ['no risk at all', { ...whole, risk: 0 }],
  ['what is no JSON', '{'],
])('%s is refused', (_what, content) => {
  expect(() => read(content)).toThrow(expect.objectContaining({ code: 'BAD_GATES' }));
});
