// `npm run bench` and `npm run bench:selftest`: from flags to a finished report.
import { join, resolve } from 'node:path';
import open from 'open';
import { voidText } from '../analyse/wording.ts';
import { orderRun, type RunOptions } from '../order.ts';
import { type PlanFlags, resolveChoices } from '../plan/choices.ts';
import type { PlannedTrial } from '../plan/plan.ts';
import { BenchError } from '../record/errors.ts';
import { appendObservation, mendJournal, type RunRecord, readJournal } from '../record/journal.ts';
import type { Choices, Environment, RunStart } from '../record/observation.ts';
import type { Report } from '../record/report.ts';
import { clockText, leadingText, outcomeText, type Progress, startProgress, trialText } from '../report/progress.ts';
import { inspectMachine } from '../rig/machine.ts';
import { requireEnded } from '../rig/run-scope.ts';
import { beginRun, type RunObserver, runTrials } from '../run.ts';
import { makeDirectory } from './directories.ts';
import { showReport, writeReport } from './report.ts';
import { suites } from './suites.ts';

export interface BenchFlags extends PlanFlags {
  readonly out?: string;
  readonly resume?: string;
  readonly json?: boolean;
  readonly open?: boolean;
}

/** What a user types to run a suite. */
const commandOf = { bench: 'npm run bench', selftest: 'npm run bench:selftest' } as const;

/**
 * Runs what the flags ask for and writes its report; the process's exit code says how it went.
 * @throws {BenchError} before anything is measured, when a flag or the machine will not do; after it, when an answer was wrong, a
 * trial failed for good, or a suite with a plan did not complete it.
 */
export async function benchCommand(flags: BenchFlags, suite: Choices['suite'] = 'bench'): Promise<void> {
  const began = performance.now();
  const { order, directory, minutes } =
    flags.resume === undefined ? await newRun(flags, suite) : await resumedRun(flags, suite, flags.resume);
  const record = readJournal(directory);
  const interrupt = new AbortController();
  const onSignal = () => {
    progress.stopping();
    interrupt.abort(
      new BenchError('INTERRUPTED', `interrupted; go on with: ${commandOf[suite]} -- --resume ${directory}`),
    );
  };
  // Kept, not once: a library that hears the signal too would end the process if it found itself the only listener.
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
  // Whoever read it may have gone: the run and its report do without.
  process.stderr.on('error', () => {});
  const elapsed = () => (performance.now() - began) / 1000;
  const secondsLeft = () => (minutes === null ? Number.POSITIVE_INFINITY : minutes * 60 - elapsed());
  const budget = minutes === null ? '' : `${Number(minutes.toFixed(1))} min, `;
  const progress = startProgress(process.stderr, `${budget}written to ${directory}; nothing else should run meanwhile`);
  let report: Report;
  try {
    const observer = observerOf(progress, directory, secondsLeft);
    await runTrials(order, directory, record, observer, secondsLeft, interrupt.signal);
  } finally {
    progress.end();
    // Also of a run that was interrupted: what has been measured can be read.
    report = writeReport(directory);
    showReport(report, directory, flags.json === true);
  }
  if (flags.open) await open(resolve(directory, 'report.html'));
  const { complete, valid, trials } = report.run;
  if (valid && (complete || minutes !== null)) return;
  const missing = `${trials.completed} trials were completed, ${voidText(trials.void)}, ${trials.failed} failed`;
  const again = complete ? '' : `; try the others again with: ${commandOf[suite]} -- --resume ${directory}`;
  throw new BenchError('RUN_INVALID', `${missing}; see ${directory}/report.md${again}`);
}

/** Shows what runs and how narrow the leading figures are, and writes the report anew after every trial. */
function observerOf(progress: Progress, directory: string, secondsLeft: () => number): RunObserver {
  let leading = '';
  let number = 0;
  const left = () => {
    const seconds = secondsLeft();
    if (!Number.isFinite(seconds)) return '';
    return seconds > 0 ? `, ${clockText(seconds)} left` : ', the last one';
  };
  return {
    resumes: (record) => (record.trials.length > 0 ? writeReport(directory, record).findings : []),
    trialBegins(trial: PlannedTrial) {
      const began = performance.now();
      const sofar = () => clockText((performance.now() - began) / 1000);
      progress.begins(() => `${trialText(trial)} · for ${sofar()}${left()}${leading ? ` · ${leading}` : ''}`);
    },
    trialEnded(observation, record) {
      const { findings } = writeReport(directory, record);
      leading = leadingText(findings);
      number += 1;
      const told = observation.experiment === 'cost' && leading ? ` · ${leading}` : '';
      progress.ended(`[${number}] ${trialText(observation)} · ${outcomeText(observation)}${left()}${told}`);
      return findings;
    },
  };
}

interface PreparedRun {
  readonly order: RunOptions;
  readonly directory: string;
  /** Of this sitting; null where the run ends with its plan. */
  readonly minutes: number | null;
}

async function newRun(flags: BenchFlags, suite: Choices['suite']): Promise<PreparedRun> {
  const order = orderFor(resolveChoices(flags, suite, namesIn(suite)));
  const start = await beginRun(order, commandLine(suite), new Date());
  const directory = flags.out ?? join('results', suite === 'bench' ? start.id : `${suite}-${start.id}`);
  beginDirectory(directory, start);
  return { order, directory, minutes: order.choices.minutes ?? null };
}

const commandLine = (suite: Choices['suite']) =>
  [`${commandOf[suite]} --`, ...process.argv.slice(3)].join(' ').replace(/ --$/, '');

async function resumedRun(flags: BenchFlags, suite: Choices['suite'], directory: string): Promise<PreparedRun> {
  const record = readJournal(directory);
  const { start } = record;
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
  const { minutes, onTop } = minutesAgain(flags, record);
  await requireEnded(start.id, directory);
  mendJournal(directory);
  appendObservation(directory, {
    kind: 'resume',
    at: new Date().toISOString(),
    command: commandLine(suite),
    ...(onTop === 0 ? {} : { minutes: onTop }),
  });
  return { order, directory, minutes };
}

/**
 * The minutes that a resumed run has: those given, or what its budget has left, or as many as it began with; and which of them are on
 * top of its budget.
 */
function minutesAgain(
  flags: BenchFlags,
  { start, resumed, trials }: RunRecord,
): { minutes: number | null; onTop: number } {
  const { minutes, profile, suite } = start.choices;
  if (minutes === undefined) return { minutes: null, onTop: 0 };
  if (flags.minutes !== undefined) {
    const { minutes: given = minutes } = resolveChoices({ minutes: flags.minutes, profile }, suite, []);
    return { minutes: given, onTop: given };
  }
  const used = trials.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  const left = minutes + resumed.reduce((sum, sitting) => sum + (sitting.minutes ?? 0), 0) - used;
  // Less than a tenth of it is an end that was reached.
  return left > minutes / 10 ? { minutes: left, onTop: 0 } : { minutes, onTop: minutes };
}

const namesIn = (suite: Choices['suite']) => suites[suite].map(({ name }) => name);

const orderFor = (choices: Choices): RunOptions =>
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
  const given = resolveChoices({ profile: begun.profile, ...flags }, begun.suite, namesIn(begun.suite));
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
