import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { reportOf } from '../../bench/analyse/report.ts';
import { reportJsonSchema } from '../../bench/catalogue/report-schema.ts';
import { experiments } from '../../bench/experiments/index.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import type { Finding, Report } from '../../bench/record/report.ts';
import { renderMarkdown } from '../../bench/report/markdown.ts';
import { pageScript } from '../../bench/report/page/bundle.ts';
import { renderHtml } from '../../bench/report/page/page.ts';
import { tablesOf } from '../../bench/report/tables.ts';
import { renderTerminal } from '../../bench/report/terminal.ts';
import { blockOf, measureOf, recordOf, sliceFacts, start, trial } from './samples.ts';

const baseline = [{ strategy: 'none' }, { servers: 60_000 }] as const;
const costs = blockOf('cost', { lanes: 'strategies', part: 1 }, [
  baseline,
  [{ strategy: 'none', control: 'a/a' }, { servers: 60_100 }],
  [{ strategy: 'none', control: 'injected' }, sliceFacts({ servers: 65_200 }, { injectedMicroseconds: 5 })],
  [{ strategy: 'jwt', alg: 'HS256' }, { servers: 99_000 }],
  [{ strategy: 'session' }, sliceFacts({ servers: 128_000, redis: 30_000 }, { redisCommands: { get: 6_000 } })],
]);
const record = recordOf([costs, trial('none', 0), trial('session', 0)]);
const report = reportOf(record, experiments, true);
const schemaFile = new URL('../../bench/record/report.schema.json', import.meta.url);
const page = (one: Report) => renderHtml(one, pageScript());

const validate = addFormats.default(new Ajv2020()).compile(reportJsonSchema());

test('the committed JSON Schema is the one that the code makes; `npm run schema` writes it', () => {
  expect(JSON.parse(readFileSync(schemaFile, 'utf8'))).toEqual(reportJsonSchema());
});

test('a report is valid under its schema', () => {
  expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
});

test.each([
  ['schemaVersion', { ...report, schemaVersion: 1 }],
  ['findings', { ...report, findings: [{ experiment: 'cost' }] }],
  ['environment', { ...report, environment: {} }],
  ['name of a measure', { ...report, findings: [{ ...report.findings[0], measures: { unheardOf: measureOf(1) } }] }],
])('a report with a wrong %s is not valid', (_name, wrong) => {
  expect(validate(wrong)).toBe(false);
});

test('the same record gives the same bytes in every form', () => {
  const again = reportOf(record, experiments, true);
  for (const render of [page, renderMarkdown, JSON.stringify]) expect(render(again)).toBe(render(report));
});

describe('run.complete', () => {
  const [none, session] = [trial('none', 0), trial('session', 0)];
  const run = (...trials: TrialObservation[]) => reportOf(recordOf(trials, [none, session]), experiments, true).run;

  test('a run is complete when no question of its first pass is unanswered', () => {
    expect(run(none, session)).toMatchObject({ complete: true, unanswered: [] });
  });

  test('a question that was not reached is told with the minutes that it takes', () => {
    const { complete, unanswered } = run(none);
    expect(complete).toBe(false);
    // A trial of the same experiment took 2 s.
    expect(unanswered).toEqual([
      { experiment: 'saturation', question: expect.stringContaining('requests/s'), minutes: 2 / 60 },
    ]);
  });

  test('an unfinished run is valid', () => {
    expect(run(none).valid).toBe(true);
  });
});

describe('run.valid', () => {
  const run = (...trials: TrialObservation[]) => reportOf(recordOf(trials), experiments, true).run;
  const failed: TrialObservation = { ...trial('session', 0), outcome: { status: 'failed', reason: 'Redis ended' } };
  const rejected = trial('session', 0, { falseRejects: 1 }, 'void');
  const accepted = trial('session', 0, { falseAccepts: 1 }, 'void');

  test('a trial that failed for good makes a run invalid', () => {
    expect(run(failed, failed).valid).toBe(false);
  });

  test('a trial that failed and was completed when it was tried again does not', () => {
    expect(run(failed, trial('session', 0)).valid).toBe(true);
  });

  test('a wrong answer makes a run invalid', () => {
    expect(run(rejected).valid).toBe(false);
  });

  test('a rejection in error that a repeat did not show again does not', () => {
    expect(run(rejected, trial('session', 0)).valid).toBe(true);
  });

  test('an acceptance in error makes a run invalid, even where a repeat went well', () => {
    expect(run(accepted, trial('session', 0))).toMatchObject({ valid: false, trials: { completed: 1 } });
  });

  test('an acceptance in error makes a run invalid, also in an answer that is in no figure', () => {
    const unseen = trial('session', 0);
    const answers = { requests: 20_000, falseAccepts: 1, falseRejects: 0, errors: 0 };
    if (unseen.outcome.status !== 'failed') unseen.outcome.answers = answers;
    expect(run(unseen).valid).toBe(false);
  });
});

