import { describe, expect, test } from 'vitest';
import { factsOf, keep, mergeTallies, newTally } from '../../bench/load/tally.ts';

/** A load of answers that took these nanoseconds each, one of them wrong. */
function tallyOf(times: readonly number[]) {
  const tally = newTally(8);
  for (const time of times) tally.latency.record(time);
  tally.verdicts.right = times.length - 1;
  tally.verdicts.falseReject = 1;
  tally.windows.push({ requests: times.length, seconds: 0.5, latencyMean: 2e6 });
  tally.seconds = 0.5;
  tally.sentBytes = 100 * times.length;
  tally.receivedBytes = 200 * times.length;
  return tally;
}

describe('mergeTallies', () => {
  test('loads of a group are added up, each group by itself', () => {
    keep('one', tallyOf([1e6, 2e6]));
    keep('two', tallyOf([3e6, 4e6, 5e6]));
    keep('other', tallyOf([9e6]));
    const [both, other] = mergeTallies([['one', 'two'], ['other']]);
    expect(both).toMatchObject({
      connections: 8,
      requests: 5,
      seconds: 1,
      falseRejects: 2,
      requestBytes: 500,
      responseBytes: 1_000,
    });
    expect(both?.windows.map(({ requests }) => requests)).toEqual([2, 3]);
    expect(other).toMatchObject({ requests: 1, seconds: 0.5 });
  });

  test('quantiles are those of all answers together, not means of quantiles', () => {
    keep('fast', tallyOf(new Array<number>(99).fill(1e6)));
    keep('slow', tallyOf([50e6]));
    const [together] = mergeTallies([['fast', 'slow']]);
    expect((together?.latency.p50 ?? 0) / 1e6).toBeCloseTo(1, 1);
    expect((together?.latency.max ?? 0) / 1e6).toBeCloseTo(50, 0);
  });
});

test('factsOf: a load without an answer has no latency', () => {
  expect(factsOf(newTally(4))).toMatchObject({ requests: 0, latency: { mean: 0 } });
});
