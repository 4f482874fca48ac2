import { expect, test } from 'vitest';
import { objectToCases } from '../../bench/analyse/audit.ts';
import { reportOf } from '../../bench/analyse/report.ts';
import { security } from '../../bench/experiments/security.ts';
import { isSigned, strategyNames } from '../../bench/plan/strategies.ts';
import type { CaseFacts } from '../../bench/record/facts.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import { judged } from '../../bench/trial/outcome.ts';
import { algorithms } from '../../servers/tokens/algorithms.ts';
import { recordOf } from './samples.ts';

const sound: CaseFacts = {
  type: 'cases',
  cases: 200,
  requests: 601,
  falseAccepts: 0,
  falseRejects: 0,
  errors: 0,
  wrong: [],
};
const broken: CaseFacts = { ...sound, falseAccepts: 2, wrong: ['alg "none", no signature (status 200)'] };

const trial = (facts: CaseFacts): TrialObservation => ({
  kind: 'trial',
  experiment: 'security',
  factors: { strategy: 'session' },
  block: 0,
  at: '2026-01-02T03:04:05.000Z',
  seconds: 2,
  outcome: judged([{ factors: {}, facts }], [objectToCases(facts)]),
});
const report = (...trials: TrialObservation[]) => reportOf(recordOf(trials), [security], true);

test('a run in which all cases were refused is valid, and says how many there were', () => {
  const { run, answers } = report(trial(sound));
  expect(run.valid).toBe(true);
  expect(answers[0]?.sentences).toEqual([
    '200 cases were tried on 1 way of knowing the caller, with 601 answers: all were right.',
  ]);
});

test('a case that was not refused makes the run invalid, and is named', () => {
  const { run, warnings, answers } = report(trial(broken));
  expect(run.valid).toBe(false);
  expect(warnings).toEqual([
    {
      code: 'TRIAL_VOID',
      message:
        'security, session, generation 1: wrong answer: of 200 cases 1 went wrong: alg "none", no signature (status 200)',
    },
  ]);
  expect(answers[0]?.sentences).toContain(
    'session: 2 accepted in error, 0 rejected in error, 0 not answered as they should be.',
  );
});

test('a repeat that went well does not make it good', () => {
  const { run, answers } = report(trial(broken), trial(sound));
  expect([run.trials.completed, run.valid]).toEqual([1, false]);
  expect(answers[0]?.sentences[0]).toContain('not all were right');
});

test('of many wrong cases the first are named, and the others counted', () => {
  const wrong = Array.from({ length: 12 }, (_, index) => `case ${index}`);
  expect(objectToCases({ cases: 200, wrong })?.reason).toMatch(/case 9; and 2 more$/);
});

test('every strategy but the baseline is tried, and the plain token with every algorithm', () => {
  const cells = security.cells({ chosen: null, targets: null }, security.workloads.quick);
  expect(new Set(cells.map(({ strategy }) => strategy))).toEqual(new Set(strategyNames.slice(1)));
  const inHeader = cells.filter(({ strategy, carriage }) => strategy === 'jwt' && !carriage);
  expect(inHeader.map(({ alg }) => alg)).toEqual(algorithms);
});

test('every strategy with a signed token is tried in a cookie, too', () => {
  const cells = security.cells({ chosen: null, targets: null }, security.workloads.quick);
  const inCookie = cells.filter(({ carriage }) => carriage === 'cookie').map(({ strategy }) => strategy);
  expect(inCookie).toEqual(strategyNames.filter(isSigned));
});
