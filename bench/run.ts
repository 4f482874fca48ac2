// A run, from its start to the last observation: one trial after the other, each written down the moment it exists.
import { randomBytes } from 'node:crypto';
import { widthOf } from './analyse/width.ts';
import type { Experiment, Targets, TrialResult } from './experiments/contract.ts';
import { balancerVersion, fingerprint, redisVersion } from './measure/environment.ts';
import { chosenIn, type RunOptions } from './order.ts';
import { nextTrial, type Unit } from './plan/next.ts';
import { factorsKey, type PlannedTrial } from './plan/plan.ts';
import { seedFor } from './plan/random.ts';
import { appendObservation, type RunRecord } from './record/journal.ts';
import type { Outcome, RunStart, TrialObservation } from './record/observation.ts';
import type { Finding } from './record/report.ts';
import { describePlacement, ownCoreList } from './rig/machine.ts';
import { checkNamedRedis } from './rig/redis.ts';
import { type Named, openRunScope, type RunScope } from './rig/run-scope.ts';
import { checkTarget, describeTargets, type ProbedInstance } from './rig/targets.ts';
import { outcomeOrFailure } from './trial/abortable.ts';
import type { Rider, TrialContext } from './trial/context.ts';

/** Told of what happens while it happens; what it does with it is its own affair. */
export interface RunObserver {
  /** @returns what the run had found when it was begun, or gone on with. */
  resumes(record: RunRecord): readonly Finding[];
  trialBegins(trial: PlannedTrial): void;
  /** @returns what the run has found so far. */
  trialEnded(observation: TrialObservation, record: RunRecord): readonly Finding[];
}

/**
 * Begins a run: asks the Redis and the targets that the user named, and gives the start that is to be written down.
 * @throws {BenchError} when one of them does not answer as it should.
 */
export async function beginRun(order: RunOptions, command: string, now: Date): Promise<RunStart> {
  const { choices, plan, machine, named, warnings } = order;
  const redis = named.redisUrl
    ? `the user's own (REDIS_URL), Redis ${await checkNamedRedis(named.redisUrl)}`
    : redisVersion(machine);
  const placement = choices.targets
    ? describeTargets(await checkTargets(choices.targets, named), ownCoreList())
    : describePlacement(machine.placement, choices.balancer !== 'none');
  const balancer = choices.targets
    ? "the targets' own"
    : choices.balancer === 'haproxy'
      ? balancerVersion(machine)
      : 'none';
  return {
    kind: 'start',
    schemaVersion: 2,
    id: `${now.toISOString().replace(/[:.]/g, '-')}-${randomBytes(3).toString('hex')}`,
    choices,
    plan: plan.digest,
    cells: order.units.map(({ experiment, factors, first, isLater, seconds }) => {
      return { experiment, factors, first, isLater, seconds };
    }),
    command,
    at: now.toISOString(),
    environment: fingerprint(machine, { redis, balancer, placement }),
    warnings: [...warnings],
  };
}

/** @throws {BenchError} when a target does not answer as it should. */
async function checkTargets(targets: Targets, { adminSecret }: Named): Promise<ProbedInstance[]> {
  const servers: ProbedInstance[] = [];
  for (const [strategy, target] of Object.entries(targets))
    servers.push(...(await checkTarget(strategy, target, adminSecret)));
  return servers;
}

/**
 * Runs one trial after the other, as `nextTrial` says, until nothing is left or the time is up. Each is written down as soon as it
 * has ended.
 * @param secondsLeft of the budget; endless where there is none.
 * @throws the signal's reason when it aborts; the trial under way is then not written down.
 */
export async function runTrials(
  order: RunOptions,
  directory: string,
  begun: RunRecord,
  observer: RunObserver,
  secondsLeft: () => number,
  signal: AbortSignal,
): Promise<void> {
  let record = begun;
  let findings = observer.resumes(begun);
  const next = () =>
    nextTrial(
      order.plan.trials,
      order.units,
      record.trials,
      secondsLeft(),
      (unit) => widthIn(findings, unit, order),
      order.profile.narrowEnough,
      begun.resumed.at(-1)?.at,
    );
  let trial = next();
  if (!trial) return;
  const scope = await openRunScope(order.machine, order.named, begun.start.id);
  try {
    for (; trial; trial = next()) {
      signal.throwIfAborted();
      observer.trialBegins(trial);
      for await (const observation of runTrial(trial, order, record, scope, signal)) {
        appendObservation(directory, observation);
        record = { ...record, trials: [...record.trials, observation] };
        findings = observer.trialEnded(observation, record);
        // Its rigs may go on answering other questions.
        observer.trialBegins(trial);
      }
    }
  } finally {
    await scope.close();
  }
}

function widthIn(findings: readonly Finding[], unit: Unit, { experiments }: RunOptions): number {
  const leads = experiments.find(({ name }) => name === unit.experiment)?.leads;
  return widthOf(findings, unit, leads);
}

/** The trial's own observation as soon as it is there, then those of its riders. */
async function* runTrial(
  trial: PlannedTrial,
  order: RunOptions,
  { trials }: RunRecord,
  scope: RunScope,
  signal: AbortSignal,
): AsyncGenerator<TrialObservation> {
  const { choices, profile, experiments } = order;
  const experiment = experiments.find(({ name }) => name === trial.experiment) as Experiment;
  const at = new Date();
  const early = Promise.withResolvers<Outcome>();
  const context: TrialContext = {
    scope,
    profile,
    chosen: chosenIn(choices),
    balancer: choices.balancer,
    targets: choices.targets ?? null,
    instances: choices.instances ?? null,
    block: trial.block,
    // The same requests for every cell of a block: what differs is the cell.
    seed: seedFor(choices.seed, `generation ${trial.block}`),
    riders: ridersOf(order, trials),
    measured: early.resolve,
    signal,
  };
  const whole = outcomeOrFailure(experiment.run(trial.factors, context, experiment.workloads[choices.profile]), signal);
  const first = await Promise.race([early.promise, whole]);
  signal.throwIfAborted();
  const shared = { kind: 'trial' as const, at: at.toISOString() };
  const seconds = (Date.now() - at.getTime()) / 1000;
  yield { ...shared, ...trial, seconds, outcome: isResult(first) ? first.outcome : first };
  const result = await whole;
  signal.throwIfAborted();
  if (isResult(result)) for (const answer of result.riders) yield { ...shared, block: 0, ...answer };
}

const isResult = (result: Outcome | TrialResult): result is TrialResult => 'riders' in result;

/** How often a question is asked that got no answer. */
const asksOfOne = 2;

/** Questions of the chosen experiments that a standing rig can answer, without those that have their answer. */
function ridersOf({ experiments, choices }: RunOptions, trials: readonly TrialObservation[]): Rider[] {
  return experiments.flatMap(({ name, onStandingRig, workloads }): Rider[] => {
    if (!onStandingRig) return [];
    const work = workloads[choices.profile];
    const asked = trials.filter(({ experiment }) => experiment === name);
    return [
      {
        experiment: name,
        instances: onStandingRig.instances,
        credentials: onStandingRig.credentials?.(work) ?? Number.POSITIVE_INFINITY,
        cell(factors) {
          const cell = onStandingRig.cell(factors);
          if (!cell) return null;
          const own = asked.filter((trial) => factorsKey(trial.factors) === factorsKey(cell));
          const isAnswered = own.some(({ outcome }) => outcome.status === 'completed') || own.length >= asksOfOne;
          return isAnswered ? null : cell;
        },
        ask: (bed, context) => onStandingRig.ask(bed, context, work),
      },
    ];
  });
}
