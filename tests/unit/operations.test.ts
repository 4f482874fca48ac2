import { describe, expect, test } from 'vitest';
import { type Calls, timeOperations } from '../../bench/measure/operations.ts';
import { seededRandom } from '../../bench/plan/random.ts';

describe('timeOperations', () => {
  test('calls each operation as often as it says, warm-up and timed calls together', async () => {
    const { log, operations } = logged({ a: { warmUp: 8, timed: 3 }, b: { warmUp: 4, timed: 5 } });
    await timeOperations(operations, random());
    expect(counts(log)).toEqual({ a: 11, b: 9 });
  });

  test('times no operation before all are warmed up', async () => {
    const { log, operations } = logged({ a: { warmUp: 8, timed: 3 }, b: { warmUp: 8, timed: 3 } });
    await timeOperations(operations, random());
    expect(counts(log.slice(0, 16))).toEqual({ a: 8, b: 8 });
  });

  test('makes the timed calls of one operation without a break', async () => {
    const { log, operations } = logged({ a: { warmUp: 4, timed: 3 }, b: { warmUp: 4, timed: 3 } });
    await timeOperations(operations, random());
    expect(['aaabbb', 'bbbaaa']).toContain(log.slice(8).join(''));
  });

  test('calls operations in the same order for the same seed', async () => {
    const orderOf = async (seed: number) => {
      const { log, operations } = logged(many);
      await timeOperations(operations, random(seed));
      return log.join('');
    };
    expect(await orderOf(1)).toBe(await orderOf(1));
  });

  test('calls operations in another order for another seed', async () => {
    const orderOf = async (seed: number) => {
      const { log, operations } = logged(many);
      await timeOperations(operations, random(seed));
      return log.join('');
    };
    expect(await orderOf(1)).not.toBe(await orderOf(2));
  });

  test('gives rows in the order given, whatever the order of the calls', async () => {
    const rows = await timeOperations(logged(many).operations, random());
    expect(rows.map(({ factors }) => factors.operation)).toEqual(Object.keys(many));
  });

  test('counts the timed calls alone as samples', async () => {
    const [row] = await timeOperations(logged({ a: { warmUp: 8, timed: 3 } }).operations, random());
    expect(row?.facts).toMatchObject({ type: 'operation', samples: 3 });
  });

  test('throws what an operation throws', async () => {
    const calls = { warmUp: 4, timed: 4 };
    const operation = async () => Promise.reject(new Error('a wrong result'));
    await expect(timeOperations([{ factors: {}, calls, operation }], random())).rejects.toThrow('a wrong result');
  });
});

const random = (seed = 1) => seededRandom(seed, 'order');

const many: Record<string, Calls> = Object.fromEntries([...'abcdefgh'].map((name) => [name, { warmUp: 4, timed: 1 }]));

/** Operations that write their names down when they are called. */
function logged(calls: Readonly<Record<string, Calls>>) {
  const log: string[] = [];
  const operations = Object.entries(calls).map(([name, of]) => ({
    factors: { operation: name },
    calls: of,
    operation: async () => void log.push(name),
  }));
  return { log, operations };
}

const counts = (log: readonly string[]) =>
  Object.fromEntries(
    [...new Set(log)].toSorted().map((name) => [name, log.filter((called) => called === name).length]),
  );
