// Are the response times right? A server with a known law is loaded, and every figure stands beside the exact one.

import { spawnSync } from 'node:child_process';
import { objectToOpenLoop } from '../analyse/audit.ts';
import { findingsOf } from '../analyse/findings.ts';
import { measuresOf } from '../analyse/measures.ts';
import { estimateMedian } from '../analyse/median.ts';
import { cellText } from '../analyse/wording.ts';
import { asMeasure } from '../catalogue/measures.ts';
import { alwaysAvailable, type Experiment, type TrialContext } from '../experiments/contract.ts';
import { type ArrivalProcess, arrivalTimes } from '../load/arrivals.ts';
import { seedFor } from '../plan/random.ts';
import type { Factors, Row } from '../record/facts.ts';
import type { Outcome, TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import { onPath } from '../rig/machine.ts';
import { punctual, startWorker } from '../rig/worker.ts';
import { startPunctualGenerator } from '../trial/generator.ts';
import { judged } from '../trial/outcome.ts';
import { exactQuantiles, isSilent, type KnownLaw, quantilesOf } from './known-law.ts';
import type * as knownServer from './known-server.ts';
import type * as otherTools from './other-tools.ts';
import { type LoadsWork, loadsOfKnownRate } from './workloads.ts';

const rate = 1_000;

/**
 * What no closed loop tells of: 2 ms, and a stall of 200 ms in every 2 s. The profiles' loads last 2.8 s, in which one stall
 * strikes 7 % of the requests. Over whole periods stalls would strike 10.1 %, and p90 would stand on the edge between 2 and
 * 200 ms, where a hiccup of the machine moves it by as many milliseconds as it lasts.
 */
const stalls: KnownLaw = { serviceTime: 2, stall: 200, period: 2_000, silentEvery: 0 };

const laws: Readonly<Record<string, KnownLaw>> = {
  stalls,
  'stalls, 0.5 % never answered': { ...stalls, silentEvery: 200 },
};

/** Enough for all that come during a stall, and some more. */
const connections = 400;

/** Seconds after which a request is given up. */
const timeout = 1;

/** Seconds in which the known server is warmed up, without stalls. */
const warmUpSeconds = 2;

/** A closed loop of two over a service of 2 ms makes the same 1,000 requests/s: wrk has no other way to a rate. */
const wrkConnections = 2;

const autocannonConnections = 100;

export const truth: Experiment<LoadsWork> = {
  name: 'truth',
  question: 'Are the response times right, beside the exact ones of a server with a known law?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  cells: () => [
    { law: 'stalls', arrivals: 'constant' },
    { law: 'stalls', arrivals: 'poisson' },
    { law: 'stalls, 0.5 % never answered', arrivals: 'poisson' },
  ],
  workloads: loadsOfKnownRate,
  blocks: ({ loads }) => loads,
  derive: (trials) =>
    findingsOf(trials, ['truth']).map((finding) =>
      finding.factors.source === 'auth-bench'
        ? { ...finding, measures: { ...finding.measures, ...deviationsIn(trials, finding.factors) } }
        : finding,
    ),
  run: ({ law, arrivals }, context, { seconds }) =>
    measure(laws[String(law)] as KnownLaw, arrivals as ArrivalProcess, seconds, context),
  answer: (findings) =>
    findings.flatMap(({ factors, measures }) => {
      const { source, ...cell } = factors;
      if (source !== 'auth-bench') return [];
      const [law, server] = references.map(({ name }) => deviationsText(measures, name));
      return [
        `${cellText('response times', cell)}: beside the law ${law}; beside what the server did by its own clock ${server}.`,
      ];
    }),
};

const quantiles = { latencyP50: 'p50', latencyP90: 'p90', latencyP99: 'p99', latencyP999: 'p99.9' };

/** What response times are held against, trial by trial. */
const references = [
  { name: 'beyondLaw', source: 'the law' },
  { name: 'beyondServer', source: 'the server itself' },
];

/** How far the quantiles of the open loop stand above the others' of the same trial; none where either was not reached. */
function deviationsIn(trials: readonly TrialObservation[], factors: Factors): Record<string, Measure> {
  const ofCell = trials.filter(
    ({ factors: { law, arrivals }, outcome }) =>
      law === factors.law && arrivals === factors.arrivals && outcome.status === 'completed',
  );
  const quantileOf = (trial: TrialObservation, source: unknown, quantile: string) => {
    const rows = trial.outcome.status === 'completed' ? trial.outcome.rows : [];
    const facts = rows.find((row) => row.factors.source === source)?.facts;
    return (facts && measuresOf(facts)[quantile]) ?? Number.NaN;
  };
  const measures: Record<string, Measure> = {};
  for (const { name, source } of references) {
    for (const [quantile, label] of Object.entries(quantiles)) {
      const differences = ofCell
        .map((trial) => quantileOf(trial, 'auth-bench', quantile) - quantileOf(trial, source, quantile))
        .filter(Number.isFinite);
      if (differences.length === 0) continue;
      measures[`${name}.${label}`] = asMeasure(`${name}.${label}`, estimateMedian(differences), differences.length);
    }
  }
  return measures;
}

