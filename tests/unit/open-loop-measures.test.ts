import { describe, expect, test } from 'vitest';
import { measuresOf } from '../../bench/analyse/measures.ts';
import { openLoopFactsSchema } from '../../bench/record/facts.ts';
import { openLoopFacts } from './open-loop-samples.ts';

const told = (changes: Parameters<typeof openLoopFacts>[0]) =>
  Object.keys(measuresOf(openLoopFacts(changes))).filter((name) => /^(latencyP|decidedByStall.latency)/.test(name));

describe('quantiles of an open loop', () => {
  test('all are told where stalls were not counted', () => {
    const { stalls: _, ...facts } = openLoopFacts({ requests: 100 });
    expect(Object.keys(measuresOf(facts)).filter((name) => name.startsWith('latencyP'))).toEqual([
      'latencyP50',
      'latencyP90',
      'latencyP99',
      'latencyP999',
    ]);
    expect(measuresOf(facts)).not.toHaveProperty('stalls');
  });

  test.each([
    [100, ['latencyP50', 'latencyP90']],
    [3_600, ['latencyP50', 'latencyP90', 'latencyP99']],
    [10_000, ['latencyP50', 'latencyP90', 'latencyP99', 'latencyP999']],
  ])('of %d requests those are told beyond which ten lie', (requests, names) => {
    expect(told({ requests })).toEqual(names);
  });

  test('one that half of the requests beyond it in one stall decide is not told, and counted', () => {
    const facts = openLoopFacts({ requests: 4_000, stalls: { count: 1, largest: 20 } });
    expect(measuresOf(facts)).not.toHaveProperty('latencyP99');
    expect(measuresOf(facts)['decidedByStall.latencyP99']).toBe(1);
    expect(told({ requests: 4_000, stalls: { count: 1, largest: 20 } })).toContain('latencyP90');
  });

  test('one is told when the largest stall holds less than half of the requests beyond it', () => {
    expect(told({ requests: 4_000, stalls: { count: 9, largest: 19 } })).toContain('latencyP99');
  });

  test('service times follow the same rule', () => {
    const facts = openLoopFacts({ requests: 4_000, stalls: { count: 1, largest: 20 } });
    expect(measuresOf(facts)).not.toHaveProperty('serviceTimeP99');
    expect(measuresOf(facts)).toHaveProperty('serviceTimeP50');
  });
});

test('stalls are a count, which adds up over trials', () => {
  const { stalls } = measuresOf(openLoopFacts({ stalls: { count: 3, largest: 2 } }));
  expect(stalls).toBe(3);
});

test('openLoopFactsSchema: facts of older journals have no stalls', () => {
  const { stalls: _, ...older } = openLoopFacts();
  expect(openLoopFactsSchema.parse(older)).toEqual(older);
  expect(openLoopFactsSchema.parse(openLoopFacts())).toEqual(openLoopFacts());
});
