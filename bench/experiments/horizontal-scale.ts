// Does throughput grow with the number of instances? Each instance has an equal share of a core, as machines of a fleet would. The
// share itself costs CPU, so the baseline stands under the same quota in the same trial, and scaling is told relative to it.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { findingsOf } from '../analyse/findings.ts';
import { ratesOf } from '../analyse/measures.ts';
import { median } from '../analyse/median.ts';
import { ratioBeside, type Sample, samplesBehind, samplesOf } from '../analyse/paired-ratio.ts';
import { ratioMeasure } from '../analyse/ratio.ts';
import { strategyLabel } from '../analyse/wording.ts';
import { percentText, ratioText } from '../catalogue/format.ts';
import { type ByProfile, type UsualStrategies, type WarmUpWork, warmUps } from '../plan/profiles.ts';
import { seedFor } from '../plan/random.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Factors, WarmUp } from '../record/facts.ts';
import type { Outcome, TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import { outcomeOf } from '../trial/outcome.ts';
import { loadCredentials, type TestBed, withTestBeds } from '../trial/test-bed.ts';
import { type Lane, takeTurns } from '../trial/turns.ts';
import { warmUpBed } from '../trial/warm-up.ts';
import { type Experiment, strategiesOf } from './contract.ts';

const name = 'horizontal-scale';

const baseline = 'none';

/** The share of one core that each instance gets: small, so that four of them and Redis fit on one. */
const share = 0.1;

const alg: Algorithm = 'HS256';

/**
 * Requests to each instance before a turn, in no figure: an instance that stood idle for seconds spends half as much again on its first
 * 250, and those of many instances stand idle longer.
 */
const awakening = 250;

interface ScaleWork extends UsualStrategies {
  readonly instances: readonly number[];
  readonly users: number;
  readonly warmUp: WarmUpWork;
  /** Connections to each instance, for each has a share of a core of its own. */
  readonly connections: number;
  /** Requests to each instance in a turn: of the strategy, and of the baseline, which answers several times as many in the time. */
  readonly requests: number;
  readonly baselineRequests: number;
  /** An even number: every other one goes to other instances. */
  readonly turns: number;
}

const workloads: ByProfile<ScaleWork> = {
  smoke: {
    strategies: ['session'],
    instances: [1, 2],
    users: 50,
    warmUp: warmUps.smoke,
    connections: 4,
    requests: 30,
    baselineRequests: 30,
    turns: 2,
  },
  quick: {
    strategies: ['jwt', 'session'],
    instances: [1, 2, 4],
    users: 500,
    warmUp: { window: 2_000, min: 12_000, max: 12_000 },
    connections: 48,
    requests: 480,
    baselineRequests: 960,
    turns: 4,
  },
  full: {
    strategies: ['jwt', 'jwt+redis-blocklist', 'session'],
    instances: [1, 2, 4],
    users: 500,
    warmUp: { window: 2_000, min: 18_000, max: 18_000 },
    connections: 48,
    requests: 960,
    baselineRequests: 1_920,
    turns: 6,
  },
};

export const horizontalScale: Experiment<ScaleWork> = {
  name,
  question: 'Does throughput grow with the number of instances, or does a shared component limit it?',
  takesTargets: false,
  takesInstances: true,
  workloads,
  seconds: { smoke: 6, quick: 45, full: 90 },
  leads: 'scalingRatio',
  unavailable: ({ quota, placement }) => {
    if (quota.kind === 'unavailable') return `instances cannot be held to equal shares of CPU: ${quota.reason}`;
    return placement.systems === null ? 'the generator cannot be given a core of its own' : null;
  },
  cells: (choices, { strategies }) =>
    strategiesOf(choices, strategies)
      .filter((strategy) => strategy !== baseline)
      .map((strategy) => ({ strategy })),
  isLater: ({ strategy }) => strategy !== 'session',
  run({ strategy }, context, work) {
    // One instance always, for scaling is relative to it.
    const numbers = [...new Set([1, ...(context.instances ?? work.instances)])].sort((a, b) => a - b);
    const orders = [baseline, String(strategy)].map((each) => ({
      strategy: each,
      algorithm: alg,
      instances: Math.max(...numbers),
      groups: groupsOf(numbers),
      share,
      users: work.users,
    }));
    return withTestBeds(orders, context, (beds) => measure(beds, numbers, context, work));
  },
  derive: scaleFindings,
  answer: scaleSentences,
};

/**
 * Which instances stand behind each door, counted from 0: for every number of instances the first ones, and a second time others,
 * for every other turn.
 */
export function groupsOf(numbers: readonly number[]): number[][] {
  const most = Math.max(...numbers);
  const from = (first: number) => (instances: number) =>
    Array.from({ length: instances }, (_, index) => (first + index) % most);
  return [...numbers.map(from(0)), ...numbers.map(from(Math.floor(most / 2)))];
}

async function measure(
  beds: readonly TestBed[],
  numbers: readonly number[],
  { seed }: { readonly seed: number },
  work: ScaleWork,
): Promise<Outcome> {
  const { generator } = beds[0] as TestBed;
  const lanes: Lane[] = [];
  for (const bed of beds) {
    await loadCredentials(bed);
    const warmUp = await warmUpAll(bed, numbers, work, seed);
    lanes.push(...numbers.map((instances) => laneOf(bed, instances, numbers, warmUp, work, seed)));
  }
  // The baseline's first lane once without the quota: what the quota costs is told by its rows under it.
  const free = lanes[numbers.indexOf(1)] as Lane;
  const [withoutQuota] = await takeTurns(
    generator,
    [{ ...free, factors: { ...free.factors, quota: 'none' } }],
    work.turns,
    { seed },
  );
  for (const { rig } of beds) rig.limitInstances();
  // Its first round is not counted: what runs on of the time without a quota falls into it.
  const underQuota = await takeTurns(generator, lanes, work.turns, { seed });
  const rows = [...underQuota, ...(withoutQuota ? [withoutQuota] : [])];
  const perInstance = numbers.reduce((sum, instances) => sum + instances, 0) * work.turns;
  const planned = perInstance * (work.baselineRequests + work.requests) + work.turns * work.baselineRequests;
  return outcomeOf(rows, planned);
}

function laneOf(
  { rig, generator, pool }: TestBed,
  instances: number,
  numbers: readonly number[],
  warmUp: WarmUp,
  { connections, requests, baselineRequests }: ScaleWork,
  seed: number,
): Lane {
  const { strategy } = rig.order;
  const door = numbers.indexOf(instances);
  const each = strategy === baseline ? baselineRequests : requests;
  const order = (round: number) => ({
    urls: rig.entries[Math.abs(round) % 2 === 0 ? door : numbers.length + door] as string[],
    pool,
    connections: connections * instances,
    seed: seedFor(seed, `round ${round}`),
  });
  return {
    rig,
    factors: { strategy, ...(isSigned(strategy) ? { alg } : {}), instances },
    warmUp,
    wake: (round) => generator.call('loadMe', { ...order(round), requests: Math.min(each, awakening) * instances }),
    load: (round, tallyId) => generator.call('loadMe', { ...order(round), requests: each * instances, tallyId }),
  };
}

/** All instances at once, and without a limit. */
function warmUpAll(bed: TestBed, numbers: readonly number[], work: ScaleWork, seed: number): Promise<WarmUp> {
  const { rig, generator, pool } = bed;
  const all = rig.instances.length;
  const connections = work.connections * all;
  const order = { urls: rig.entries[numbers.indexOf(all)] as string[], pool, connections };
  const { window, min, max } = work.warmUp;
  return warmUpBed(bed, connections, { window: window * all, min: min * all, max: max * all }, (requests, turn) =>
    generator.call('loadMe', { ...order, requests, seed: seedFor(seed, `warm-up ${turn}`) }),
  );
}

/**
 * The findings, each with its scaling relative to one instance, and to what the baseline of the same trial gains; on that of one
 * instance of the baseline, what the quota adds to a request.
 */
export function scaleFindings(trials: readonly TrialObservation[]): Finding[] {
  const all = samplesOf(trials);
  return findingsOf(trials, [name]).map((finding) => {
    // Throughput under the quota is no answer to how strategies compare.
    const { throughputVsBaseline: _, scalingRatio: __, ...measures } = finding.measures;
    // Its factors are those of the row without the quota, too.
    const cell = samplesBehind(finding, all).filter(({ factors }) => factors.quota === finding.factors.quota);
    const own: Record<string, Measure | null> = finding.factors.quota === undefined ? scalingOf(cell, all) : {};
    const told = Object.entries(own).filter((entry): entry is [string, Measure] => entry[1] !== null);
    return { ...finding, measures: { ...measures, ...Object.fromEntries(told) } };
  });
}

function scalingOf(cell: readonly Sample[], all: readonly Sample[]): Record<string, Measure | null> {
  const { strategy, instances } = cell[0]?.factors ?? {};
  const one = (factors: Factors) => ({ ...factors, instances: 1, quota: undefined });
  if (instances === 1) {
    const free = (factors: Factors) => ({ ...factors, quota: 'none' });
    return { quotaOverhead: ratioBeside('quotaOverhead', cell, all, 'cpuPerRequest.servers', free) };
  }
  return {
    scalingRatio: ratioBeside('scalingRatio', cell, all, 'requestsPerSecond', one),
    ...(strategy === baseline ? {} : { scalingVsBaseline: vsBaseline(cell, all) }),
  };
}

/** The gain of several instances over one, divided by the baseline's in the same trial; null without any. */
function vsBaseline(cell: readonly Sample[], all: readonly Sample[]): Measure | null {
  const logRatios = cell.flatMap((sample) => {
    const rowOf = (strategy: unknown, instances: unknown) =>
      all.find(
        ({ trial, valid, factors }) =>
          valid &&
          trial === sample.trial &&
          factors.strategy === strategy &&
          factors.instances === instances &&
          factors.quota === undefined,
      );
    const [one, its, itsOne] = [
      rowOf(sample.factors.strategy, 1),
      rowOf(baseline, sample.factors.instances),
      rowOf(baseline, 1),
    ];
    if (!one || !its || !itsOne) return [];
    const [gains, itsGains] = [logGains(sample, one), logGains(its, itsOne)];
    return [median(gains.map((gain, round) => gain - (itsGains[round] as number)))];
  });
  return logRatios.length > 0 ? ratioMeasure('scalingVsBaseline', logRatios) : null;
}

/** The logarithm of one rate over the other, round by round. */
function logGains(several: Sample, one: Sample): number[] {
  const others = ratesOf(one.facts);
  return ratesOf(several.facts).map((rate, round) => Math.log(rate / (others[round] as number)));
}

/** A sentence for the most instances of each strategy, and one for what the quota costs. */
export function scaleSentences(findings: readonly Finding[]): string[] {
  const scaled = findings.filter(({ measures }) => measures.scalingVsBaseline);
  const most = Math.max(...scaled.map(({ factors }) => Number(factors.instances)));
  const sentences = scaled.flatMap(({ factors, measures: { scalingRatio: ratio, scalingVsBaseline: relative } }) => {
    if (factors.instances !== most || !ratio || !relative) return [];
    const strategy = strategyLabel({ strategy: factors.strategy as string });
    const single = ratio.replicates < 2 ? '; one trial cannot tell whether they differ' : '';
    return [
      `${most} instances of ${strategy} carry ${ratioText(ratio)} times the throughput of one: ${ratioText(relative)} of the baseline's scaling${single}.`,
    ];
  });
  const overhead = findings.find(({ measures }) => measures.quotaOverhead)?.measures.quotaOverhead;
  if (overhead) sentences.push(quotaSentence(overhead));
  return sentences;
}

/** What the quota costs, or that these trials cannot tell. */
function quotaSentence(overhead: Measure): string {
  const isClear = overhead.replicates > 1 && (overhead.low > 1 || overhead.high < 1);
  const amount = isClear ? '' : 'an amount that these trials cannot tell: ';
  return `The CPU quota of ${share * 100} % of a core for each instance changes the baseline's server CPU per request by ${amount}${percentText(overhead)}.`;
}
