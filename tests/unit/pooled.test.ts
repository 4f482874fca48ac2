import { describe, expect, test } from 'vitest';
import type { BlockValue } from '../../bench/analyse/lane-difference.ts';
import {
  type Component,
  componentFor,
  fewestDegrees,
  pooledComponent,
  pooledEstimate,
  type Replicated,
  sureDegrees,
} from '../../bench/analyse/pooled.ts';
import { type Random, seededRandom } from '../../bench/plan/random.ts';
import { normal } from './blocks.ts';

interface Truth {
  readonly value: number;
  readonly scale: number;
  /** Between generations, as a share of the scale. */
  readonly between: number;
  /** The standard error of one block. */
  readonly within: number;
}

/** A lane of so many generations around its true value. */
const drawLane = ({ value, scale, between, within }: Truth, generations: number, random: Random): Replicated => ({
  scale,
  values: Array.from({ length: generations }, () => ({
    value: value + between * scale * normal(random) + within * normal(random),
    variance: within ** 2,
  })),
});
const drawLanes = (lanes: number, truth: Truth, random: Random) =>
  Array.from({ length: lanes }, () => drawLane(truth, 2, random));

const exactly = (...values: number[]): BlockValue[] => values.map((value) => ({ value, variance: 0 }));

describe('pooledComponent', () => {
  test('identical generations have none', () => {
    const lane = { values: exactly(50, 50, 50), scale: 100 };
    expect(pooledComponent([lane, lane])).toEqual({ deviation: 0, degrees: 4 });
  });

  test('the spread of generations is pooled in proportion to the scale of each lane', () => {
    // Squares 2 · 0.01² in each of the two lanes, one degree of freedom each.
    const lanes = [
      { values: exactly(99, 101), scale: 100 },
      { values: exactly(990, 1_010), scale: 1_000 },
    ];
    expect(pooledComponent(lanes)).toEqual({ deviation: expect.closeTo(Math.sqrt(2e-4), 12), degrees: 2 });
  });

  test('a known spread is found beside the errors of the blocks', () => {
    const truth = { value: 90, scale: 100, between: 0.05, within: 3 };
    const { deviation } = pooledComponent(drawLanes(400, truth, seededRandom(1, 'component')));
    expect(deviation).toBeGreaterThan(0.045);
    expect(deviation).toBeLessThan(0.055);
  });

  test('what the errors of the blocks explain is no component', () => {
    const truth = { value: 90, scale: 100, between: 0, within: 3 };
    expect(pooledComponent(drawLanes(400, truth, seededRandom(1, 'component'))).deviation).toBeLessThan(0.01);
  });

  test('a lane of one generation has no say', () => {
    const single = { values: exactly(1e6), scale: 1 };
    const lane = { values: exactly(99, 101), scale: 100 };
    expect(pooledComponent([single, lane])).toEqual(pooledComponent([lane]));
  });

  test('lanes of one generation alone tell none, from no degrees of freedom', () => {
    expect(pooledComponent([{ values: exactly(5), scale: 1 }])).toEqual({ deviation: 0, degrees: 0 });
  });
});

describe('componentFor', () => {
  const reference: Component = { deviation: 0.02, degrees: 30 };

  test('a larger component of a run counts from the fewest degrees of freedom on', () => {
    const own = { deviation: 0.03, degrees: fewestDegrees };
    expect(componentFor(own, reference)).toBe(own);
    expect(componentFor({ ...own, degrees: fewestDegrees - 1 }, reference)).toBe(reference);
  });

  test('a smaller one counts only when it is surely known', () => {
    const own = { deviation: 0.01, degrees: sureDegrees };
    expect(componentFor(own, reference)).toBe(own);
    expect(componentFor({ ...own, degrees: sureDegrees - 1 }, reference)).toBe(reference);
  });
});

describe('pooledEstimate', () => {
  test('a noisy generation weighs less', () => {
    // Weights 1 and 1/4: (10 + 5) / 1.25; t(0.975, 8) = 2.3060.
    const values = [
      { value: 10, variance: 1 },
      { value: 20, variance: 4 },
    ];
    const { value, low, high } = pooledEstimate({ values, scale: 1 }, { deviation: 0, degrees: 8 }, 0.95);
    expect(value).toBe(12);
    expect(high - value).toBeCloseTo(2.306 / Math.sqrt(1.25), 3);
    expect(value - low).toBeCloseTo(high - value, 12);
  });

  test('the component counts in proportion to the scale', () => {
    // Four generations of deviation 0.02 · 100; t(0.975, 30) = 2.0423.
    const { value, high } = pooledEstimate(
      { values: exactly(48, 52, 50, 50), scale: 100 },
      { deviation: 0.02, degrees: 30 },
      0.95,
    );
    expect([value, high - value]).toEqual([50, expect.closeTo((2.0423 * 2) / 2, 3)]);
  });

  test('a single generation has the interval that the component tells', () => {
    const { value, high } = pooledEstimate({ values: exactly(50), scale: 100 }, { deviation: 0.02, degrees: 30 }, 0.95);
    expect([value, high - value]).toEqual([50, expect.closeTo(2.0423 * 2, 3)]);
  });

  test.each([
    ['much more between generations than within blocks', 12, { between: 0.05, within: 0.5 }],
    ['as much between generations as within blocks', 12, { between: 0.02, within: 2 }],
    ['the fewest degrees of freedom', fewestDegrees, { between: 0.05, within: 1 }],
  ])('with %s 95 %% intervals hold the truth 93 to 97 times in 100', (_what, lanes, spread) => {
    const random = seededRandom(1, 'coverage of pooled intervals');
    const truth = { value: 90, scale: 100, ...spread };
    let held = 0;
    for (let draw = 0; draw < 2_000; draw += 1) {
      const drawn = drawLanes(lanes, truth, random);
      const { low, high } = pooledEstimate(drawn[0] as Replicated, pooledComponent(drawn), 0.95);
      if (low <= truth.value && truth.value <= high) held += 1;
    }
    expect(held / 2_000).toBeGreaterThan(0.93);
    expect(held / 2_000).toBeLessThan(0.97);
  });
});

test('pooledEstimate: values without any error have their mean', () => {
  const exact = [5, 5].map((value) => ({ value, variance: 0 }));
  expect(pooledEstimate({ values: exact, scale: 0 }, { deviation: 0, degrees: 8 }, 0.95).value).toBe(5);
});
