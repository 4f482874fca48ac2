import { describe, expect, test } from 'vitest';
import type { Experiment } from '../../bench/experiments/contract.ts';
import { experiments } from '../../bench/experiments/index.ts';
import { orderRun } from '../../bench/order.ts';
import { profiles } from '../../bench/plan/profiles.ts';
import type { Choices } from '../../bench/record/observation.ts';
import type { Machine } from '../../bench/rig/machine.ts';

const machine: Machine = {
  redisCommand: 'redis-server',
  balancerCommand: 'haproxy',
  placement: { generator: null, systems: null },
  quota: { kind: 'unavailable', reason: 'a test' },
  instructions: { kind: 'unavailable', reason: 'a test' },
  cpuClock: 'kernel',
};

/** An experiment of two cells, the second of them later. */
const experiment = (name: string, changes: Partial<Experiment> = {}): Experiment => ({
  name,
  question: '?',
  takesTargets: false,
  unavailable: () => null,
  workloads: { smoke: null, quick: null, full: null },
  seconds: { smoke: 1, quick: 30, full: 60 },
  cells: () => [{ strategy: 'none' }, { strategy: 'jwt' }],
  blocks: () => 2,
  isLater: ({ strategy }) => strategy === 'jwt',
  run: async () => ({ status: 'completed', rows: [] }),
  answer: () => [],
  ...changes,
});

const budgeted: Choices = { suite: 'bench', profile: 'quick', seed: 1, balancer: 'haproxy', minutes: 5 };
const order = (choices: Partial<Choices>, ...experiments: Experiment[]) =>
  orderRun({ ...budgeted, ...choices }, experiments, machine, { redisUrl: null, adminSecret: null });

describe('orderRun', () => {
  test('the first pass keeps the order of the experiments, later cells last', () => {
    const { plan } = order({}, experiment('x'), experiment('y'));
    expect(plan.trials.map((one) => `${one.experiment} ${one.factors.strategy} ${one.block}`)).toEqual([
      'x none 0',
      'x none 1',
      'y none 0',
      'y none 1',
      'x jwt 0',
      'x jwt 1',
      'y jwt 0',
      'y jwt 1',
    ]);
  });

  test('a cell is expected to take what its experiment says of the profile', () => {
    expect(order({ profile: 'full' }, experiment('x')).units.map(({ seconds }) => seconds)).toEqual([60, 60]);
  });

  test('within a budget a cell may be measured more often than in the first pass', () => {
    const [unit] = order({}, experiment('x')).units;
    expect(unit?.most).toBeGreaterThan(unit?.first as number);
  });

  test('a cell that would give the same answer again is not repeated', () => {
    const { units } = order({}, experiment('x', { repeatable: false }));
    expect(units.map(({ first, most }) => [first, most])).toEqual([
      [2, 2],
      [2, 2],
    ]);
  });

  test.each([
    ['the smoke profile', { profile: 'smoke' } as const],
    ['a run without a budget', { minutes: undefined }],
  ])('%s ends with its first pass', (_what, choices) => {
    const { minutes, ...rest } = { ...budgeted, ...choices };
    const given = minutes === undefined ? rest : { ...rest, minutes };
    const named = { redisUrl: null, adminSecret: null };
    const { units } = orderRun(given, [experiment('x')], machine, named);
    expect(units.every(({ first, most }) => most === first)).toBe(true);
  });

  test('all that the smoke profile measures fits into its minutes', () => {
    const { minutes } = profiles.smoke;
    const able: Machine = {
      ...machine,
      placement: { generator: '0', systems: '1' },
      quota: { kind: 'available', version: 2, parent: '' },
    };
    const choices: Choices = { ...budgeted, profile: 'smoke', minutes };
    const { units, warnings } = orderRun(choices, experiments, able, { redisUrl: null, adminSecret: null });
    expect(warnings.map(({ code }) => code)).toEqual(['NO_MEASUREMENT']);
    const seconds = units.reduce((sum, unit) => sum + unit.first * unit.seconds, 0);
    expect(seconds).toBeLessThanOrEqual(minutes * 60);
  });

  test('an experiment that this machine cannot run is left out with a warning', () => {
    const { units, warnings } = order({}, experiment('x', { unavailable: () => 'it needs more' }), experiment('y'));
    expect(new Set(units.map((unit) => unit.experiment))).toEqual(new Set(['y']));
    expect(warnings).toEqual([{ code: 'EXPERIMENT_LEFT_OUT', message: 'x is left out: it needs more' }]);
  });
});
