// How long does a caller wait, when requests come at a given rate and do not wait for each other? One strategy stands at a time; the
// rate is the same for all.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { objectToAnswers, objectToOpenLoop } from '../analyse/audit.ts';
import { findingsOf } from '../analyse/findings.ts';
import { median } from '../analyse/median.ts';
import { strategyLabel } from '../analyse/wording.ts';
import { durationText, thousands } from '../catalogue/format.ts';
import type { OpenLoopOptions } from '../load/open-loop.ts';
import { watchTiers } from '../measure/tiers.ts';
import { type ByProfile, type UsualStrategies, type WarmUpWork, warmUps } from '../plan/profiles.ts';
import { seededRandom, seedFor, shuffled } from '../plan/random.ts';
import { isSigned } from '../plan/strategies.ts';
import type { OpenLoopFacts, Row, VoidBefore, WarmUp } from '../record/facts.ts';
import type { Outcome, TrialObservation } from '../record/observation.ts';
import type { Finding } from '../record/report.ts';
import { startPunctualGenerator } from '../trial/generator.ts';
import { judged, oneMore } from '../trial/outcome.ts';
import { loadCredentials, type TestBed, withTestBed, withTestBeds } from '../trial/test-bed.ts';
import { warmUpBed } from '../trial/warm-up.ts';
import { type Experiment, strategiesOf, type TrialContext } from './contract.ts';

const name = 'latency-at-rate';

/** The usual strategy that costs max: what it carries the others carry, too. */
const dearest = 'session';

/** Shares of what it carries. */
const loads = [0.5, 0.8];

/** Rates are rounded to so many requests/s: a run that is resumed finds its capacity anew. */
const rateStep = 100;

const alg: Algorithm = 'HS256';

/** Enough for all that come while a server collects garbage. */
const connections = 256;

/** How often a load that the generator or the machine spoiled is taken again in its trial. */
const mostRepeats = 1;

/** Closed loops that the capacity is the median of. */
const capacityLoads = 5;

/** Seconds after which a request is given up. */
const timeout = 5;

interface LatencyWork extends UsualStrategies {
  readonly users: number;
  readonly warmUp: WarmUpWork;
  /** Requests of each closed loop that finds the capacity. */
  readonly capacityRequests: number;
  /** That each load lasts. */
  readonly seconds: number;
}

const warmUp: WarmUpWork = { window: 2_000, min: 16_000, max: 16_000 };

const workloads: ByProfile<LatencyWork> = {
  smoke: { strategies: ['jwt'], users: 50, warmUp: warmUps.smoke, capacityRequests: 40, seconds: 0.2 },
  quick: {
    strategies: ['none', 'session', 'jwt', 'jwt-cached+replicated-blocklist'],
    users: 2_000,
    warmUp,
    capacityRequests: 2_000,
    seconds: 3,
  },
  full: {
    // The baseline, what asks Redis on every request, and what keeps in the instance what the others ask for.
    strategies: [
      'none',
      'session',
      'session-cached',
      'jwt',
      'jwt+redis-blocklist',
      'jwt-cached+replicated-blocklist',
      'session-native',
      'jwt-cached',
      'jwt+not-before',
    ],
    users: 2_000,
    warmUp,
    capacityRequests: 4_000,
    seconds: 15,
  },
};

export const latencyAtRate: Experiment<LatencyWork> = {
  name,
  question: 'How long does a client wait at a given rate of requests, the same for every strategy?',
  takesTargets: false,
  unavailable: ({ placement }) =>
    placement.systems === null ? 'the generator cannot be given a core of its own' : null,
  workloads,
  seconds: { smoke: 3, quick: 12, full: 40 },
  leads: 'latencyP99',
  cells: (choices, { strategies }) =>
    strategiesOf(choices, strategies).map((strategy) => ({ strategy, ...(isSigned(strategy) ? { alg } : {}) })),
  async run({ strategy }, context, work) {
    const found = await context.scope.once(`${name}: capacity of ${dearest}`, () => findCapacity(context, work));
    // Rates that rest on wrong answers are none.
    if (found.outcome.status !== 'completed') return found.outcome;
    return withTestBeds([bedOf(String(strategy), work)], { ...context, generatorBy: startPunctualGenerator }, ([bed]) =>
      measure(bed as TestBed, found.capacity, context, work),
    );
  },
  derive: latencyFindings,
  answer: latencySentences,
};

const bedOf = (strategy: string, { users }: LatencyWork) => ({ strategy, algorithm: alg, instances: 1, users });

interface Capacity {
  /** Requests/s in a closed loop. */
  readonly capacity: number;
  /** Without rows: it tells whether an answer was wrong. */
  readonly outcome: Outcome;
}

/** Brings the dearest strategy up alone, and finds by closed loops how much it carries. */
async function findCapacity(context: TrialContext, work: LatencyWork): Promise<Capacity> {
  const rates: number[] = [];
  const outcome = await withTestBed(bedOf(dearest, work), context, async (bed) => {
    await warmUpClosed(bed, context, work);
    const order = closedLoop(bed, context);
    for (let time = 0; time < capacityLoads; time += 1) {
      const { windows } = await bed.generator.call('loadMe', { ...order, requests: work.capacityRequests, seed: time });
      rates.push(...windows.map(({ requests, seconds }) => requests / seconds));
    }
    return { status: 'completed', rows: [] };
  });
  return { capacity: rates.length > 0 ? median(rates) : 0, outcome };
}

