import { expect, test } from 'vitest';
import { wrapped } from '../../bench/report/text-table.ts';

test('a sentence is broken between words, and no line is wider than the terminal', () => {
  expect(wrapped('a session in Redis carries half of that', 20)).toEqual([
    'a session in Redis',
    'carries half of that',
  ]);
});

test('a word that is wider than the terminal keeps a line of its own', () => {
  expect(wrapped('see results/of-a-long-name here', 10)).toEqual(['see', 'results/of-a-long-name', 'here']);
});

test('where nothing is a terminal, nothing is broken', () => {
  expect(wrapped('as long as it is', Number.POSITIVE_INFINITY)).toEqual(['as long as it is']);
});
