// `npm run bench`: from flags to a finished report.
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { experiments } from '../experiments/index.ts';
import { type PlanFlags, resolveChoices } from '../plan/choices.ts';
import { BenchError } from '../record/errors.ts';
import { appendObservation, mendJournal, readJournal } from '../record/journal.ts';
import type { Choices } from '../record/observation.ts';
import { startProgress } from '../render/progress.ts';
import { inspectMachine } from '../rig/machine.ts';
import { beginRun, checkNamed, orderRun, type RunOrder, runTrials } from '../run.ts';
import { showReport, writeReport } from './report.ts';

export interface BenchFlags extends PlanFlags {
  readonly out?: string;
  readonly resume?: string;
  readonly json?: boolean;
}

/**
 * Runs what the flags ask for and writes its report; the process's exit code says how it went.
 * @throws {BenchError} before anything is measured, when a flag or the machine will not do.
 */
export async function benchCommand(flags: BenchFlags): Promise<void> {
  const names = experiments.map(({ name }) => name);
  const resumed = flags.resume === undefined ? null : readJournal(flags.resume);
  const choices = resumed ? sameChoices(flags, resumed.start.choices, names) : resolveChoices(flags, names);
  const order = orderRun(choices, experiments, inspectMachine(), {
    redisUrl: process.env.REDIS_URL || null,
    // Only targets have a secret that is not ours to make.
    adminSecret: (choices.targets && process.env.ADMIN_SECRET) || null,
  });
  if (resumed && resumed.start.plan !== order.plan.digest) {
    throw new BenchError(
      'OTHER_PLAN',
      `${flags.resume} was begun with another plan than this version of auth-bench makes; start a new run`,
    );
  }

  if (resumed) await checkNamed(order);

  const directory = resumed ? (flags.resume as string) : await beginDirectory(flags.out, order);
  if (resumed) mendJournal(directory);
  const done = readJournal(directory).trials;

  const interrupt = new AbortController();
  const onSignal = () =>
    interrupt.abort(new BenchError('INTERRUPTED', `interrupted; go on with: npm run bench -- --resume ${directory}`));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const progress = startProgress(process.stderr, order.plan.trials, done, directory);
  try {
    await runTrials(order, directory, done, progress, interrupt.signal);
  } finally {
    progress.end();
    // Also of a run that was interrupted: what has been measured can be read.
    showReport(writeReport(directory), directory, flags.json === true);
  }
  const { trials, complete } = writeReport(directory).run;
  if (!complete) {
    throw new BenchError(
      'RUN_INVALID',
      `${trials.invalid} trials were invalid and ${trials.failed} failed; see the warnings in ${directory}/report.md`,
    );
  }
}

/** A resumed run keeps its choices; those given again have to be the same. */
function sameChoices(flags: BenchFlags, begun: Choices, names: readonly string[]): Choices {
  if (flags.out !== undefined)
    throw new BenchError('USAGE', '--out does not go with --resume: a run goes on where it was begun');
  const given = resolveChoices(flags, names);
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

/** Makes the directory of a new run and writes its start down. */
async function beginDirectory(out: string | undefined, order: RunOrder): Promise<string> {
  const command = ['npm run bench --', ...process.argv.slice(3)].join(' ').replace(/ --$/, '');
  const start = await beginRun(order, command, new Date());
  const directory = out ?? join('results', start.id);
  try {
    mkdirSync(directory, { recursive: true });
    if (readdirSync(directory).includes('observations.jsonl')) {
      throw new BenchError(
        'OUT_NOT_EMPTY',
        `--out ${directory} already holds a run; name another directory, or go on with --resume ${directory}`,
      );
    }
    appendObservation(directory, start);
  } catch (cause) {
    if (cause instanceof BenchError) throw cause;
    throw new BenchError('OUT_NOT_WRITABLE', `cannot write to ${resolve(directory)}: ${(cause as Error).message}`, {
      cause,
    });
  }
  return directory;
}
