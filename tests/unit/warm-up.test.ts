import { describe, expect, test } from 'vitest';
import { warmUpRig } from '../../bench/trial/warm-up.ts';

/** A server out of sight whose windows are no work at all; gives how many requests were asked for, window by window. */
async function windowsOf(work: { window: number; min: number; max: number }, presented = 0) {
  const asked: number[] = [];
  const warmUp = await warmUpRig(
    { instances: [{ url: 'http://elsewhere', pid: null }] },
    work,
    async (requests) => void asked.push(requests),
    presented,
  );
  return { asked, warmUp };
}

describe('warmUpRig', () => {
  test('fixed work is done to its end, in windows', async () => {
    const { asked, warmUp } = await windowsOf({ window: 100, min: 400, max: 400 });
    expect(asked).toEqual([100, 100, 100, 100]);
    expect([warmUp.requests, warmUp.windows.length]).toEqual([400, 4]);
  });

  test('what was presented before is part of the warm-up, and none of its work', async () => {
    const { asked, warmUp } = await windowsOf({ window: 100, min: 200, max: 200 }, 50);
    expect([asked.length, warmUp.requests]).toEqual([2, 250]);
  });

  test('too few windows to see a steady state say so', async () => {
    const { warmUp } = await windowsOf({ window: 10, min: 20, max: 20 });
    expect(warmUp.steadyFrom).toBeNull();
  });
});
