// `npm run bench:compare`: this tree, or another revision, against a base; the exit code is the verdict.
import { appendFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wholeVerdict } from '../analyse/verdict.ts';
import { compareBlocks, type Standing } from '../compare.ts';
import { fingerprint, redisVersion } from '../measure/environment.ts';
import { wholeNumber } from '../plan/choices.ts';
import { type Gate, type Gates, longestMinutes, readGates, within } from '../plan/gates.ts';
import { profiles } from '../plan/profiles.ts';
import { seedFor } from '../plan/random.ts';
import type { Comparison } from '../record/comparison.ts';
import { BenchError, exitCodes } from '../record/errors.ts';
import type { TrialObservation } from '../record/observation.ts';
import { renderComparison, renderComparisonMarkdown } from '../report/comparison.ts';
import { clockText, outcomeText, startProgress } from '../report/progress.ts';
import { describePlacement, inspectMachine, type Machine, requireCommands } from '../rig/machine.ts';
import {
  dependAlike,
  install,
  isInstalledHere,
  layOut,
  type Revision,
  resolveRevision,
  shareInstalled,
  workingTree,
} from '../rig/revisions.ts';
import { openRunScope, type RunScope } from '../rig/run-scope.ts';
import { outcomeOrFailure } from '../trial/abortable.ts';
import { runSides, sidesWorks, startSidesOnce } from '../trial/sides.ts';
import { makeDirectory } from './directories.ts';
import { standardOutput } from './report.ts';

export interface CompareFlags {
  readonly base?: string;
  readonly anchor?: string;
  readonly head?: string;
  readonly seed?: string;
  readonly minutes?: string;
  readonly out?: string;
  readonly strict?: boolean;
  readonly json?: boolean;
}

/**
 * Compares head with a base, and with an anchor where one is named; writes comparison.json, comparison.md and blocks.jsonl of each.
 * @throws {BenchError} before anything is measured, when a flag, a revision or the machine will not do.
 */
export async function compareCommand(flags: CompareFlags): Promise<void> {
  if (flags.base === undefined)
    throw new BenchError('USAGE', '--base is missing: name the revision to compare against');
  const seed = wholeNumber(flags.seed ?? '1', '--seed', 0, 2_147_483_647);
  const base = resolveRevision(flags.base, '--base');
  const anchor = flags.anchor === undefined ? null : resolveRevision(flags.anchor, '--anchor');
  const head = headOf(flags);
  const machine = inspectMachine();
  const { gates, notAvailable } = gatesHere(gatesIn(flags), machine);
  requireCommands(machine, { redis: true, balancer: false });

  const startedAt = new Date();
  const directory = flags.out ?? join('results', `compare-${startedAt.toISOString().replace(/[:.]/g, '-')}`);
  makeDirectory(directory);
  for (const { name, commit } of [base, ...(anchor ? [anchor] : [])])
    if (commit === head.commit)
      process.stderr.write(`${name} and ${head.name} are the same revision: what differs is the machine's doing\n`);
  const references = [{ base, directory }, ...(anchor ? [{ base: anchor, directory: join(directory, 'anchor') }] : [])];
  const environment = fingerprint(machine, {
    redis: redisVersion(machine),
    balancer: 'none',
    placement: describePlacement(machine.placement, false),
  });
  const comparisons: Comparison[] = [];
  try {
    for (const reference of references) {
      if (reference.directory !== directory) makeDirectory(reference.directory);
      const stand = (standing: Standing): Comparison =>
        written(reference.directory, {
          schemaVersion: 2,
          base: reference.base,
          head,
          seed,
          startedAt: startedAt.toISOString(),
          finishedAt: new Date().toISOString(),
          command: ['npm run bench:compare --', ...process.argv.slice(3)].join(' '),
          ...standing,
          risk: gates.risk,
          gates: [...standing.gates],
          notAvailable,
          environment,
        });
      const comparison = await measured({ gates, head, seed, machine, ...reference }, stand);
      comparisons.push(comparison);
      if (!flags.json) console.log(renderComparison(comparison, reference.directory, standardOutput()));
    }
  } finally {
    // What was compared stands, whatever became of the other.
    if (flags.json && comparisons.length > 0)
      console.log(JSON.stringify(anchor ? comparisons : comparisons[0], null, 2));
  }
  const verdict = wholeVerdict(comparisons.map((comparison) => comparison.verdict));
  process.exitCode = flags.strict && verdict === 'inconclusive' ? exitCodes.inconclusive : exitCodeOf[verdict];
}

/** The gates, within the budget that the user gave. */
function gatesIn({ minutes }: CompareFlags): Gates {
  const gates = readGates();
  return minutes === undefined ? gates : within(gates, wholeNumber(minutes, '--minutes', 1, longestMinutes));
}

/** What is to be compared: the revision named, or this tree. */
function headOf({ head }: CompareFlags): Revision {
  if (head !== undefined) return resolveRevision(head, '--head');
  const { revision, unknownFiles } = workingTree();
  if (unknownFiles > 0) {
    process.stderr.write(
      `not compared: ${unknownFiles} ${unknownFiles === 1 ? 'file' : 'files'} that git does not know\n`,
    );
  }
  return revision;
}

const exitCodeOf: Record<Comparison['verdict'], number> = {
  pass: exitCodes.fine,
  improved: exitCodes.fine,
  regressed: exitCodes.regressed,
  invalid: exitCodes.failed,
  // What could not be decided stops nobody, unless asked to.
  inconclusive: exitCodes.fine,
};

