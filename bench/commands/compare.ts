// `npm run bench:compare`: this tree, or another revision, against a base; the exit code is the verdict.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ComparisonOrder, comparePairs, plannedPairs, type Standing } from '../compare.ts';
import { fingerprint, redisVersion } from '../measure/environment.ts';
import { wholeNumber } from '../plan/choices.ts';
import { type Gate, type Gates, readGates } from '../plan/gates.ts';
import { profiles } from '../plan/profiles.ts';
import type { Comparison } from '../record/comparison.ts';
import { BenchError, exitCodes } from '../record/errors.ts';
import { renderComparison, renderComparisonMarkdown } from '../render/comparison.ts';
import { startProgress } from '../render/progress.ts';
import { inspectMachine, type Machine, requireCommands } from '../rig/machine.ts';
import { layOut, type Revision, resolveRevision, workingTree } from '../rig/revisions.ts';
import { openRunScope } from '../rig/run-scope.ts';
import { makeDirectory } from './directories.ts';

export interface CompareFlags {
  readonly base?: string;
  readonly head?: string;
  readonly seed?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/**
 * Compares two revisions and writes comparison.json and comparison.md.
 * @throws {BenchError} before anything is measured, when a flag, a revision or the machine will not do.
 */
export async function compareCommand(flags: CompareFlags): Promise<void> {
  if (flags.base === undefined)
    throw new BenchError('USAGE', '--base is missing: name the revision to compare against');
  const seed = wholeNumber(flags.seed ?? '1', '--seed', 0, 2_147_483_647);
  const base = resolveRevision(flags.base, '--base');
  const head = flags.head === undefined ? workingTree() : resolveRevision(flags.head, '--head');
  const machine = inspectMachine();
  const { gates, notAvailable } = gatesHere(readGates(), machine);
  requireCommands(machine, { redis: true, balancer: false });

  const startedAt = new Date();
  const directory = flags.out ?? join('results', `compare-${startedAt.toISOString().replace(/[:.]/g, '-')}`);
  makeDirectory(directory, 'comparison.json');
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
      gates: [...standing.gates],
      notAvailable,
      environment: fingerprint(machine, redisVersion(machine), 'none'),
    });
  const comparison = await measured({ gates, base, head, seed, machine, directory }, stand);
  if (flags.json) console.log(JSON.stringify(comparison, null, 2));
  else console.log(renderComparison(comparison, directory, process.stdout.isTTY === true));
  process.exitCode = exitCodeOf[comparison.verdict];
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
  const onSignal = () => {
    const where = `what was measured is in ${directory}/comparison.json`;
    interrupt.abort(new BenchError('INTERRUPTED', `interrupted; ${where}`));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const scope = await openRunScope(machine, { redisUrl: null, adminSecret: null });
  let comparison = stand({ verdict: 'inconclusive', gates: [], complete: false, loadSeconds: 0, void: {} });
  try {
    const trees: string[] = [];
    for (const [side, revision] of [
      ['base', base],
      ['head', head],
    ] as const) {
      process.stderr.write(`laying out ${side}: ${revision.name} (${revision.commit.slice(0, 10)}), with npm ci\n`);
      trees.push(await layOut(scope, revision, side, interrupt.signal));
    }
    const order: ComparisonOrder = { gates, base: trees[0] as string, head: trees[1] as string };
    const planned = plannedPairs(gates, seed);
    const progress = startProgress(process.stderr, planned, [], directory);
    try {
      const context = {
        scope,
        profile: profiles.quick,
        strategies: [],
        balancer: 'none' as const,
        targets: null,
        instances: null,
        signal: interrupt.signal,
      };
      await comparePairs(order, planned, context, seed, progress, (standing) => {
        comparison = stand(standing);
      });
    } finally {
      progress.end();
    }
  } finally {
    await scope.close();
  }
  return comparison;
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
