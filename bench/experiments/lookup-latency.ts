// What does one look-up in Redis take, as the strategies make them?
import { durationText, findingWith } from '../analyse/wording.ts';
import type * as tasks from '../measure/lookup-tasks.ts';
import type { ByProfile } from '../plan/profiles.ts';
import { startRedis } from '../rig/redis.ts';
import { startWorker } from '../rig/worker.ts';
import { abortable } from '../trial/abortable.ts';
import { alwaysAvailable, type Experiment } from './contract.ts';

/** Milliseconds that tinybench spends on each task. */
const amounts: ByProfile<number> = { smoke: 10, quick: 60, full: 1_000 };

export const lookupLatency: Experiment<number> = {
  name: 'lookup-latency',
  question:
    'How long does one look-up in Redis take over the loopback, and what does it take off to send many at once?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  amounts,
  cells: () => [{}],
  async run(_factors, { scope, profile, seed, signal }, milliseconds) {
    const { generator, systems } = scope.machine.placement;
    const redis = await startRedis(scope, systems);
    try {
      const worker = await startWorker<typeof tasks>(
        new URL('../measure/lookup-tasks.ts', import.meta.url),
        generator,
        scope,
      );
      try {
        const { url, prefix } = redis;
        const order = { url, prefix, keys: profile.users, milliseconds, seed };
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
    return [
      `One GET takes ${durationText(get)} at the median, one EXISTS ${durationText(exists)}; 32 GETs in a pipeline ${durationText(many)} each.`,
    ];
  },
};
