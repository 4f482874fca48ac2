import { expect, test } from 'vitest';
import { sliceWorks } from '../../bench/plan/profiles.ts';
import type { TrialContext } from '../../bench/trial/context.ts';
import { controlLanes, runLanes } from '../../bench/trial/lanes.ts';

test('runLanes: a block of more than seven lanes is a fault, before anything is started', () => {
  const [lane] = controlLanes(10);
  const lanes = Array.from({ length: 8 }, () => lane as NonNullable<typeof lane>);
  expect(() => runLanes(lanes, {} as TrialContext, sliceWorks.smoke)).toThrow('a block has 8 lanes, and room for 7');
});
