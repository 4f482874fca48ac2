// The cost that control lanes and the self-test put into instances reaches their requests.
import { expect, test } from 'vitest';
import { startRig } from '../../bench/rig/rig.ts';
import { ask, testScope } from './rig.ts';

const scope = await testScope();
const injectedMilliseconds = 50;
const requests = 5;

test('every request of an instance costs what was put into it', async () => {
  const rig = await startRig(
    scope,
    {
      strategy: 'none',
      algorithm: 'HS256',
      instances: 1,
      balancer: 'none',
      injectedMicroseconds: injectedMilliseconds * 1_000,
    },
    null,
  );
  const from = performance.now();
  for (let request = 0; request < requests; request += 1) {
    const { status } = await ask(rig, 0, 'GET', '/me', { 'x-user': 'ada' });
    expect(status).toBe(200);
  }
  // It spins against the clock, less what a spin costs beyond: an answer can come late, never sooner.
  expect(performance.now() - from).toBeGreaterThan(requests * injectedMilliseconds * 0.8);
  await rig.stop();
});