describe('run.minutes', () => {
  test('the budget is that of all sittings, the use that of the trials', () => {
    const resumed = [{ kind: 'resume', at: start.at, minutes: 15, command: 'npm run bench' }] as const;
    const { minutes } = reportOf({ ...record, resumed }, experiments, true).run;
    // A block of 20 s, and two trials of 2 s.
    expect(minutes).toEqual({ budget: 20, used: 0.4 });
  });

  test('a run that ends with its plan has no budget', () => {
    const { minutes: _, ...choices } = start.choices;
    const { run } = reportOf({ ...record, start: { ...record.start, choices } }, experiments, true);
    expect(run.minutes.budget).toBeNull();
  });
});

test('reportOf: an experiment is given the findings of those before it', () => {
  const later = {
    name: 'saturation',
    question: '?',
    derive: (_: readonly TrialObservation[], others: readonly Finding[]) => [...others].slice(0, 1),
    answer: (_: readonly Finding[], others: readonly Finding[]) => [`${others.length} before`],
  };
  const [cost] = experiments;
  const { findings } = reportOf(record, [cost as (typeof experiments)[number], later], true);
  expect(findings.at(-1)?.experiment).toBe('cost');
});

test('a void trial is named in a warning', () => {
  const { warnings } = reportOf(recordOf([trial('session', 0, { falseAccepts: 1 }, 'void')]), experiments, true);
  expect(warnings).toContainEqual(expect.objectContaining({ code: 'TRIAL_VOID' }));
});

test('closed loops that were disturbed are kept, and counted in a warning', () => {
  const disturbed = recordOf([trial('none', 0, { foreignCpuSeconds: 0.9 }), trial('session', 0)]);
  const { warnings, findings } = reportOf(disturbed, experiments, true);
  expect(warnings).toEqual([{ code: 'NOISY_LOAD', message: '1 closed loops were disturbed and are kept: 1 starved' }]);
  expect(findings[0]?.measures.requestsPerSecond?.value).toBe(1_000);
});

test('a warning of the smoke profile is given without those that only a measurement deserves', () => {
  const disturbed = recordOf([trial('none', 0, { foreignCpuSeconds: 0.9 })]);
  expect(reportOf(disturbed, experiments, false).warnings).toEqual([]);
});

test('servers that had not reached a steady state are named in a warning', () => {
  const warmUp = { requests: 4_000, windows: [3e-4, 2e-4], steadyFrom: null };
  const unsteady = reportOf(recordOf([trial('none', 0, { warmUp })]), experiments, true);
  expect(unsteady.warnings).toContainEqual(expect.objectContaining({ code: 'NEVER_STEADY' }));
});

test('void trials are counted by cause', () => {
  const trials = [trial('none', 0, {}, 'void'), trial('none', 0)];
  expect(reportOf(recordOf(trials), experiments, true).run.trials.void).toEqual({ 'wrong answer': 1 });
});

test('the page holds no address outside itself', () => {
  const addresses = [...page(report).matchAll(/(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)/gi)].map(
    ([, to]) => to as string,
  );
  expect(addresses.filter((to) => !to.startsWith('#') && !to.startsWith('data:application/gzip'))).toEqual([]);
});

test('the page runs its own script and no other', () => {
  const [policy] = /script-src '(sha256-[^']+)'/.exec(page(report)) ?? [];
  expect(policy).toContain(createHash('sha256').update(pageScript()).digest('base64'));
});

test('what comes from outside is escaped in the page', () => {
  const nasty = { ...start, environment: { ...start.environment, cpuModel: '<img src=x onerror=alert(1)>' } };
  expect(page(reportOf({ ...record, start: nasty }, experiments, true))).not.toContain('<img');
});