const closedLoop = ({ rig, pool }: TestBed, { profile }: TrialContext) => ({
  urls: rig.entries[0] as string[],
  pool,
  connections: profile.connections,
});

async function warmUpClosed(bed: TestBed, context: TrialContext, work: LatencyWork): Promise<WarmUp> {
  const { profile, seed } = context;
  await loadCredentials(bed);
  const order = closedLoop(bed, context);
  return warmUpBed(bed, profile.connections, work.warmUp, (requests, turn) =>
    bed.generator.call('loadMe', { ...order, requests, seed: seedFor(seed, `warm-up ${turn}`) }),
  );
}

/** The rate of a load: a share of the capacity, rounded. */
export const rateAt = (load: number, capacity: number) =>
  Math.max(rateStep, Math.round((load * capacity) / rateStep) * rateStep);

async function measure(bed: TestBed, capacity: number, context: TrialContext, work: LatencyWork): Promise<Outcome> {
  const { profile, seed } = context;
  // The generator first: the server is not to stand idle between its warm-up and the loads.
  await bed.generator.call('warmUpOpenLoop');
  const warmed = await warmUpClosed(bed, context, work);
  const rows: (Row & { facts: OpenLoopFacts })[] = [];
  for (const load of shuffled(loads, seededRandom(seed, 'latency'))) {
    const rate = rateAt(load, capacity);
    const arrivals = { process: 'poisson', rate, requests: Math.ceil(rate * work.seconds) } as const;
    const urls = bed.rig.entries[0] as string[];
    const order = { urls, pool: bed.pool, arrivals, connections, timeout, seed, countsStalls: true } as const;
    const facts = await soundLoad(bed, order, profile.measurement);
    const { strategy } = bed.rig.order;
    rows.push({
      factors: { load, strategy, ...(isSigned(strategy) ? { alg } : {}) },
      facts: { ...facts, warmUp: warmed },
    });
  }
  return judged(rows, [
    // What was not answered is a result here, and counts as worse than any answer; what was answered wrongly is none.
    ...rows.map(({ facts }) => objectToAnswers([{ ...facts, errors: 0 }], facts.requests)),
    ...rows.map(({ facts }) => (profile.measurement ? objectToOpenLoop(facts) : null)),
  ]);
}

/** Loads a bed, and again where the load cannot be borne. */
async function soundLoad(
  { rig, generator }: TestBed,
  order: OpenLoopOptions,
  audited: boolean,
): Promise<OpenLoopFacts> {
  let voidBefore: VoidBefore = {};
  for (let attempt = 0; ; attempt += 1) {
    const { value, tiers } = await watchTiers(rig, generator.pid, () => generator.call('loadAtRate', order));
    const facts: OpenLoopFacts = { type: 'openLoop', ...value, tiers, voidBefore };
    const objection = audited ? objectToOpenLoop(facts) : null;
    if (!objection || attempt === mostRepeats) return facts;
    voidBefore = oneMore(voidBefore, objection);
  }
}

/**
 * The findings of the experiment. A quantile that one stall decided in half of its trials or more is not told: those of the other
 * trials would flatter.
 */
export function latencyFindings(trials: readonly TrialObservation[]): Finding[] {
  return findingsOf(trials, [name]).map((finding) => {
    const told = Object.entries(finding.measures).filter(
      ([measure, { replicates }]) => replicates > (finding.measures[`decidedByStall.${measure}`]?.value ?? 0),
    );
    return { ...finding, measures: Object.fromEntries(told) };
  });
}

/** One sentence for each load, and one for what stalled. */
export function latencySentences(findings: readonly Finding[]): string[] {
  const sound = findings.filter(({ trials }) => trials.completed > 0);
  const byLoad = Map.groupBy(sound, ({ factors }) => Number(factors.load));
  const sentences = [...byLoad].map(([load, own]) => {
    const rate = own[0]?.measures.offeredRequestsPerSecond;
    const at = rate ? `${thousands(rate.value)} requests/s, ${load * 100} %` : `${load * 100} %`;
    const times = own.map(
      (finding) =>
        `${strategyLabel({ strategy: finding.factors.strategy as string })} ${quantileText(finding, 'latencyP50')} and ${quantileText(finding, 'latencyP99')}`,
    );
    return `At ${at} of what ${dearest} carries, p50 and p99 of response time: ${times.join('; ')}.`;
  });
  if (sound.length > 0 && sound.every(({ trials }) => trials.completed < 2))
    sentences.push('Each p99 is of one trial: those that are close have no order.');
  const byStrategy = Map.groupBy(sound, ({ factors }) => String(factors.strategy));
  const stalls = [...byStrategy].flatMap(([strategy, own]) => {
    const count = own.reduce((sum, { measures }) => sum + (measures.stalls?.value ?? 0), 0);
    return count > 0 ? [`${strategy} ${thousands(count)}`] : [];
  });
  if (stalls.length > 0)
    sentences.push(`Stalls (neighbouring requests that took over 10 ms) in all trials: ${stalls.join(', ')}.`);
  return sentences;
}

/** A quantile, or why it is not told. */
function quantileText({ measures }: Finding, measure: string): string {
  const told = measures[measure];
  if (told) return durationText(told);
  if (measures[`decidedByStall.${measure}`]) return 'not told (one stall decides it)';
  return (measures.errors?.value ?? 0) > 0 ? 'not answered' : 'not told (too few requests)';
}
