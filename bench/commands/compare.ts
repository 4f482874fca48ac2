// `npm run bench:compare`: this tree, or another revision, against a base; the exit code is the verdict.
import { appendFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { comparePairs, plannedRounds, type Standing } from '../compare.ts';
import { fingerprint, redisVersion } from '../measure/environment.ts';
import { wholeNumber } from '../plan/choices.ts';
import { type Gate, type Gates, readGates } from '../plan/gates.ts';
import type { PlannedTrial } from '../plan/plan.ts';
import { profiles } from '../plan/profiles.ts';
import type { Comparison } from '../record/comparison.ts';
import { BenchError, exitCodes } from '../record/errors.ts';
import type { Outcome } from '../record/observation.ts';
import { renderComparison, renderComparisonMarkdown } from '../render/comparison.ts';
import { clockText, outcomeText, startProgress, trialText } from '../render/progress.ts';
import { inspectMachine, type Machine, requireCommands } from '../rig/machine.ts';
import { layOut, type Revision, resolveRevision, workingTree } from '../rig/revisions.ts';
import { openRunScope, type RunScope } from '../rig/run-scope.ts';
import { outcomeOrFailure } from '../trial/abortable.ts';
import { pairsUnavailable, pairWork, runPair } from '../trial/paired-trial.ts';
import { makeDirectory } from './directories.ts';

export interface CompareFlags {
  readonly base?: string;
  readonly head?: string;
  readonly seed?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/**
 * Compares two revisions and writes comparison.json, comparison.md and pairs.jsonl.
 * @throws {BenchError} before anything is measured, when a flag, a revision or the machine will not do.
 */
export async function compareCommand(flags: CompareFlags): Promise<void> {
  if (flags.base === undefined)
    throw new BenchError('USAGE', '--base is missing: name the revision to compare against');
  const seed = wholeNumber(flags.seed ?? '1', '--seed', 0, 2_147_483_647);
  const base = resolveRevision(flags.base, '--base');
  const head = headOf(flags);
  const machine = inspectMachine();
  const { gates, notAvailable } = gatesHere(readGates(), machine);
  requireCommands(machine, { redis: true, balancer: false });
  const obstacle = pairsUnavailable();
  if (obstacle) throw new BenchError('NO_CPU_CLOCK', `pairs cannot be measured on this machine: ${obstacle}`);

  const startedAt = new Date();
  const directory = flags.out ?? join('results', `compare-${startedAt.toISOString().replace(/[:.]/g, '-')}`);
  makeDirectory(directory);
  const environment = fingerprint(machine, redisVersion(machine), 'none');
  const stand = (standing: Standing): Comparison =>
    written(directory, {
      schemaVersion: 1,
      base,
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
  const comparison = await measured({ gates, base, head, seed, machine, directory }, stand);
  if (flags.json) console.log(JSON.stringify(comparison, null, 2));
  else console.log(renderComparison(comparison, directory, process.stdout.isTTY === true));
  process.exitCode = exitCodeOf[comparison.verdict];
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
  inconclusive: exitCodes.inconclusive,
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

/** Lays both revisions out, runs the pairs, and gives the last standing; whatever was started is gone afterwards. */
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
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const scope = await openRunScope(machine, { redisUrl: null, adminSecret: null });
  try {
    const trees = await layOutBoth(scope, { base, head }, interrupt.signal);
    const rounds = plannedRounds(gates, seed);
    const planned = rounds.flat();
    const progress = startProgress(
      process.stderr,
      `at most ${planned.length} pairs in ${gates.seconds} s, written to ${directory}`,
    );
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
    const run = async (pair: PlannedTrial): Promise<Outcome> => {
      const number = planned.indexOf(pair) + 1;
      const at = new Date();
      const label = `[${number}/${planned.length}] ${trialText(pair)}`;
      progress.begins(() => `${label} · for ${clockText((Date.now() - at.getTime()) / 1000)}`);
      const order = {
        strategy: String(pair.factors.strategy),
        algorithm: 'HS256' as const,
        work: pairWork,
        base: { tree: trees.base },
        head: { tree: trees.head },
      };
      const outcome = await outcomeOrFailure(
        runPair(order, { ...context, block: pair.block, seed: seed * 1_000 + pair.block }),
        interrupt.signal,
      );
      const seconds = (Date.now() - at.getTime()) / 1000;
      const observation = { kind: 'trial' as const, ...pair, at: at.toISOString(), seconds, outcome };
      appendFileSync(join(directory, 'pairs.jsonl'), `${JSON.stringify(observation)}\n`);
      progress.ended(`${label} · ${outcomeText(observation)}`);
      return outcome;
    };
    const began = performance.now();
    const elapsed = () => (performance.now() - began) / 1000;
    try {
      for await (const standing of comparePairs(gates, rounds, { run, elapsed })) comparison = stand(standing);
    } finally {
      progress.end();
    }
  } finally {
    await scope.close();
    if (!comparison && readdirSync(directory).length === 0) rmdirSync(directory);
  }
  // A comparison has at least one pair: gates.json has at least one gate.
  return comparison as unknown as Comparison;
}

/** Lays both revisions out side by side; when one cannot be, the other has ended too by the time that this throws. */
async function layOutBoth(
  scope: RunScope,
  { base, head }: Pick<Measuring, 'base' | 'head'>,
  signal: AbortSignal,
): Promise<Record<'base' | 'head', string>> {
  const told = ({ name, commit }: Revision) => `${name} (${commit.slice(0, 10)})`;
  process.stderr.write(`laying out base: ${told(base)}, and head: ${told(head)}, with npm ci\n`);
  const laidOut = [layOut(scope, base, 'base', signal), layOut(scope, head, 'head', signal)] as const;
  await Promise.allSettled(laidOut);
  return { base: await laidOut[0], head: await laidOut[1] };
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