test('the terminal shows one dense table and sentences, without control characters when there is no colour', () => {
  const text = renderTerminal(report, 'results/a-run', { colour: false, width: Infinity });
  expect(text).not.toContain('\u001b');
  // Half widths follow what the reference run saw between generations.
  expect(text.replace(/±[\d.]+/g, '±…')).toMatchInlineSnapshot(`
    "
    auth-bench · 0.4 min · 3 trials · Node.js v24.0.0, Redis 7 · 2 cores · seed 1

    A session look-up in Redis (express-session) adds 98 µs ±… of CPU to a request; checking a signed
    token (HS256, jose) adds 39 µs ±…

                        added CPU, µs  by tier       still accepted  commands
    ─────────────────────────────────────────────────────────────────────────
    none: the baseline    60.0 in all
    jwt                         39 ±…  █████              until exp
    session                    98 ±…  ████████▒▒▒▒                         1

    █ server, ▓ authorization server, ▒ Redis. Still accepted: after an acknowledged revoke; "<":
    nothing was, and the last instance had rejected it by then. Commands and outage are those of Redis.

    With 2 ms of work of your own in each request, they carry between 0.95 and 0.98 of the baseline.
    Control lanes: two equal servers differed by 0.1 µs (±…); of 5.0 µs put in, 5.2 µs (±…) were
    found.
    Sharper:  npm run bench -- --resume results/a-run --minutes 15
    Report:   results/a-run/report.html"
  `);
});

test('the terminal names what the budget did not reach, with its minutes', () => {
  const { trials } = record;
  const unfinished = reportOf(recordOf(trials.slice(0, 1), trials), experiments, true);
  const text = renderTerminal(unfinished, 'a-run', { colour: false, width: Infinity });
  expect(text).toContain('\nNot answered yet, or not wholly: saturation (1 min in all).\n');
});

test('the terminal tells of less than a minute in words', () => {
  const { trials } = record;
  const { run, ...others } = reportOf(recordOf(trials.slice(0, 1), trials), experiments, true);
  const soon = run.unanswered.map((question) => ({ ...question, minutes: 0.1 }));
  const text = renderTerminal({ ...others, run: { ...run, unanswered: soon } }, 'a-run', { colour: false, width: 80 });
  expect(text).toContain('(under a minute in all).');
});

test('the terminal says how to go on, where a run has a budget', () => {
  const text = renderTerminal(report, 'results/a-run', { colour: false, width: Infinity });
  expect(text).toContain('npm run bench -- --resume results/a-run --minutes 15');
  const ended = { ...report, run: { ...report.run, minutes: { budget: null, used: 1 } } };
  expect(renderTerminal(ended, 'a-run', { colour: false, width: Infinity })).not.toContain('--resume');
});

test('the terminal tells no verdict of control lanes where nothing was measured', () => {
  const smoke = { ...report, run: { ...report.run, measurement: false } };
  const told = (one: typeof report) => renderTerminal(one, 'a-run', { colour: false, width: Infinity });
  expect([told(report), told(smoke)].map((text) => text.includes('Control lanes:'))).toEqual([true, false]);
});

test('a factor that no column is made for has a column of its own name', () => {
  const own = report.findings.filter(({ experiment }) => experiment === 'saturation');
  const findings = own.map((finding) => ({
    ...finding,
    factors: { ...finding.factors, distance: '5 ms' },
  }));
  const table = tablesOf({ ...report, findings }).find(({ experiment }) => experiment === 'saturation');
  const column = table?.columns.findIndex(({ head }) => head === 'distance') ?? -1;
  expect(table?.rows.map((row) => row[column])).toEqual(findings.map(() => '5 ms'));
});

test('the column of trials counts the completed ones, whatever a void one left behind', () => {
  const trials = [trial('none', 0, { falseAccepts: 1 }, 'void'), trial('none', 0)];
  const text = renderTerminal(reportOf(recordOf(trials), experiments, true), 'a-run', {
    colour: false,
    width: Infinity,
  });
  expect(text).toMatch(/^none .* 1$/m);
});

test('in a narrow terminal the columns that are least missed are left out, and named', () => {
  const text = renderTerminal(report, 'results/a-run', { colour: false, width: 80 });
  const table = text.split('\n').filter((line) => /^( +added|none|jwt|session)/.test(line));
  expect(table).toHaveLength(4);
  expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(table[0]).toContain('added CPU, µs');
  const narrower = renderTerminal(report, 'results/a-run', { colour: false, width: 70 });
  expect(narrower).toContain('Left out for want of width: commands; the report has');
});
