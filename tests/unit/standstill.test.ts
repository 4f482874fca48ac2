import { afterEach, describe, expect, test } from 'vitest';
import { type Standstill, watchStandstill } from '../../servers/standstill.ts';

let standstill: Standstill;
afterEach(() => standstill.close());

describe('a process that is watched', () => {
  test('answers at once while it runs', () => {
    standstill = watchStandstill(() => 0);
    let isAnswered = false;
    standstill.settled(() => {
      isAnswered = true;
    });
    expect(isAnswered).toBe(true);
  });

  test('that stood still reads what has arrived before it answers', async () => {
    let now = 0;
    standstill = watchStandstill(() => now);
    now = 300;
    const order: string[] = [];
    const answered = new Promise<void>((resolve) =>
      standstill.settled(() => {
        order.push('answered');
        resolve();
      }),
    );
    setImmediate(() => order.push('read'));
    await answered;
    expect(order).toEqual(['read', 'answered']);
  });

  test('answers at once again when it has read', async () => {
    let now = 0;
    standstill = watchStandstill(() => now);
    now = 300;
    await new Promise<void>((resolve) => standstill.settled(resolve));
    let isAnswered = false;
    standstill.settled(() => {
      isAnswered = true;
    });
    expect(isAnswered).toBe(true);
  });
});
