// What is counted is the steady state: whatever an instance keeps of its callers is there before, and all warm-up work after that.
import { expect, test } from 'vitest';
import type { TrialContext } from '../../bench/experiments/contract.ts';
import { throughput } from '../../bench/experiments/throughput.ts';
import { profiles } from '../../bench/plan/profiles.ts';
import { testScope } from './rig.ts';

const scope = await testScope();

test('an instance that keeps sessions asks Redis for none of them in the counted load', async () => {
  const work = { warmUp: { window: 50, least: 50, most: 50 }, requests: 400, turns: 2, algorithmBlocks: 0 };
  const context: TrialContext = {
    scope,
    profile: { ...profiles.smoke, users: 300 },
    chosen: ['none', 'session-cached'],
    balancer: 'none',
    targets: null,
    instances: null,
    block: 0,
    seed: 1,
    signal: new AbortController().signal,
  };
  const outcome = await throughput.run({}, context, work);
  const rows = outcome.status === 'completed' ? outcome.rows : [];
  const cached = rows.find(({ factors }) => factors.strategy === 'session-cached');
  expect(cached?.facts).toMatchObject({ requests: 800, warmUp: { requests: 350 } });
  expect(cached?.facts).not.toHaveProperty('redisCommands.get');
});
