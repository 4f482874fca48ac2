// How many requests/s does one core of each generator get through, when the other side answers by itself?
import { findingsOf } from '../analyse/findings.ts';
import { ratioMeasure } from '../analyse/ratio.ts';
import { findingWith } from '../analyse/wording.ts';
import { rateText, ratioText, shareText } from '../catalogue/format.ts';
import type { Experiment, TrialContext } from '../experiments/contract.ts';
import { cpuSecondsOf } from '../measure/cpu.ts';
import type { ByProfile } from '../plan/profiles.ts';
import { seededRandom, shuffled } from '../plan/random.ts';
import type { RateFacts, Row } from '../record/facts.ts';
import { onPath } from '../rig/machine.ts';
import { startWorker } from '../rig/worker.ts';
import { startPunctualGenerator } from '../trial/generator.ts';
import { judged } from '../trial/outcome.ts';
import type * as otherTools from './other-tools.ts';
import { answeredPool, withSelfAnsweringBalancer } from './self-answering.ts';
import type { LoadsWork } from './workloads.ts';

const connections = 32;

/** More than any of them can send: what comes back is the ceiling. */
const beyondAnyRate = 1e7;

type Got = Pick<RateFacts, 'requests' | 'seconds'>;

const workloads: ByProfile<LoadsWork> = {
  smoke: { loads: 1, seconds: 0.2 },
  quick: { loads: 5, seconds: 2 },
  full: { loads: 20, seconds: 5 },
};

export const ceiling: Experiment<LoadsWork> = {
  name: 'ceiling',
  question: 'How many requests/s does one core of each generator get through, when the balancer answers by itself?',
  takesTargets: false,
  unavailable: ({ balancerCommand }) => (balancerCommand ? null : 'there is no HAProxy'),
  // All generators in one trial, seconds apart.
  cells: () => [{}],
  workloads,
  blocks: ({ loads }) => loads,
  run: (_factors, context, { seconds }) =>
    withSelfAnsweringBalancer(context, (url, pid) => measureAll(url, pid, seconds, context)),
  derive(trials) {
    const findings = findingsOf(trials, ['ceiling']);
    const rateOf = (trial: (typeof trials)[number], generator: unknown) => {
      const rows = trial.outcome.status === 'completed' ? trial.outcome.rows : [];
      const facts = rows.find(({ factors }) => factors.generator === generator)?.facts;
      return facts?.type === 'rate' ? facts.requests / facts.seconds : null;
    };
    return findings.map((finding) => {
      const logRatios = trials.flatMap((trial) => {
        const [own, its] = [rateOf(trial, finding.factors.generator), rateOf(trial, 'wrk')];
        return own && its ? [Math.log(own / its)] : [];
      });
      if (logRatios.length === 0) return finding;
      return { ...finding, measures: { ...finding.measures, ratioToWrk: ratioMeasure('ratioToWrk', logRatios) } };
    });
  },
  answer(findings) {
    const ours = findingWith(findings, { generator: 'auth-bench open loop' })?.measures;
    if (!ours?.requestsPerSecond) return [];
    const balancer = findingWith(findings, { generator: 'wrk' })?.measures.balancerBusyShare;
    const bound = balancer ? ` (the balancer was ${shareText(balancer)} busy under wrk)` : '';
    const beside = ours.ratioToWrk
      ? `, ${ratioText(ours.ratioToWrk)} of what wrk does${bound}`
      : '; wrk is not installed';
    return [
      `One core of the open loop, every answer checked, gets through ${rateText(ours.requestsPerSecond)}${beside}.`,
    ];
  },
};

async function measureAll(url: string, balancer: number, seconds: number, { scope, seed }: TrialContext) {
  const own = await startPunctualGenerator(scope);
  const core = scope.machine.placement.generator;
  const others = await startWorker<typeof otherTools>(new URL('./other-tools.ts', import.meta.url), core, scope);
  try {
    await own.call('usePool', 'one', answeredPool);
    await own.call('warmUpOpenLoop');
    const load = { url, seconds, connections };
    const wrk = onPath('wrk');
    let wrong = 0;
    const openLoop = async (requests: number): Promise<Got> => {
      const arrivals = { process: 'constant', rate: beyondAnyRate, requests } as const;
      const order = { urls: [url], pool: 'one', arrivals, connections, timeout: 60, seed };
      const facts = await own.call('loadAtRate', order);
      wrong += facts.errors + facts.timeouts + facts.falseAccepts + facts.falseRejects;
      return { requests, seconds: facts.seconds };
    };
    const trialRun = await openLoop(2_000);
    const requests = Math.ceil((trialRun.requests / trialRun.seconds) * load.seconds);
    const runs: [string, () => Promise<Got>][] = [
      ['auth-bench open loop', () => openLoop(requests)],
      ['autocannon', () => others.call('autocannonRate', load)],
      ['undici alone', () => others.call('undiciRate', load)],
      ...(wrk
        ? [['wrk', () => others.call('wrkRate', { ...load, command: wrk })] as [string, () => Promise<Got>]]
        : []),
    ];
    const rows: Row[] = [];
    for (const [generator, run] of shuffled(runs, seededRandom(seed, 'ceiling'))) {
      // Each has its own code compiled before it counts, as the open loop has.
      await run();
      const before = cpuSecondsOf(balancer);
      const got = await run();
      const balancerCpuSeconds = cpuSecondsOf(balancer) - before;
      rows.push({ factors: { generator }, facts: { type: 'rate', ...got, balancerCpuSeconds } });
    }
    return judged(rows, [wrong > 0 ? { cause: 'wrong answer', reason: `${wrong} answers of the balancer` } : null]);
  } finally {
    await Promise.all([own.stop(), others.stop()]);
  }
}
