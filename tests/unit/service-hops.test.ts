import { describe, expect, test } from 'vitest';
import { serviceHops } from '../../bench/experiments/service-hops.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';
import type { Finding, Measure } from '../../bench/record/report.ts';
import { blockOf, measureOf } from './samples.ts';

/** A service alone, and a chain of it with two behind it: CPU of all services in µs per request. */
interface Costs {
  readonly alone: number;
  readonly chain: number;
}

/** A block: a strategy, and the same without authentication. */
const block = (
  own: Costs,
  none: Costs = { alone: 50, chain: 130 },
  status: 'completed' | 'void' = 'completed',
): TrialObservation => {
  const jwt = { strategy: 'jwt', alg: 'HS256' };
  const lanes = [
    [{ strategy: 'none' }, none.alone],
    [{ strategy: 'none', control: 'a/a' }, none.alone + 1],
    [{ strategy: 'none', hops: 2 }, none.chain],
    [{ ...jwt, hops: 0 }, own.alone],
    [{ ...jwt, hops: 2 }, own.chain],
  ] as const;
  const inNanoseconds = lanes.map(([factors, cost]) => [factors, { servers: cost * 1e3 }] as const);
  return blockOf('service-hops', { strategy: 'jwt' }, inNanoseconds, 0, status);
};
const derived = (...trials: TrialObservation[]) => serviceHops.derive?.(trials, []) as Finding[];
const measures = (strategy: string, ...trials: TrialObservation[]) =>
  derived(...trials).find(({ factors }) => factors.strategy === strategy)?.measures ?? {};

describe('serviceHops', () => {
  test('a further service adds what the chain costs over one service of the same strategy, divided by the hops', () => {
    const { cpuPerHop } = measures('jwt', block({ alone: 80, chain: 240 }));
    expect(cpuPerHop?.value).toBeCloseTo(80e-6, 12);
  });

  test('a call alone is what a chain without authentication adds', () => {
    const own = measures('none', block({ alone: 80, chain: 240 }));
    expect(own.cpuPerHop?.value).toBeCloseTo(40e-6, 12);
    expect(own).not.toHaveProperty('knowingPerHop');
  });

  test('knowing the caller is the difference to the call alone in the same block', () => {
    const blocks = [
      block({ alone: 80, chain: 240 }, { alone: 50, chain: 130 }),
      block({ alone: 80, chain: 260 }, { alone: 50, chain: 150 }),
    ];
    const { knowingPerHop } = measures('jwt', ...blocks);
    expect(knowingPerHop).toMatchObject({ value: expect.closeTo(40e-6, 12), replicates: 2 });
  });

  test('a discarded block has no part in it', () => {
    const voided = block({ alone: 80, chain: 900 }, undefined, 'void');
    const { cpuPerHop } = measures('jwt', block({ alone: 80, chain: 240 }), voided);
    expect(cpuPerHop).toMatchObject({ value: expect.closeTo(80e-6, 12), replicates: 1 });
  });

  test('of discarded blocks alone there is no finding', () => {
    expect(derived(block({ alone: 80, chain: 240 }, undefined, 'void'))).toEqual([]);
  });

  test('the answer tells what a service adds, and what of it is knowing the caller', () => {
    const finding = (strategy: string, own: Record<string, Measure>): Finding => ({
      experiment: 'service-hops',
      factors: { strategy },
      measures: own,
      trials: { completed: 2, void: 0, failed: 0 },
    });
    const findings = [
      finding('none', { cpuPerHop: measureOf(40e-6, 38e-6, 42e-6) }),
      finding('session', { cpuPerHop: measureOf(96e-6, 93e-6, 99e-6), knowingPerHop: measureOf(56e-6, 52e-6, 60e-6) }),
    ];
    expect(serviceHops.answer(findings, [])).toEqual([
      'Each extra hop adds 40 µs (±2) of CPU without authentication.',
      'Each extra hop adds 96 µs (±3) of CPU with session, 56 µs (±4) of it for authentication.',
    ]);
  });
});
