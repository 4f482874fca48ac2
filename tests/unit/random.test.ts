import { expect, test } from 'vitest';
import { seededRandom, shuffled } from '../../bench/plan/random.ts';

const draw = (seed: number, purpose: string) => {
  const random = seededRandom(seed, purpose);
  return Array.from({ length: 8 }, () => random.below(1_000));
};

test('a seed and a purpose always give the same numbers', () => {
  expect(draw(1, 'x')).toEqual(draw(1, 'x'));
});

test('another purpose gives other numbers', () => {
  expect(draw(1, 'x')).not.toEqual(draw(1, 'y'));
});

test('below(n) reaches each number from 0 to n - 1 and no other', () => {
  const random = seededRandom(1, 'range');
  const seen = new Set(Array.from({ length: 500 }, () => random.below(5)));
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
});

test('a shuffle keeps every item', () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const result = shuffled(items, seededRandom(3, 'shuffle'));
  expect(result).not.toEqual(items);
  expect(result.toSorted((a, b) => a - b)).toEqual(items);
});
