// What a run is to measure: from choices to the first pass and what may follow it, checked against the machine.
import { type Algorithm, missingAlgorithms } from '../servers/tokens/algorithms.ts';
import { type CellChoices, type Experiment, strategiesOf } from './experiments/contract.ts';
import { firstPassOf, type Unit } from './plan/next.ts';
import { type Plan, planTrials } from './plan/plan.ts';
import { type Profile, profiles } from './plan/profiles.ts';
import { BenchError } from './record/errors.ts';
import type { Choices, Warning } from './record/observation.ts';
import { type Machine, requireCommands } from './rig/machine.ts';
import { type Named, requireTemporaryDirectory } from './rig/run-scope.ts';

/** What is to be run, resolved and checked: nothing after this looks at a flag. */
export interface RunOptions {
  readonly choices: Choices;
  readonly profile: Profile;
  /** The first pass, in its order. */
  readonly plan: Plan;
  /** What may be measured again after it; none for a suite that ends with its plan. */
  readonly units: readonly Unit[];
  readonly experiments: readonly Experiment[];
  readonly machine: Machine;
  readonly named: Named;
  readonly warnings: readonly Warning[];
}

/**
 * Lays out the run that choices ask for on a machine.
 * @throws {BenchError} NOTHING_TO_RUN, or what the machine lacks.
 */
export function orderRun(
  choices: Choices,
  registry: readonly Experiment[],
  machine: Machine,
  named: Named,
): RunOptions {
  requireTemporaryDirectory();
  const profile = profiles[choices.profile];
  const { targets = null } = choices;
  const wanted = registry.filter(({ name }) => choices.only?.includes(name) ?? true);
  const obstacle = (experiment: Experiment) => {
    const { takesTargets } = experiment;
    if (!targets) return experiment.unavailable(machine);
    return takesTargets ? takesTargets(targets) : 'it needs a rig of its own';
  };
  const possible = wanted.filter((experiment) => obstacle(experiment) === null);
  const chosen = chosenIn(choices);
  const units = possible.flatMap((experiment) => unitsOf(experiment, { chosen, targets }, choices.profile));
  const warnings: Warning[] = wanted
    .filter((experiment) => !possible.includes(experiment))
    .map((experiment) => ({
      code: 'EXPERIMENT_LEFT_OUT' as const,
      message: `${experiment.name} is left out: ${obstacle(experiment)}`,
    }));
  if (strategiesOf({ chosen }, null).includes('jwt')) warnings.push(...missingAlgorithms.map(leftOut));
  const asked = choices.strategies ?? [];
  const onlyBaseline = units.every(({ factors }) => factors.strategy === 'none') && !asked.includes('none');
  if (units.length === 0 || (asked.length > 0 && onlyBaseline)) {
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
  const anytime = choices.minutes !== undefined;
  const plan = planTrials(
    anytime
      ? { trials: firstPassOf(units) }
      : { cells: units.map(({ experiment, factors, first }) => ({ experiment, factors, blocks: first })) },
    choices.seed,
  );
  const repeatable = anytime && profile.measurement ? units : units.map((unit) => ({ ...unit, most: unit.first }));
  return { choices, profile, plan, units: repeatable, experiments: possible, machine, named, warnings };
}

/** A bound that no run comes to. */
const endless = 10_000;

function unitsOf(experiment: Experiment, choices: CellChoices, profile: Choices['profile']): Unit[] {
  const { name, repeatable = true, seconds } = experiment;
  const work = experiment.workloads[profile];
  return experiment.cells(choices, work).map((factors) => {
    // Servers that the user runs stay the same processes: another trial would be no further replicate.
    const first = choices.targets ? 1 : (experiment.blocks?.(work, factors) ?? 1);
    return {
      experiment: name,
      factors,
      first,
      isLater: experiment.isLater?.(factors) ?? false,
      most: repeatable && !choices.targets ? endless : first,
      weight: experiment.weight?.(factors) ?? 1,
      seconds: seconds?.[profile] ?? 0,
    };
  });
}

const leftOut = (algorithm: Algorithm): Warning => ({
  code: 'ALGORITHM_LEFT_OUT',
  message: `${algorithm} is left out: Node.js ${process.version}, with OpenSSL ${process.versions.openssl}, does not have it`,
});

/** The strategies that the user chose, and always the baseline; null for those that each experiment usually measures. */
export const chosenIn = ({ strategies }: Choices): readonly string[] | null =>
  strategies ? [...new Set(['none', ...strategies])] : null;
