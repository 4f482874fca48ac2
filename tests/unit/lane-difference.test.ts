import { describe, expect, test } from 'vitest';
import { groupMeans, laneValues, quieterCycles, scaled, trimmedMean } from '../../bench/analyse/lane-difference.ts';

const slices = (cost: number, length = 300) => new Array<number>(length).fill(cost);
/** A lane whose servers cost so much in each slice, in ns. */
const lane = (servers: number[]) => ({ cpu: { servers } });

describe('laneValues', () => {
  test('added cost is found through slices that the machine disturbed', () => {
    const disturbed = slices(120_000);
    // Two bursts: 6 of 30 groups, one lane alone.
    disturbed.fill(900_000, 40, 80);
    disturbed.fill(500_000, 200, 220);
    const { added, cost } = laneValues(lane(disturbed), lane(slices(100_000)));
    expect([added.value, cost.value]).toEqual([20_000, 120_000]);
  });

  test('a slice that reads 0 because the next one is booked for both does no harm', () => {
    const costs = slices(120_000);
    costs.splice(44, 2, 0, 240_000);
    const { added, logRatio } = laneValues(lane(costs), lane(slices(100_000)));
    expect([added.value, logRatio.value]).toEqual([20_000, expect.closeTo(Math.log(1.2), 12)]);
  });

  test('a slice that reads 0 does no harm either where each group is a single slice', () => {
    const costs = slices(120_000, 30);
    costs[7] = 0;
    const { added, logRatio } = laneValues(lane(costs), lane(slices(100_000, 30)));
    expect([added.value, logRatio.value]).toEqual([20_000, expect.closeTo(Math.log(1.2), 12)]);
  });

  test('costs and differences are told of all tiers together, and of each', () => {
    const own = { cpu: { servers: slices(120), redis: slices(30) } };
    const its = { cpu: { servers: slices(100), redis: slices(10) } };
    const { added, addedByTier, cost, costByTier, logRatio } = laneValues(own, its);
    expect([added.value, cost.value]).toEqual([40, 150]);
    expect([addedByTier.servers?.value, addedByTier.redis?.value]).toEqual([20, 20]);
    expect([costByTier.servers?.value, costByTier.redis?.value]).toEqual([120, 30]);
    expect(logRatio.value).toBeCloseTo(Math.log(150 / 110), 12);
  });

  test('a tier that the baseline lacks counts as a whole', () => {
    const own = { cpu: { servers: slices(120), authorization: slices(30) } };
    const { added, addedByTier } = laneValues(own, lane(slices(100)));
    expect([added.value, addedByTier.servers?.value, addedByTier.authorization?.value]).toEqual([50, 20, 30]);
  });

  test('only the cycles that are kept count', () => {
    const costs = slices(120, 60).fill(500, 0, 30);
    const kept = Array.from({ length: 30 }, (_, index) => 30 + index);
    expect(laneValues(lane(costs), lane(slices(100, 60)), kept).added.value).toBe(20);
  });

  test('lanes whose slices are alike leave no doubt within the block', () => {
    expect(laneValues(lane(slices(120)), lane(slices(100))).added.variance).toBe(0);
  });
});

describe('groupMeans', () => {
  test('neighbouring values are put into 30 groups', () => {
    const means = groupMeans(Array.from({ length: 60 }, (_, index) => index));
    expect([means.length, means[0], means.at(-1)]).toEqual([30, 0.5, 58.5]);
  });

  test('what is left over makes a smaller last group', () => {
    const means = groupMeans(Array.from({ length: 61 }, (_, index) => index));
    expect([means.length, means[0], means.at(-1)]).toEqual([21, 1, 60]);
  });

  test('few values stay by themselves', () => {
    expect(groupMeans([3, 1, 2])).toEqual([3, 1, 2]);
  });
});

describe('trimmedMean', () => {
  test('it is the mean of the middle half', () => {
    expect(trimmedMean([1_000, 4, 5, 2, 6, 3, 7, -1_000]).value).toBe(4.5);
  });

  test('its variance is that of the Winsorised values', () => {
    // 3 3 3 4 5 6 6 6 in place of 1 to 8: squares 14, over 7, over (1 - 4/8)² · 8.
    expect(trimmedMean([1, 2, 3, 4, 5, 6, 7, 8])).toEqual({ value: 4.5, variance: 1 });
  });

  test('equal values have no variance', () => {
    expect(trimmedMean([7, 7, 7, 7, 7])).toEqual({ value: 7, variance: 0 });
  });

  test('a single value has no variance', () => {
    expect(trimmedMean([7])).toEqual({ value: 7, variance: 0 });
  });
});

describe('quieterCycles', () => {
  test('the noisiest tenth is left out, whichever lane was disturbed', () => {
    const [one, other] = [slices(100, 20), slices(50, 20)];
    one[5] = 300;
    other[12] = 10;
    const quiet = quieterCycles([lane(one), lane(other)]);
    expect(quiet).toEqual([0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19]);
  });

  test('a disturbance weighs by its share of the lane, not by its size', () => {
    const [dear, cheap] = [slices(1_000, 10), slices(10, 10)];
    dear[3] = 1_100;
    cheap[6] = 15;
    expect(quieterCycles([lane(dear), lane(cheap)])).toEqual([0, 1, 2, 3, 4, 5, 7, 8, 9]);
  });

  test('cycles that are all alike all stay', () => {
    expect(quieterCycles([lane(slices(100, 10))])).toHaveLength(10);
  });
});

test('scaled: the variance goes with the square', () => {
  expect(scaled({ value: 6, variance: 8 }, 0.5)).toEqual({ value: 3, variance: 2 });
});
