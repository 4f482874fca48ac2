// What does one look-up in Redis take, as the strategies make them?
import { findingWith } from '../analyse/wording.ts';
import { durationText } from '../catalogue/format.ts';
import type * as tasks from '../measure/lookup-tasks.ts';
import type { LookupCalls } from '../measure/lookup-tasks.ts';
import { evenHeap } from '../measure/operations.ts';
import type { ByProfile } from '../plan/profiles.ts';
import { startRedis } from '../rig/redis.ts';
import { startWorker } from '../rig/worker.ts';
import { abortable } from '../trial/abortable.ts';
import { alwaysAvailable, type Experiment } from './contract.ts';

/**
 * V8 (of Node.js 24) compiles what runs once a call after some 11,000 calls; three tasks share the code of one command.
 * After 400 pipelines the median is still twice what it is after 1,600; more change nothing.
 */
const workloads: ByProfile<LookupCalls> = {
  smoke: { single: { warmUp: 20, timed: 20 }, pipelined: { warmUp: 4, timed: 20 } },
  quick: { single: { warmUp: 4_000, timed: 2_000 }, pipelined: { warmUp: 2_000, timed: 1_000 } },
  full: { single: { warmUp: 20_000, timed: 20_000 }, pipelined: { warmUp: 8_000, timed: 5_000 } },
};

export const lookupLatency: Experiment<LookupCalls> = {
  name: 'lookup-latency',
  question:
    'How long does one look-up in Redis take over the loopback, and what does it take off to send many at once?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  seconds: { smoke: 2, quick: 4, full: 10 },
  weight: () => 0.3,
  leads: 'latencyP50',
  workloads,
  cells: () => [{}],
  async run(_factors, { scope, profile, seed, signal }, calls) {
    const { generator, systems } = scope.machine.placement;
    const redis = await startRedis(scope, systems);
    try {
      const worker = await startWorker<typeof tasks>(
        new URL('../measure/lookup-tasks.ts', import.meta.url),
        generator,
        scope,
        evenHeap,
      );
      try {
        const { url, prefix } = redis;
        const order = { url, prefix, keys: profile.users, calls, seed };
        return { status: 'completed', rows: await abortable(worker.call('timeLookups', order), signal) };
      } finally {
        await worker.stop();
      }
    } finally {
      await redis.stop();
    }
  },
  answer(findings) {
    const median = (operation: string) => findingWith(findings, { operation })?.measures.latencyP50;
    const [get, exists, many] = [median('GET'), median('EXISTS'), median('GET, 32 pipelined')];
    if (!get || !exists || !many) return [];
    const single = `One GET takes ${durationText(get)} at the median, one EXISTS ${durationText(exists)}`;
    return [`${single}; 32 GETs in a pipeline ${durationText(many)} each.`];
  },
};
