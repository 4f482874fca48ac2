import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appendObservation, journalPath, mendJournal, readJournal } from '../../bench/record/journal.ts';
import { start, trial } from './samples.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'journal-test-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test('what was appended is read back', () => {
  appendObservation(directory, start);
  appendObservation(directory, trial('jwt', 0));
  expect(readJournal(directory)).toEqual({ start, resumed: [], trials: [trial('jwt', 0)] });
});

test('readJournal: what a run was given when it was gone on with stands beside its trials', () => {
  const resumed = {
    kind: 'resume',
    at: '2026-01-02T04:00:00.000Z',
    minutes: 15,
    command: 'npm run bench -- --resume a-run --minutes 15',
  } as const;
  for (const observation of [start, trial('jwt', 0), resumed, trial('jwt', 1)])
    appendObservation(directory, observation);
  expect(readJournal(directory)).toEqual({ start, resumed: [resumed], trials: [trial('jwt', 0), trial('jwt', 1)] });
});

test('a last line that a crash cut short is left out', () => {
  appendObservation(directory, start);
  appendFileSync(journalPath(directory), '{"kind":"trial","exper');
  expect(readJournal(directory).trials).toEqual([]);
});

test('mending removes the torn line, so that the next one stands by itself', () => {
  appendObservation(directory, start);
  appendFileSync(journalPath(directory), '{"kind":"tri');
  mendJournal(directory);
  appendObservation(directory, trial('jwt', 0));
  expect(readJournal(directory).trials).toHaveLength(1);
  expect(readFileSync(journalPath(directory), 'utf8')).not.toContain('{"kind":"tri{');
});

test.each([
  ['an empty directory', null],
  ['an empty journal', ''],
  ['a journal without a start', `${JSON.stringify(trial('jwt', 0))}\n`],
  ['a damaged line', `${JSON.stringify(start)}\n{"kind":"trial"}\n`],
  ['no JSON at all', 'hello\n'],
])('%s is no run', (_name, text) => {
  if (text !== null) writeFileSync(journalPath(directory), text);
  expect(() => readJournal(directory)).toThrow(expect.objectContaining({ code: 'NOT_A_RUN' }));
});

test('a trial that got no answer at all can be read back like any other', () => {
  appendObservation(directory, start);
  const nothing = { requests: 0, seconds: 0, latency: { mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 } };
  appendObservation(directory, trial('jwt', 0, nothing, 'void'));
  expect(readJournal(directory).trials).toHaveLength(1);
});
