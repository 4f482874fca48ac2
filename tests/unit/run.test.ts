import { expect, test } from 'vitest';
import { isRepeated } from '../../bench/run.ts';

test('a void trial is run again twice', () => {
  expect(isRepeated(['starved'])).toBe(true);
  expect(isRepeated(['starved', 'generator busy'])).toBe(true);
  expect(isRepeated(['starved', 'generator busy', 'starved'])).toBe(false);
});

test('one with a wrong answer once, whatever had made it void before', () => {
  expect(isRepeated(['wrong answer'])).toBe(true);
  expect(isRepeated(['wrong answer', 'wrong answer'])).toBe(false);
  expect(isRepeated(['generator busy', 'wrong answer'])).toBe(true);
});