/** "p50 +0.05 ms (+0.04 to +0.07), p90 ...": the median trial, and the interval over trials. */
function deviationsText(measures: Finding['measures'], reference: string): string {
  const text = (seconds: number) => `${seconds < 0 ? '-' : '+'}${Math.abs(seconds * 1e3).toFixed(2)}`;
  return Object.values(quantiles)
    .map((label) => {
      const deviation = measures[`${reference}.${label}`];
      if (!deviation) return `${label} not answered`;
      const { value, low, high } = deviation;
      return `${label} ${text(value)} ms${low < high ? ` (${text(low)} to ${text(high)})` : ''}`;
    })
    .join(', ');
}

/**
 * Lets the known server go before whatever else wants its core: it is to keep its law, not to share. Where this user may not
 * do so, it keeps it less well, and its own figures say by how much.
 */
function hurry(pid: number): void {
  spawnSync('chrt', ['--all-tasks', '--fifo', '--pid', '1', String(pid)], { stdio: 'ignore' });
}

async function measure(
  law: KnownLaw,
  process: ArrivalProcess,
  seconds: number,
  context: TrialContext,
): Promise<Outcome> {
  const { scope, profile, seed } = context;
  const { generator: generatorCore, systems } = scope.machine.placement;
  const here = (file: string) => new URL(file, import.meta.url);
  const server = await startWorker<typeof knownServer>(here('./known-server.ts'), systems, scope, punctual);
  const generator = await startPunctualGenerator(scope);
  const others = await startWorker<typeof otherTools>(here('./other-tools.ts'), generatorCore, scope);
  try {
    hurry(server.pid);
    const { url } = await server.call('listen');
    const credentials = Array.from({ length: 100 }, (_, index) => {
      const user = `user-${index}`;
      return { user, header: 'x-user' as const, value: user, valid: true };
    });
    await generator.call('usePool', 'known', { credentials, invalidShare: 0 });
    await generator.call('warmUpOpenLoop');

    const loadOrder = { urls: [url], pool: 'known', connections, timeout };
    const warmUp = { process, rate, requests: rate * warmUpSeconds };
    await server.call('keep', { ...law, stall: 0, silentEvery: 0 });
    await generator.call('loadAtRate', { ...loadOrder, arrivals: warmUp, seed: seedFor(seed, 'warm-up') });
    const arrivals = { process, rate, requests: rate * seconds };
    const origin = await server.call('keep', law);
    const told = await generator.call('loadAtRate', { ...loadOrder, arrivals, seed });
    const answers = await server.call('kept');
    const arrived = Array.from(arrivalTimes(arrivals, seed), (at) => (at + told.arrivals.start) / 1e6 - origin);

    const facts = { type: 'openLoop' as const, ...told };
    const rows: Row[] = [
      { factors: { source: 'the law' }, facts: { type: 'quantiles', ...exactQuantiles(law, arrived) } },
      { factors: { source: 'the server itself' }, facts: { type: 'quantiles', ...quantilesOf(arrived, answers) } },
      { factors: { source: 'auth-bench' }, facts },
    ];
    await server.call('keep', law);
    const autocannon = { url, seconds, rate, connections: autocannonConnections };
    rows.push({
      factors: { source: 'autocannon, rate mode' },
      facts: await others.call('autocannonAtRate', autocannon),
    });
    const command = onPath('wrk');
    if (command) {
      await server.call('keep', law);
      const load = { url, seconds, connections: wrkConnections, command };
      rows.push({ factors: { source: 'wrk' }, facts: await others.call('wrkQuantiles', load) });
    }
    const silent = arrived.filter((_, index) => isSilent(law, index)).length;
    const wrong = Math.abs(told.timeouts - silent) + told.errors + told.falseAccepts + told.falseRejects;
    return judged(rows, [
      wrong === 0 ? null : { cause: 'wrong answer', reason: `${wrong} answers of the known server` },
      profile.measurement ? objectToOpenLoop(facts) : null,
    ]);
  } finally {
    await Promise.all([server.stop(), generator.stop(), others.stop()]);
  }
}
