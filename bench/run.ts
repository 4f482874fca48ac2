// A run, from the plan to the last observation: trials one after the other, each written down the moment it exists.
import { randomBytes } from 'node:crypto';
import { type Algorithm, missingAlgorithms } from '../servers/tokens/algorithms.ts';
import { type Experiment, strategiesOf } from './experiments/contract.ts';
import { balancerVersion, fingerprint, redisVersion } from './measure/environment.ts';
import { type Plan, type PlannedTrial, planTrials, type RepeatedCell, trialKey } from './plan/plan.ts';
import { type Profile, profiles } from './plan/profiles.ts';
import { BenchError } from './record/errors.ts';
import type { VoidCause } from './record/facts.ts';
import { appendObservation } from './record/journal.ts';
import type { Choices, RunStart, TrialObservation, Warning } from './record/observation.ts';
import { type Machine, requireCommands } from './rig/machine.ts';
import { checkNamedRedis } from './rig/redis.ts';
import { type Named, openRunScope, type RunScope, requireTemporaryDirectory } from './rig/run-scope.ts';
import { checkTarget } from './rig/targets.ts';
import { outcomeOrFailure } from './trial/abortable.ts';

/** What is to be run, resolved and checked: nothing after this looks at a flag. */
export interface RunOrder {
  readonly choices: Choices;
  readonly profile: Profile;
  readonly plan: Plan;
  readonly experiments: readonly Experiment[];
  readonly machine: Machine;
  readonly named: Named;
  readonly warnings: readonly Warning[];
}

/** Told of what happens while it happens; what it does with it is its own affair. */
export interface RunObserver {
  trialBegins(trial: PlannedTrial, number: number, of: number): void;
  trialEnded(observation: TrialObservation, number: number, of: number): void;
}

/**
 * Lays out the run that choices ask for on a machine.
 * @throws {BenchError} NOTHING_TO_RUN, or what the machine lacks.
 */
export function orderRun(choices: Choices, registry: readonly Experiment[], machine: Machine, named: Named): RunOrder {
  requireTemporaryDirectory();
  const profile = profiles[choices.profile];
  const { targets = null } = choices;
  const wanted = registry.filter(({ name }) => choices.only?.includes(name) ?? true);
  const obstacle = (experiment: Experiment) =>
    targets && !experiment.takesTargets ? 'it needs a rig of its own' : experiment.unavailable(machine);
  const possible = wanted.filter((experiment) => obstacle(experiment) === null);
  const chosen = chosenIn(choices);
  const cells: RepeatedCell[] = possible.flatMap((experiment) => {
    const work = experiment.amounts[choices.profile];
    return experiment.cells({ chosen, targets }, work).map((factors) => ({
      experiment: experiment.name,
      factors,
      blocks: experiment.blocks?.(work, factors) ?? profile.blocks,
    }));
  });
  const warnings: Warning[] = wanted
    .filter((experiment) => !possible.includes(experiment))
    .map((experiment) => ({
      code: 'EXPERIMENT_LEFT_OUT' as const,
      message: `${experiment.name} is left out: ${obstacle(experiment)}`,
    }));
  if (strategiesOf({ chosen }, null).includes('jwt')) warnings.push(...missingAlgorithms.map(leftOut));
  const asked = choices.strategies ?? [];
  const onlyBaseline = cells.every(({ factors }) => factors.strategy === 'none') && !asked.includes('none');
  if (cells.length === 0 || (asked.length > 0 && onlyBaseline)) {
    const why = warnings.map(({ message }) => message).join('; ') || 'no chosen experiment measures a chosen strategy';
    throw new BenchError('NOTHING_TO_RUN', `nothing to run: ${why}`);
  }
  if (choices.instances && !possible.some(({ takesInstances }) => takesInstances)) {
    const those = registry.filter(({ takesInstances }) => takesInstances).map(({ name }) => name);
    throw new BenchError(
      'NOTHING_TO_RUN',
      `--instances is for ${those.join(', ')}, and none of the chosen experiments`,
    );
  }
  if (!targets) {
    requireCommands(machine, { redis: named.redisUrl === null, balancer: choices.balancer === 'haproxy' });
  }
  if (!profile.measurement) {
    const message = 'the smoke profile only shows that everything runs; its figures mean nothing';
    warnings.push({ code: 'NO_MEASUREMENT', message });
  }
  if (named.redisUrl) {
    const message = 'Redis is the one in REDIS_URL: its CPU and commands include what others ask of it meanwhile';
    warnings.push({ code: 'SHARED_REDIS', message });
  }
  const plan = planTrials(cells, choices.seed);
  return { choices, profile, plan, experiments: possible, machine, named, warnings };
}

