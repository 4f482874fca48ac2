// What makes a trial void, and what becomes of it then: a closed loop is discarded for wrong answers alone, and repeated once.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { objectToClosedLoop } from '../../bench/analyse/audit.ts';
import { reportOf } from '../../bench/analyse/report.ts';
import type { Experiment, TrialContext } from '../../bench/experiments/contract.ts';
import { saturation } from '../../bench/experiments/saturation.ts';
import { cpuSecondsOf } from '../../bench/measure/cpu.ts';
import { firstPassOf, type Unit } from '../../bench/plan/next.ts';
import { planTrials } from '../../bench/plan/plan.ts';
import { profiles } from '../../bench/plan/profiles.ts';
import { BenchError } from '../../bench/record/errors.ts';
import type { HttpFacts } from '../../bench/record/facts.ts';
import { appendObservation, readJournal } from '../../bench/record/journal.ts';
import type { Outcome } from '../../bench/record/observation.ts';
import { inspectMachine } from '../../bench/rig/machine.ts';
import { runTrials } from '../../bench/run.ts';
import { httpFacts, start } from '../unit/samples.ts';
import { testDirectory } from './cli.ts';
import { testScope } from './rig.ts';

const scope = await testScope();
const directory = testDirectory();
const { systems } = inspectMachine().placement;

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

test.skipIf(systems === null || !existsSync('/proc/stat'))(
  'a load beside busy loops on the core of the servers is kept, and says that it was starved',
  // Who gets how much of a busy core is the scheduler's affair: once in a while it is not enough to starve anybody.
  { retry: 2 },
  async () => {
    // Several, for the scheduler favours a server that sleeps now and then over a single loop that never does.
    for (let loop = 0; loop < 4; loop += 1) {
      const child = spawn('taskset', ['-c', systems as string, 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore' });
      ends.push(() => child.kill('SIGKILL'));
      while (cpuSecondsOf(child.pid as number) < 0.1) await new Promise(setImmediate);
    }
    const warmUp = { window: 500, min: 500, max: 500 };
    const work = { ...saturation.workloads.smoke, users: 100, connections: 32, warmUp, requests: 30_000 };
    const context: TrialContext = {
      scope,
      profile: profiles.quick,
      chosen: ['none'],
      balancer: 'none',
      targets: null,
      instances: null,
      riders: [],
      block: 0,
      seed: 1,
      signal: new AbortController().signal,
    };
    const outcome = (await saturation.run({ of: 'systems' }, context, work)) as Outcome;
    expect(outcome.status).toBe('completed');
    const [facts] = outcome.status === 'completed' ? outcome.rows.map((row) => row.facts as HttpFacts) : [];
    expect(objectToClosedLoop([facts as HttpFacts])?.cause).toBe('starved');
  },
);

const units: Unit[] = ['none', 'jwt'].map((strategy) => ({
  experiment: 'x',
  factors: { strategy },
  first: 1,
  isLater: false,
  most: 10,
  weight: 1,
  seconds: 1,
}));

/**
 * Runs trials of two cells whose outcomes are given one after the other, as long as there are any, and tells what was written down.
 * A budget is what the outcomes are: with the last of them the time is up.
 */
async function runOutcomes(
  name: string,
  outcomes: readonly Outcome[],
  run: (outcome: Outcome, context: TrialContext) => Promise<Outcome> = async (outcome) => outcome,
) {
  const left = [...outcomes];
  const experiment: Experiment = {
    name: 'x',
    question: '?',
    takesTargets: false,
    unavailable: () => null,
    workloads: { smoke: null, quick: null, full: null },
    leads: 'requestsPerSecond',
    cells: () => [],
    run: (_factors, context) => run(left.shift() as Outcome, context),
    answer: () => [],
  };
  const directoryOfRun = `${directory}/${name}`;
  mkdirSync(directoryOfRun);
  appendObservation(directoryOfRun, { ...start, cells: units.map(({ most: _m, weight: _w, ...cell }) => cell) });
  const order = {
    choices: start.choices,
    profile: profiles.quick,
    plan: planTrials({ trials: firstPassOf(units) }, 1),
    units,
    experiments: [experiment],
    machine: inspectMachine(),
    named: { redisUrl: null, adminSecret: null },
    warnings: [],
  };
  const reported = (record = readJournal(directoryOfRun)) => reportOf(record, [experiment], true);
  const observer = {
    resumes: () => [],
    trialBegins() {},
    trialEnded: (_: unknown, record: ReturnType<typeof readJournal>) => reported(record).findings,
  };
  const secondsLeft = () => (left.length > 0 ? 60 : -1);
  const record = readJournal(directoryOfRun);
  await runTrials(order, directoryOfRun, record, observer, secondsLeft, new AbortController().signal);
  const { trials } = readJournal(directoryOfRun);
  return { report: reported(), trials: trials.map(({ factors, block }) => `${factors.strategy} ${block}`) };
}
const at = (requests: number): Outcome => ({
  status: 'completed',
  rows: [{ factors: {}, facts: httpFacts({ requests }) }],
});
const rejected: Outcome = {
  status: 'void',
  cause: 'wrong answer',
  reason: 'of 1000 answers 1 rejected in error',
  rows: [{ factors: {}, facts: httpFacts({ falseRejects: 1 }) }],
};

describe('runTrials', () => {
  test('a discarded trial is repeated at once, and counted by its cause', async () => {
    const { report, trials } = await runOutcomes('mended', [at(1_000), rejected, at(1_000)]);
    expect(trials).toEqual(['none 0', 'jwt 0', 'jwt 0']);
    expect(report.run).toMatchObject({
      complete: true,
      valid: true,
      trials: { completed: 2, void: { 'wrong answer': 1 } },
    });
    expect(report.warnings).toContainEqual(expect.objectContaining({ code: 'TRIAL_VOID' }));
  });

  test('one that is discarded twice is given up, and the run is not valid', async () => {
    const { report, trials } = await runOutcomes('wrong', [rejected, rejected, at(1_000)]);
    expect(trials).toEqual(['none 0', 'none 0', 'jwt 0']);
    expect(report.run).toMatchObject({ complete: false, valid: false, unanswered: [{ experiment: 'x' }] });
  });

  test('after the first pass cells are measured again, generation after generation, until the time is up', async () => {
    const { report, trials } = await runOutcomes('narrowed', [1_000, 2_000, 4_000, 500, 9_000].map(at));
    expect(trials.slice(0, 2)).toEqual(['none 0', 'jwt 0']);
    expect(new Set(trials).size).toBe(5);
    expect(report.run).toMatchObject({ complete: true, trials: { completed: 5 } });
  });

  test('what a trial measured is kept, though its rigs fail at another question', async () => {
    const { report, trials } = await runOutcomes('early', [at(1_000), at(1_000)], async (outcome, { measured }) => {
      measured?.(outcome);
      throw new BenchError('PROCESS_FAILED', 'the rig was lost');
    });
    expect([trials, report.run.trials]).toMatchObject([['none 0', 'jwt 0'], { completed: 2, failed: 0 }]);
  });

  test('it ends before its time when every answer is narrow enough', async () => {
    const { report } = await runOutcomes('decided', new Array<Outcome>(9).fill(at(1_000)));
    // Two that agree to the last digit, of each cell.
    expect(report.run.trials.completed).toBe(4);
  });
});
