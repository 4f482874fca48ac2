// A trial that measured something else than it was meant to is void: named, counted and repeated, within a budget.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { reportOf } from '../../bench/analyse/report.ts';
import type { Experiment, TrialContext } from '../../bench/experiments/contract.ts';
import { throughput } from '../../bench/experiments/throughput.ts';
import { cpuSecondsOf } from '../../bench/measure/cpu.ts';
import { planTrials } from '../../bench/plan/plan.ts';
import { profiles } from '../../bench/plan/profiles.ts';
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
  'a load beside busy loops on the core of the servers is void, named as starved, and taken again',
  // Who gets how much of a busy core is the scheduler's affair: once in a while it is not enough to starve anybody.
  { retry: 2 },
  async () => {
    // Several, for the scheduler favours a server that sleeps now and then over a single loop that never does.
    for (let loop = 0; loop < 4; loop += 1) {
      const child = spawn('taskset', ['-c', systems as string, 'sh', '-c', 'while :; do :; done'], { stdio: 'ignore' });
      ends.push(() => child.kill('SIGKILL'));
      while (cpuSecondsOf(child.pid as number) < 0.1) await new Promise(setImmediate);
    }
    const work = { warmUp: { window: 500, least: 500, most: 500 }, requests: 30_000, turns: 1, algorithmBlocks: 0 };
    const context: TrialContext = {
      scope,
      profile: { ...profiles.quick, users: 100 },
      chosen: ['none'],
      balancer: 'none',
      targets: null,
      instances: null,
      block: 0,
      seed: 1,
      signal: new AbortController().signal,
    };
    const { rows } = (await throughput.run({}, context, work)) as { rows: { facts: HttpFacts }[] };
    expect(rows[0]?.facts.voidBefore?.starved).toBeGreaterThan(0);
  },
);

/** Runs four trials of an experiment whose outcomes are given one after the other, and tells what was written down. */
async function runOutcomes(name: string, outcomes: readonly Outcome[]) {
  const left = [...outcomes];
  const experiment: Experiment = {
    name: 'throughput',
    question: '?',
    takesTargets: false,
    unavailable: () => null,
    amounts: { smoke: null, quick: null, full: null },
    cells: () => [],
    run: async () => left.shift() as Outcome,
    answer: () => [],
  };
  const plan = planTrials([{ experiment: 'throughput', factors: { strategy: 'none' }, blocks: 4 }], 1);
  const run = `${directory}/${name}`;
  const { mkdirSync } = await import('node:fs');
  mkdirSync(run);
  appendObservation(run, { ...start, trials: 4 });
  const order = {
    choices: start.choices,
    profile: profiles.quick,
    plan,
    experiments: [experiment],
    machine: inspectMachine(),
    named: { redisUrl: null, adminSecret: null },
    warnings: [],
  };
  const observer = { trialBegins() {}, trialEnded() {} };
  await runTrials(order, run, [], observer, new AbortController().signal);
  return { report: reportOf(readJournal(run), [experiment], true), left: left.length };
}
const rows = [{ factors: {}, facts: httpFacts() }];
const completed: Outcome = { status: 'completed', rows };
const starved: Outcome = { status: 'void', cause: 'starved', reason: 'other processes used 90 % of a core', rows };

test('a void trial is repeated until it is sound, and the report counts the void ones by cause', async () => {
  const { report } = await runOutcomes('mended', [completed, starved, starved, completed, completed, completed]);
  expect(report.run).toMatchObject({ complete: true, trials: { completed: 4, void: { starved: 2 } } });
  expect(report.findings[0]?.measures.requestsPerSecond?.trials).toBe(4);
  expect(report.warnings).toContainEqual(expect.objectContaining({ code: 'TRIAL_VOID' }));
});

test('repeats end with the budget, and the run is then not complete', async () => {
  const { report, left } = await runOutcomes('starved', new Array<Outcome>(20).fill(starved));
  expect(report.run).toMatchObject({ complete: false, trials: { completed: 0, void: { starved: 6 } } });
  expect(left).toBe(14);
});