/** The gates that this machine can measure, and those that it cannot. */
function gatesHere(
  gates: Gates,
  { instructions }: Machine,
): { gates: Gates; notAvailable: Comparison['notAvailable'] } {
  if (instructions.kind === 'available') return { gates, notAvailable: [] };
  const needsCounter = ({ measure }: Gate) => measure === 'instructionsPerRequest.servers';
  const { reason } = instructions;
  const left = gates.gates.filter((gate) => !needsCounter(gate));
  if (left.length === 0) {
    throw new BenchError('BAD_GATES', `no gate of gates.json can be measured on this machine: ${reason}`);
  }
  const notAvailable = gates.gates.filter(needsCounter);
  return {
    gates: { ...gates, gates: left },
    notAvailable: notAvailable.map(({ strategy, measure }) => ({ strategy, measure, reason })),
  };
}

interface Measuring {
  readonly gates: Gates;
  readonly base: Revision;
  readonly head: Revision;
  readonly seed: number;
  readonly machine: Machine;
  readonly directory: string;
}

/** Lays both revisions out, runs the blocks, and gives the last standing; whatever was started is gone afterwards. */
async function measured(
  { gates, base, head, seed, machine, directory }: Measuring,
  stand: (standing: Standing) => Comparison,
): Promise<Comparison> {
  const interrupt = new AbortController();
  let comparison: Comparison | null = null;
  const onSignal = () => {
    const kept = comparison ? `what was measured is in ${directory}/comparison.json` : 'nothing had been measured yet';
    interrupt.abort(new BenchError('INTERRUPTED', `interrupted; ${kept}`));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
  const scope = await openRunScope(machine, { redisUrl: null, adminSecret: null });
  try {
    const trees = await layOutBoth(scope, { base, head }, interrupt.signal);
    const order = {
      strategies: [...new Set(gates.gates.map(({ strategy }) => strategy))],
      work: sidesWorks.quick,
      base: { tree: trees.base },
      head: { tree: trees.head },
    };
    const context = {
      scope,
      profile: profiles.quick,
      chosen: null,
      balancer: 'none' as const,
      targets: null,
      instances: null,
      riders: [],
      signal: interrupt.signal,
    };
    process.stderr.write('starting the servers of both once\n');
    // What cannot start fails the first blocks, too, and they are written down.
    await outcomeOrFailure(startSidesOnce(order, context), interrupt.signal);
    const budget = gates.looks.at(-1) as number;
    const progress = startProgress(
      process.stderr,
      `at most ${budget} blocks in ${gates.seconds} s, written to ${directory}`,
    );
    const run = async (block: number): Promise<TrialObservation> => {
      const at = new Date();
      const label = `[${block + 1}/${budget}] ${order.strategies.join(', ')}: base and head side by side`;
      progress.begins(() => `${label} · for ${clockText((Date.now() - at.getTime()) / 1000)}`);
      const outcome = await outcomeOrFailure(
        runSides(order, { ...context, block, seed: seedFor(seed, `block ${block}`) }),
        interrupt.signal,
      );
      const seconds = (Date.now() - at.getTime()) / 1000;
      const observation = {
        kind: 'trial' as const,
        experiment: 'compare',
        factors: {},
        block,
        at: at.toISOString(),
        seconds,
        outcome,
      };
      appendFileSync(join(directory, 'blocks.jsonl'), `${JSON.stringify(observation)}\n`);
      progress.ended(`${label} · ${outcomeText(observation)}`);
      return observation;
    };
    const began = performance.now();
    const elapsed = () => (performance.now() - began) / 1000;
    try {
      for await (const standing of compareBlocks(gates, { run, elapsed })) comparison = stand(standing);
    } finally {
      progress.end();
    }
  } finally {
    await scope.close();
    if (!comparison && readdirSync(directory).length === 0) rmdirSync(directory);
  }
  // A comparison has at least one block: gates.json has at least one look.
  return comparison as unknown as Comparison;
}

/** Lays both revisions out side by side; when one cannot be, the other has ended too by the time that this throws. */
async function layOutBoth(
  scope: RunScope,
  { base, head }: Pick<Measuring, 'base' | 'head'>,
  signal: AbortSignal,
): Promise<Record<'base' | 'head', string>> {
  const told = ({ name, commit }: Revision) => `${name} (${commit.slice(0, 10)})`;
  process.stderr.write(`laying out base: ${told(base)}, and head: ${told(head)}\n`);
  const trees = await both([layOut(scope, base, 'base', signal), layOut(scope, head, 'head', signal)]);
  if (!dependAlike(...trees)) {
    process.stderr.write('npm ci for each: they do not depend on the same\n');
    await both([install(trees[0], base, signal), install(trees[1], head, signal)]);
  } else if (isInstalledHere(trees[0])) for (const tree of trees) shareInstalled(tree);
  else {
    process.stderr.write('npm ci for both: not all that they depend on is installed here\n');
    await install(trees[0], base, signal);
    shareInstalled(trees[1], trees[0]);
  }
  signal.throwIfAborted();
  return { base: trees[0], head: trees[1] };
}

/** Both results, once both have ended, however they ended. */
async function both<T>(work: readonly [Promise<T>, Promise<T>]): Promise<[T, T]> {
  await Promise.allSettled(work);
  return [await work[0], await work[1]];
}

/** Writes what the comparison has come to so far, so that nothing measured is lost. */
function written(directory: string, comparison: Comparison): Comparison {
  const files = {
    'comparison.json': `${JSON.stringify(comparison, null, 2)}\n`,
    'comparison.md': renderComparisonMarkdown(comparison),
  };
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  } catch (cause) {
    throw new BenchError('OUT_NOT_WRITABLE', `cannot write to ${directory}: ${(cause as Error).message}`, { cause });
  }
  return comparison;
}
