import { expect, test } from 'vitest';
import { awaitedLater } from '../../bench/load/races.ts';

test('awaitedLater: a failure before it is awaited is told where it is awaited, and nowhere else', async () => {
  const answer = awaitedLater(Promise.reject(new Error('the rig ended')));
  // By now Node.js has looked for promises whose failure was not heard.
  await new Promise(setImmediate);
  await expect(answer).rejects.toThrow('the rig ended');
});
