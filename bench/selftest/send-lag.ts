// Do requests leave when they were planned to, at rates that one core can send?
import { objectToOpenLoop } from '../analyse/audit.ts';
import { durationText, thousands } from '../catalogue/format.ts';
import type { Experiment } from '../experiments/contract.ts';
import { startPunctualGenerator } from '../trial/generator.ts';
import { judged } from '../trial/outcome.ts';
import { answeredPool, withSelfAnsweringBalancer } from './self-answering.ts';
import { type LoadsWork, loadsOfKnownRate } from './workloads.ts';

const rates = [1_000, 5_000, 20_000];

export const sendLag: Experiment<LoadsWork> = {
  name: 'send-lag',
  question: 'Do requests leave when they were planned to, at rates that one core can send?',
  takesTargets: false,
  unavailable: ({ balancerCommand }) => (balancerCommand ? null : 'there is no HAProxy'),
  cells: () => rates.map((rate) => ({ rate })),
  workloads: loadsOfKnownRate,
  blocks: ({ loads }) => loads,
  run: ({ rate }, context, { seconds }) =>
    withSelfAnsweringBalancer(context, async (url) => {
      const { scope, profile, seed } = context;
      const generator = await startPunctualGenerator(scope);
      try {
        await generator.call('usePool', 'one', answeredPool);
        await generator.call('warmUpOpenLoop');
        const requests = Math.ceil(Number(rate) * seconds);
        const arrivals = { process: 'poisson', rate: Number(rate), requests } as const;
        const order = { urls: [url], pool: 'one', arrivals, connections: 64, timeout: 5, seed };
        const facts = { type: 'openLoop' as const, ...(await generator.call('loadAtRate', order)) };
        return judged([{ factors: {}, facts }], [profile.measurement ? objectToOpenLoop(facts) : null]);
      } finally {
        await generator.stop();
      }
    }),
  answer: (findings) =>
    findings.flatMap(({ factors, measures: { sendLagP50: p50, sendLagP99: p99 } }) =>
      p50 && p99
        ? [
            `At ${thousands(Number(factors.rate))}/s half of the requests leave within ${durationText(p50)} of the planned moment, 99 in 100 within ${durationText(p99)}.`,
          ]
        : [],
    ),
};