const leftOut = (algorithm: Algorithm): Warning => ({
  code: 'ALGORITHM_LEFT_OUT',
  message: `${algorithm} is left out: Node.js ${process.version}, with OpenSSL ${process.versions.openssl}, does not have it`,
});

/** The strategies that the user chose, and always the baseline; null for those that each experiment usually measures. */
const chosenIn = ({ strategies }: Choices): readonly string[] | null =>
  strategies ? [...new Set(['none', ...strategies])] : null;

/**
 * Begins a run: asks the Redis and the targets that the user named, and gives the start that is to be written down.
 * @throws {BenchError} when one of them does not answer as it should.
 */
export async function beginRun(order: RunOrder, command: string, now: Date): Promise<RunStart> {
  const { choices, plan, machine, named, warnings } = order;
  await checkNamed(order);
  const redis = named.redisUrl ? "the user's own (REDIS_URL)" : redisVersion(machine);
  const balancer = choices.targets
    ? "the targets' own"
    : choices.balancer === 'haproxy'
      ? balancerVersion(machine)
      : 'none';
  return {
    kind: 'start',
    schemaVersion: 1,
    id: `${now.toISOString().replace(/[:.]/g, '-')}-${randomBytes(3).toString('hex')}`,
    choices,
    plan: plan.digest,
    trials: plan.trials.length,
    command,
    at: now.toISOString(),
    environment: fingerprint(machine, redis, balancer),
    warnings: [...warnings],
  };
}

/** @throws {BenchError} when the Redis or a target that the user named does not answer as it should. */
async function checkNamed({ choices, named }: RunOrder): Promise<void> {
  if (named.redisUrl) await checkNamedRedis(named.redisUrl);
  for (const [strategy, url] of Object.entries(choices.targets ?? {}))
    await checkTarget(strategy, url, named.adminSecret);
}

/**
 * The budget for void trials: how often one is repeated, and how many repeats a run may have, as a share of its trials. A wrong
 * answer is hardly the machine's fault.
 */
const repeatsOfOne = 2;
const repeatsOfWrong = 1;
const repeatShare = 0.25;

/** Whether a trial that was void for these causes, one after the other, is run once more. */
export const isRepeated = (causes: readonly VoidCause[]): boolean =>
  causes.length <= repeatsOfOne && causes.filter((cause) => cause === 'wrong answer').length <= repeatsOfWrong;

/**
 * Runs every planned trial that has not been completed, and writes each down as soon as it has ended. A void one is
 * repeated at once, within the budget.
 * @param done the trials that the journal holds already.
 * @throws the signal's reason when it aborts; the trial under way is then not written down.
 */
export async function runTrials(
  order: RunOrder,
  directory: string,
  done: readonly TrialObservation[],
  observer: RunObserver,
  signal: AbortSignal,
): Promise<void> {
  const completed = new Set(done.filter(({ outcome }) => outcome.status === 'completed').map(trialKey));
  const left = order.plan.trials.filter((trial) => !completed.has(trialKey(trial)));
  if (left.length === 0) return;
  const scope = await openRunScope(order.machine, order.named);
  let repeatsLeft = Math.max(repeatsOfOne, Math.ceil(order.plan.trials.length * repeatShare));
  try {
    for (const trial of left) {
      signal.throwIfAborted();
      const number = order.plan.trials.indexOf(trial) + 1;
      const causes: VoidCause[] = [];
      for (;;) {
        observer.trialBegins(trial, number, order.plan.trials.length);
        const observation = await runTrial(trial, order, scope, signal);
        appendObservation(directory, observation);
        observer.trialEnded(observation, number, order.plan.trials.length);
        const { outcome } = observation;
        if (outcome.status !== 'void') break;
        causes.push(outcome.cause);
        if (repeatsLeft === 0 || !isRepeated(causes)) break;
        repeatsLeft -= 1;
      }
    }
  } finally {
    await scope.close();
  }
}

async function runTrial(
  trial: PlannedTrial,
  order: RunOrder,
  scope: RunScope,
  signal: AbortSignal,
): Promise<TrialObservation> {
  const { choices, profile, experiments } = order;
  const experiment = experiments.find(({ name }) => name === trial.experiment) as Experiment;
  const at = new Date();
  // The same requests for every cell of a block: what differs is the cell.
  const seed = choices.seed * 1_000 + trial.block;
  const context = {
    scope,
    profile,
    chosen: chosenIn(choices),
    balancer: choices.balancer,
    targets: choices.targets ?? null,
    instances: choices.instances ?? null,
    block: trial.block,
    seed,
    signal,
  };
  const trialRun = experiment.run(trial.factors, context, experiment.amounts[choices.profile]);
  const outcome = await outcomeOrFailure(trialRun, signal);
  signal.throwIfAborted();
  return { kind: 'trial', ...trial, at: at.toISOString(), seconds: (Date.now() - at.getTime()) / 1000, outcome };
}
