// `npm run bench` and `npm run bench:selftest`: from flags to a finished report.
import { join, resolve } from 'node:path';
import { voidText } from '../analyse/wording.ts';
import { type PlanFlags, resolveChoices } from '../plan/choices.ts';
import { BenchError } from '../record/errors.ts';
import { appendObservation, mendJournal, readJournal } from '../record/journal.ts';
import type { Choices, Environment, RunStart } from '../record/observation.ts';
import type { Report } from '../record/report.ts';
import { startProgress } from '../render/progress.ts';
import { inspectMachine } from '../rig/machine.ts';
import { beginRun, orderRun, type RunOrder, runTrials } from '../run.ts';
import { makeDirectory } from './directories.ts';
import { showReport, writeReport } from './report.ts';
import { suites } from './suites.ts';

export interface BenchFlags extends PlanFlags {
  readonly out?: string;
  readonly resume?: string;
  readonly json?: boolean;
}

/** What a user types to run a suite. */
const commandOf = { bench: 'npm run bench', selftest: 'npm run bench:selftest' } as const;

/**
 * Runs what the flags ask for and writes its report; the process's exit code says how it went.
 * @throws {BenchError} before anything is measured, when a flag or the machine will not do; after it, when a trial failed.
 */
export async function benchCommand(flags: BenchFlags, suite: Choices['suite'] = 'bench'): Promise<void> {
  const { order, directory } =
    flags.resume === undefined ? await newRun(flags, suite) : await resumedRun(flags, suite, flags.resume);
  const done = readJournal(directory).trials;
  const interrupt = new AbortController();
  const onSignal = () => {
    progress.stopping();
    interrupt.abort(
      new BenchError('INTERRUPTED', `interrupted; go on with: ${commandOf[suite]} -- --resume ${directory}`),
    );
  };
  // Kept, not once: a library that hears the signal too would end the process if it found itself the only listener.
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  // Whoever read it may have gone: the run and its report do without.
  process.stderr.on('error', () => {});
  const progress = startProgress(
    process.stderr,
    order.plan.trials,
    done,
    `${order.plan.trials.length} ${order.plan.trials.length === 1 ? 'trial' : 'trials'}, written to ${directory}`,
  );
  let report: Report;
  try {
    await runTrials(order, directory, done, progress, interrupt.signal);
  } finally {
    progress.end();
    // Also of a run that was interrupted: what has been measured can be read.
    report = writeReport(directory);
    showReport(report, directory, flags.json === true);
  }
  const { complete, trials } = report.run;
  if (!complete) {
    const missing = `${trials.completed} of ${trials.planned} trials were completed, ${voidText(trials.void)}, ${trials.failed} failed`;
    const again =
      trials.completed < trials.planned
        ? `; try the others again with: ${commandOf[suite]} -- --resume ${directory}`
        : '';
    throw new BenchError('RUN_INVALID', `${missing}; see ${directory}/report.md${again}`);
  }
}

interface PreparedRun {
  readonly order: RunOrder;
  readonly directory: string;
}

async function newRun(flags: BenchFlags, suite: Choices['suite']): Promise<PreparedRun> {
  const order = orderFor(resolveChoices(flags, suite, namesIn(suite)));
  const command = [`${commandOf[suite]} --`, ...process.argv.slice(3)].join(' ').replace(/ --$/, '');
  const start = await beginRun(order, command, new Date());
  const directory = flags.out ?? join('results', suite === 'bench' ? start.id : `${suite}-${start.id}`);
  beginDirectory(directory, start);
  return { order, directory };
}

async function resumedRun(flags: BenchFlags, suite: Choices['suite'], directory: string): Promise<PreparedRun> {
  const { start } = readJournal(directory);
  if (start.choices.suite !== suite) {
    const its = `${commandOf[start.choices.suite]} -- --resume ${directory}`;
    throw new BenchError('OTHER_PLAN', `${directory} was begun by another command; go on with: ${its}`);
  }
  const order = orderFor(sameChoices(flags, start.choices));
  const { environment, plan } = await beginRun(order, start.command, new Date());
  const moved = (Object.keys(environment) as (keyof Environment)[]).find(
    // The memory that a kernel leaves to others differs a little from boot to boot.
    (name) => name !== 'memoryBytes' && JSON.stringify(environment[name]) !== JSON.stringify(start.environment[name]),
  );
  if (moved) {
    const [then, now] = [start.environment[moved], environment[moved]].map((value) => JSON.stringify(value));
    throw new BenchError(
      'OTHER_PLAN',
      `${directory} was begun with ${moved} ${then}, here it is ${now}; start a new run`,
    );
  }
  if (plan !== start.plan) {
    throw new BenchError('OTHER_PLAN', `${directory} was begun with another plan than is made here; start a new run`);
  }
  mendJournal(directory);
  return { order, directory };
}

const namesIn = (suite: Choices['suite']) => suites[suite].map(({ name }) => name);

const orderFor = (choices: Choices): RunOrder =>
  orderRun(choices, suites[choices.suite], inspectMachine(), {
    redisUrl: process.env.REDIS_URL || null,
    // Only targets have a secret that is not ours to make.
    adminSecret: (choices.targets && process.env.ADMIN_SECRET) || null,
  });

/** A resumed run keeps its choices; those given again have to be the same. */
function sameChoices(flags: BenchFlags, begun: Choices): Choices {
  if (flags.out !== undefined) {
    throw new BenchError('USAGE', '--out does not go with --resume: a run goes on where it was begun');
  }
  const given = resolveChoices(flags, begun.suite, namesIn(begun.suite));
  for (const [flag, choice] of [
    ['profile', 'profile'],
    ['only', 'only'],
    ['strategy', 'strategies'],
    ['instances', 'instances'],
    ['seed', 'seed'],
    ['balancer', 'balancer'],
    ['target', 'targets'],
  ] as const) {
    if (flags[flag] !== undefined && JSON.stringify(given[choice]) !== JSON.stringify(begun[choice])) {
      throw new BenchError(
        'OTHER_PLAN',
        `--${flag} ${flags[flag]} is not what ${flags.resume} was begun with (${begun[choice] ?? 'not given'})`,
      );
    }
  }
  return begun;
}

/** Makes the directory of a new run, if there is none, and writes its start down. */
function beginDirectory(directory: string, start: RunStart): void {
  makeDirectory(directory, `, or go on with --resume ${directory}`);
  try {
    appendObservation(directory, start);
  } catch (cause) {
    const where = resolve(directory);
    throw new BenchError('OUT_NOT_WRITABLE', `cannot write to ${where}: ${(cause as Error).message}`, { cause });
  }
}
