import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, test } from 'vitest';
import { reportOf } from '../../bench/analyse/report.ts';
import { experiments } from '../../bench/experiments/index.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import { reportJsonSchema } from '../../bench/record/report.ts';
import { renderHtml } from '../../bench/render/html.ts';
import { renderMarkdown } from '../../bench/render/markdown.ts';
import { tablesOf } from '../../bench/render/tables.ts';
import { renderTerminal } from '../../bench/render/terminal.ts';
import { start, trial } from './samples.ts';

const record = { start, trials: [trial('none', 0, { requests: 4_000 }), trial('session', 0, { requests: 1_000 })] };
const report = reportOf(record, experiments, true);
const schemaFile = new URL('../../bench/record/report.schema.json', import.meta.url);
const validate = addFormats.default(new Ajv2020()).compile(reportJsonSchema());

test('the committed JSON Schema is the one that the code makes; `npm run schema` writes it', () => {
  expect(JSON.parse(readFileSync(schemaFile, 'utf8'))).toEqual(reportJsonSchema());
});

test('a report is valid under its schema', () => {
  expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
});

test.each([
  ['schemaVersion', { ...report, schemaVersion: 2 }],
  ['findings', { ...report, findings: [{ experiment: 'throughput' }] }],
  ['environment', { ...report, environment: {} }],
])('a report with a wrong %s is not valid', (_name, wrong) => {
  expect(validate(wrong)).toBe(false);
});

test('the same record gives the same bytes in every form', () => {
  const again = reportOf(record, experiments, true);
  for (const render of [renderHtml, renderMarkdown, JSON.stringify]) expect(render(again)).toBe(render(report));
});

test('a run is complete when every planned trial is', () => {
  expect(report.run.complete).toBe(true);
  expect(reportOf({ start: { ...start, trials: 3 }, trials: record.trials }, experiments, true).run.complete).toBe(
    false,
  );
});

test('a void trial makes the run incomplete and is named in a warning', () => {
  const voided = reportOf(
    { start, trials: [trial('none', 0), trial('session', 0, { falseAccepts: 1 }, 'void')] },
    experiments,
    true,
  );
  expect(voided.run.complete).toBe(false);
  expect(voided.warnings).toContainEqual(expect.objectContaining({ code: 'TRIAL_VOID' }));
});

test('servers that were never steady are named in a warning', () => {
  const warmUp = { requests: 4_000, windows: [3e-4, 2e-4], steadyFrom: null };
  const unsteady = reportOf({ start, trials: [trial('none', 0, { warmUp })] }, experiments, true);
  expect(unsteady.warnings).toContainEqual(expect.objectContaining({ code: 'NEVER_STEADY' }));
});

test('a run is not complete when a credential was accepted in error, even where a repeat went well', () => {
  const trials = [trial('none', 0), trial('session', 0, { falseAccepts: 1 }, 'void'), trial('session', 0)];
  const { run } = reportOf({ start, trials }, experiments, true);
  expect(run.trials.completed).toBe(2);
  expect(run.complete).toBe(false);
});

test('a run is not complete when an answer that is in no figure was an acceptance in error', () => {
  const trials = [trial('none', 0), trial('session', 0)];
  const { outcome } = trials[1] as TrialObservation;
  if (outcome.status !== 'failed') outcome.answers = { requests: 20_000, falseAccepts: 1, falseRejects: 0, errors: 0 };
  expect(reportOf({ start, trials }, experiments, true).run.complete).toBe(false);
});

test('void trials are counted by cause', () => {
  const trials = [trial('none', 0, {}, 'void'), trial('none', 0)];
  expect(reportOf({ start, trials }, experiments, true).run.trials.void).toEqual({ 'wrong answer': 1 });
});

test('the page holds no address outside itself and no script', () => {
  expect(renderHtml(report)).not.toMatch(/(src|href|url)\s*[=(]|<script|https?:\/\//i);
});

test('what comes from outside is escaped in the page', () => {
  const nasty = { ...start, environment: { ...start.environment, cpuModel: '<img src=x onerror=alert(1)>' } };
  expect(renderHtml(reportOf({ ...record, start: nasty }, experiments, true))).not.toContain('<img');
});

test('the terminal shows one dense table and sentences, without control characters when there is no colour', () => {
  const text = renderTerminal(report, 'results/a-run', { colour: false, width: Infinity });
  expect(text).not.toContain('\u001b');
  expect(text).toMatchInlineSnapshot(`
    "
    throughput
    strategy  requests/s  ratio to none  ratio to session      p50      p99  server CPU  Redis CPU  balancer CPU  Redis commands            bytes sent  wrong / checked  trials
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    none           4,000           1.00              4.00  2.00 ms  4.00 ms      125 µs    25.0 µs       12.5 µs  0.250 EXPIRE + 0.250 GET          25        0 / 4,000       1
    session        1,000           0.25                    2.00 ms  4.00 ms      500 µs     100 µs       50.0 µs  1.00 EXPIRE + 1.00 GET           100        0 / 1,000       1

    How many requests/s does one instance carry with each way of knowing the caller, beside no authentication at all?
      Without authentication one instance carries 4,000/s.
      session carries 0.25 of no authentication, loaded in the same rounds, and 1,000/s at the median.

    2 of 2 trials, seed 1; Node.js v24.0.0, Redis 7, HAProxy 2.6; generator on core 0; instances, Redis and balancer on core 1.
    Report, with the tables of all experiments: results/a-run/report.html (also report.md, report.json)"
  `);
});

test('a factor that no column is made for has a column of its own name', () => {
  const findings = report.findings.map((finding) => ({
    ...finding,
    factors: { ...finding.factors, distance: '5 ms' },
  }));
  const [table] = tablesOf({ ...report, findings });
  const column = table?.columns.findIndex(({ head }) => head === 'distance') ?? -1;
  expect(table?.rows.map((row) => row[column])).toEqual(findings.map(() => '5 ms'));
});

test('the column of trials counts the completed ones, whatever a void one left behind', () => {
  const trials = [trial('none', 0, { falseAccepts: 1 }, 'void'), trial('none', 0)];
  const text = renderTerminal(reportOf({ start, trials }, experiments, true), 'a-run', {
    colour: false,
    width: Infinity,
  });
  expect(text).toMatch(/^none .* 1$/m);
});

test('in a narrow terminal the columns that are least missed are left out', () => {
  const text = renderTerminal(report, 'results/a-run', { colour: false, width: 80 });
  const table = text.split('\n').slice(2, 6);
  expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(table[0]).toContain('ratio to none');
});
