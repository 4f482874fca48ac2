import { expect, test } from 'vitest';
import { startProgress } from '../../bench/render/progress.ts';
import { secondsLeft } from '../../bench/render/seconds-left.ts';
import { trial } from './samples.ts';

const planned = (experiment: string, strategy: string) => ({
  experiment,
  factors: { strategy, instances: 1 },
  block: 0,
});
const ended = (experiment: string, strategy: string, seconds: number) => ({
  ...trial(strategy, 0),
  experiment,
  seconds,
});

test('a trial still to come takes as long as those of its experiment did', () => {
  const plan = ['a', 'b', 'c'].map((strategy) => planned('throughput', strategy));
  expect(secondsLeft(plan, [ended('throughput', 'a', 4)])).toBe(8);
});

test('an experiment that has not been seen takes as long as all did on average', () => {
  const plan = [planned('throughput', 'a'), planned('throughput', 'b'), planned('login', 'a')];
  expect(secondsLeft(plan, [ended('throughput', 'a', 4), ended('throughput', 'b', 8)])).toBe(6);
});

test('nothing is left when every trial has ended', () => {
  expect(secondsLeft([planned('throughput', 'a')], [ended('throughput', 'a', 4)])).toBe(0);
});

test('an interrupt is told of at once, also where no line moves', () => {
  let told = '';
  const stream = { isTTY: false, write: (text: string) => (told += text) } as unknown as NodeJS.WriteStream;
  startProgress(stream, [planned('throughput', 'a')], [], 'heading').stopping();
  expect(told).toMatch(/^heading\ninterrupted: .*\n$/);
});

test('the time left is never told as 60 seconds of a minute', () => {
  let told = '';
  const stream = { isTTY: false, write: (text: string) => (told += text) } as unknown as NodeJS.WriteStream;
  const plan = Array.from({ length: 31 }, (_, block) => ({ ...planned('throughput', 'a'), block }));
  const progress = startProgress(stream, plan, [], 'heading');
  progress.trialEnded(ended('throughput', 'a', 9.99), 1, 31);
  expect(told).toContain('5 min 0 s left');
});
