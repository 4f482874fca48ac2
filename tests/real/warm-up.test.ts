// What is counted is the steady state: whatever an instance keeps of its callers is there before, and all warm-up work after that.
import { expect, test } from 'vitest';
import type { Experiment, TrialContext } from '../../bench/experiments/contract.ts';
import { cost } from '../../bench/experiments/cost.ts';
import { saturation } from '../../bench/experiments/saturation.ts';
import { profiles } from '../../bench/plan/profiles.ts';
import type { Factors, Row } from '../../bench/record/facts.ts';
import { testScope } from './rig.ts';

const scope = await testScope();
const context: TrialContext = {
  scope,
  profile: profiles.smoke,
  chosen: ['none', 'session-cached'],
  balancer: 'none',
  targets: null,
  instances: null,
  riders: [],
  block: 0,
  seed: 1,
  signal: new AbortController().signal,
};

/** The facts of the sessions that an instance keeps. */
async function factsOf<Work>(experiment: Experiment<Work>, factors: Factors, work: Work): Promise<Row['facts']> {
  const result = await experiment.run(factors, context, work);
  const outcome = 'outcome' in result ? result.outcome : result;
  const rows = outcome.status === 'completed' ? outcome.rows : [];
  return rows.find((row) => row.factors.strategy === 'session-cached')?.facts as Row['facts'];
}

test('an instance that keeps sessions asks Redis for none of them in a counted closed loop', async () => {
  const warmUp = { window: 50, min: 50, max: 50 };
  const work = { ...saturation.workloads.smoke, users: 300, warmUp, requests: 400, turns: 2 };
  const facts = await factsOf(saturation, { of: 'systems' }, work);
  expect(facts).toMatchObject({ requests: 800, warmUp: { requests: 350 } });
  expect(facts).not.toHaveProperty('redisCommands.get');
});

test('an instance that keeps sessions asks Redis for none of them in counted slices', async () => {
  const work = { ...cost.workloads.smoke, users: 300, warmUpRequests: 50, cycles: 4, requestsPerSlice: 100 };
  const facts = await factsOf(cost, { lanes: 'strategies', part: 1 }, work);
  expect(facts).toMatchObject({ requests: 400, warmUpRequests: 50 });
  expect(facts).not.toHaveProperty('redisCommands.get');
});
