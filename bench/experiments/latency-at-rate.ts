// What does a caller wait for, when callers come at a given rate and do not wait for each other?
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { objectToAnswers, objectToOpenLoop } from '../analyse/audit.ts';
import { median } from '../analyse/median.ts';
import { durationText, rateText, strategyLabel } from '../analyse/wording.ts';
import type { OpenLoopOrder } from '../load/open-loop.ts';
import { watchTiers } from '../measure/tiers.ts';
import { type ByProfile, type UsualStrategies, type WarmUpWork, warmUps } from '../plan/profiles.ts';
import { seededRandom, shuffled } from '../plan/random.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Factors, OpenLoopFacts, Row, VoidBefore, WarmUp } from '../record/facts.ts';
import type { Outcome } from '../record/observation.ts';
import { startPunctualGenerator } from '../trial/generator.ts';
import { judged, oneMore } from '../trial/outcome.ts';
import { type TestBed, useAll, withTestBeds } from '../trial/test-bed.ts';
import { wakeBed, warmUpBed } from '../trial/warm-up.ts';
import { type Experiment, strategiesOf, type TrialContext } from './contract.ts';

/** Shares of what the slowest strategy carries: its own load is the load of all. */
const loads = [0.5, 0.8];

const alg: Algorithm = 'HS256';

/** Enough for all that come while a server collects garbage. */
const connections = 256;

/** How often a load that the generator or the machine made void is taken again: it is not to cost its trial all the others. */
const mostRepeats = 2;

/** Closed loops that a capacity is the median of. */
const capacityLoads = 5;

/** Seconds after which a request is given up. */
const timeout = 5;

interface LatencyWork extends UsualStrategies {
  readonly blocks: number;
  readonly warmUp: WarmUpWork;
  /** Requests of the closed loop that finds each strategy's capacity. */
  readonly capacityRequests: number;
  /** That each load lasts. */
  readonly seconds: number;
}

const amounts: ByProfile<LatencyWork> = {
  smoke: {
    blocks: 1,
    strategies: ['none', 'session', 'jwt'],
    warmUp: warmUps.smoke,
    capacityRequests: 200,
    seconds: 0.2,
  },
  quick: {
    blocks: 1,
    strategies: ['none', 'session', 'jwt', 'jwt-cached+replicated-blocklist'],
    warmUp: warmUps.quick,
    capacityRequests: 2_000,
    seconds: 1.5,
  },
  full: {
    blocks: 10,
    // Those whose callers wait side by side: the baselines, and what keeps in the instance what the others ask for.
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
    warmUp: warmUps.full,
    capacityRequests: 20_000,
    seconds: 20,
  },
};

export const latencyAtRate: Experiment<LatencyWork> = {
  name: 'latency-at-rate',
  question:
    'How long does a caller wait at a given rate of requests, the same for all, with each way of knowing the caller?',
  takesTargets: false,
  amounts,
  blocks: ({ blocks }) => blocks,
  unavailable: ({ placement }) =>
    placement.systems === null ? 'the generator cannot be given a core of its own' : null,
  // All strategies and loads in one trial: they have the same capacity to be a share of, and the machine's same minute.
  cells: (choices, { strategies }) => (strategiesOf(choices, strategies).length > 0 ? [{}] : []),
  run: (_factors, context, work) => {
    const orders = strategiesOf(context, work.strategies).map((strategy) => {
      return { strategy, algorithm: alg, instances: 1, users: context.profile.users };
    });
    return withTestBeds(orders, { ...context, generatorBy: startPunctualGenerator }, (beds) =>
      measure(beds, context, work),
    );
  },
  answer(findings) {
    const byLoad = Map.groupBy(findings, ({ factors }) => factors.load);
    return [...byLoad].map(([load, own]) => {
      const rate = own[0]?.measures.requestsPerSecond;
      const waits = own.map(({ factors, measures: { latencyP50: p50, latencyP99: p99 } }) => {
        const label = strategyLabel({ strategy: factors.strategy as string });
        return `${label} ${p50 ? durationText(p50) : 'not answered'} and ${p99 ? durationText(p99) : 'not answered'}`;
      });
      const at = rate ? ` (here ${rateText(rate)} for all)` : '';
      return `At ${Number(load) * 100} % of what the slowest carries${at}, p50 and p99 of response time: ${waits.join('; ')}.`;
    });
  },
};

async function measure(beds: readonly TestBed[], context: TrialContext, work: LatencyWork): Promise<Outcome> {
  const { profile, seed } = context;
  const warmed: Warmed[] = [];
  for (const bed of beds) warmed.push(await capacityOf(bed, context, work));
  await beds[0]?.generator.call('warmUpOpenLoop');

  const random = seededRandom(seed, 'latency');
  const rows: (Row & { facts: OpenLoopFacts })[] = [];
  for (const load of shuffled(loads, random)) {
    const rate = Math.floor(load * Math.min(...warmed.map(({ capacity }) => capacity)));
    const requests = Math.ceil(rate * work.seconds);
    const arrivals = { process: 'poisson', rate, requests } as const;
    for (const bed of shuffled(beds, random)) {
      const { strategy } = bed.rig.order;
      const factors: Factors = { load, strategy, ...(isSigned(strategy) ? { alg } : {}) };
      const urls = bed.rig.entries[0] as string[];
      const order = { urls, pool: bed.pool, arrivals, connections, timeout, seed };
      await wakeBed(bed, profile.connections, requests, seed);
      const facts = await soundLoad(bed, order, profile.measurement);
      rows.push({ factors, facts: { ...facts, warmUp: (warmed[beds.indexOf(bed)] as Warmed).warmUp } });
    }
  }
  return judged(
    rows,
    rows.flatMap(({ facts }) => [
      // What was not answered is a result here, and counts as worse than any answer; what was answered wrongly is none.
      objectToAnswers([{ ...facts, errors: 0 }], facts.requests),
      profile.measurement ? objectToOpenLoop(facts) : null,
    ]),
  );
}

/** Loads a bed, again if need be: one void load is not to cost the trial all the others. */
async function soundLoad({ rig, generator }: TestBed, order: OpenLoopOrder, audited: boolean): Promise<OpenLoopFacts> {
  let voidBefore: VoidBefore = {};
  for (let attempt = 0; ; attempt += 1) {
    const { value, tiers } = await watchTiers(rig, generator.pid, () => generator.call('loadAtRate', order));
    const facts: OpenLoopFacts = { type: 'openLoop', ...value, tiers, voidBefore };
    const objection = audited ? objectToOpenLoop(facts) : null;
    if (!objection || attempt === mostRepeats) return facts;
    voidBefore = oneMore(voidBefore, objection);
  }
}

interface Warmed {
  /** Requests/s. */
  readonly capacity: number;
  readonly warmUp: WarmUp;
}

/** Warms one instance up, and finds by a closed loop how much it carries. */
async function capacityOf(bed: TestBed, { profile, seed }: TrialContext, work: LatencyWork): Promise<Warmed> {
  const { rig, generator, pool } = bed;
  await useAll(bed);
  const order = { urls: rig.entries[0] as string[], pool, connections: profile.connections };
  const warmUp = await warmUpBed(bed, profile.connections, work.warmUp, (requests, turn) =>
    generator.call('loadMe', { ...order, requests, seed: seed + turn + 1 }),
  );
  const rates: number[] = [];
  for (let time = 0; time < capacityLoads; time += 1) {
    const { windows } = await generator.call('loadMe', { ...order, requests: work.capacityRequests, seed });
    rates.push(...windows.map(({ requests, seconds }) => requests / seconds));
  }
  return { capacity: median(rates), warmUp };
}
