// What does a shorter token life cost in refreshes, and what exposure does it buy? Measured is what one refresh costs, at
// saturation; what each life comes to follows from that by arithmetic, and is named as derived.
import { type Algorithm, algorithms } from '../../servers/tokens/algorithms.ts';
import { findingsOf } from '../analyse/findings.ts';
import { type Estimate, estimateMedian } from '../analyse/median.ts';
import { strategyLabel } from '../analyse/wording.ts';
import { durationText, rateText, significant, spanText } from '../catalogue/format.ts';
import { asMeasure, exactly } from '../catalogue/measures.ts';
import { watchTiers } from '../measure/tiers.ts';
import { type ByProfile, type Work, warmUps } from '../plan/profiles.ts';
import { isSigned } from '../plan/strategies.ts';
import { userNames } from '../plan/users.ts';
import type { Factors } from '../record/facts.ts';
import type { Outcome, TrialObservation } from '../record/observation.ts';
import type { Finding } from '../record/report.ts';
import { issueCredentials } from '../rig/admin.ts';
import { outcomeOf } from '../trial/outcome.ts';
import { type TestBed, withTestBed } from '../trial/test-bed.ts';
import { warmUpRig } from '../trial/warm-up.ts';
import { alwaysAvailable, type Experiment, strategiesOf, type TrialContext } from './contract.ts';

const name = 'refresh-cost';

/** The kinds of access token that an authorization server gives out, each by a strategy that takes it. */
const kinds = ['jwt', 'opaque'];

/** Lives of an access token in seconds: 1, 5, 15 and 60 minutes, and 30 days. */
const tokenLives = [60, 300, 900, 3_600, 2_592_000];

const hour = 3_600;

/** Refreshes; each connection has families of its own. */
interface RefreshWork extends Work {
  readonly algorithms: readonly Algorithm[];
  readonly families: number;
  readonly connections: number;
}

const workloads: ByProfile<RefreshWork> = {
  smoke: { algorithms: ['HS256'], families: 20, connections: 4, warmUp: warmUps.smoke, requests: 100 },
  quick: { algorithms: ['HS256'], families: 1_000, connections: 16, warmUp: warmUps.quick, requests: 6_000 },
  full: { algorithms, families: 1_000, connections: 16, warmUp: warmUps.full, requests: 20_000 },
};

export const refreshCost: Experiment<RefreshWork> = {
  name,
  question: 'What does a shorter token life cost in refreshes, and what exposure does it buy?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  seconds: { smoke: 3, quick: 12, full: 20 },
  leads: 'cpuPerRequest.authorization',
  workloads,
  cells: (choices, work) =>
    kinds
      .filter((strategy) => strategiesOf(choices, null).includes(strategy))
      .flatMap((strategy): Factors[] =>
        isSigned(strategy) ? work.algorithms.map((alg) => ({ strategy, alg })) : [{ strategy }],
      ),
  run: ({ strategy, alg = 'HS256' }, context, work) => {
    const order = {
      strategy: String(strategy),
      algorithm: alg as Algorithm,
      instances: 0,
      authorizationServers: 1,
      users: 0,
    };
    return withTestBed(order, { ...context, balancer: 'none' }, (bed) => measure(bed, context, work));
  },
  derive: (trials) =>
    findingsOf(trials, [name]).flatMap((finding) => {
      const cost = costOfRefresh(trials, finding.factors);
      return cost ? [finding, ...tokenLives.map((life) => derivedFinding(finding, cost, life))] : [finding];
    }),
  answer: (findings) =>
    findings
      .filter(({ factors }) => factors.tokenLifeSeconds === undefined)
      .flatMap((finding) => [...capacitySentence(finding), ...livesSentence(finding, findings)]),
};

async function measure(
  { rig, generator, pool }: TestBed,
  { seed }: TrialContext,
  { families, connections, requests, ...work }: RefreshWork,
): Promise<Outcome> {
  const servers = rig.authorizationServers;
  const issued = await issueCredentials({ ...rig, instances: servers }, userNames(families));
  await generator.call(
    'useFamilies',
    pool,
    issued.map(({ user, refreshToken = '' }) => ({ user, refreshToken })),
  );
  const order = { urls: servers.map(({ url }) => url), pool, connections, seed };
  const warmUp = await warmUpRig({ instances: servers }, work.warmUp, (share) =>
    generator.call('loadRefresh', { ...order, requests: share }),
  );
  const { value, tiers } = await watchTiers(rig, generator.pid, () =>
    generator.call('loadRefresh', { ...order, requests }),
  );
  const facts = { type: 'http' as const, ...value, warmUp, ...tiers };
  return outcomeOf([{ factors: {}, facts }], requests);
}

/** CPU seconds that one refresh costs at all tiers together; null where Redis cannot be seen. */
function costOfRefresh(trials: readonly TrialObservation[], factors: Factors): Estimate | null {
  const costs = trials.flatMap(({ factors: own, outcome }) => {
    if (outcome.status !== 'completed' || Object.keys(factors).some((key) => own[key] !== factors[key])) return [];
    return outcome.rows.flatMap(({ facts }) => {
      if (facts.type !== 'http') return [];
      const { authorization, redis } = facts.cpuSeconds;
      return authorization === undefined || redis === undefined ? [] : [(authorization + redis) / facts.requests];
    });
  });
  return costs.length > 0 ? estimateMedian(costs) : null;
}

/**
 * What a life comes to for a user who is active all the time: he refreshes once in each life, and a token that is stolen at a
 * random moment of its life is good for half of it in the mean, for all of it at most.
 */
function derivedFinding({ experiment, factors, trials }: Finding, cost: Estimate, life: number): Finding {
  const { completed: n } = trials;
  const exact = (measure: string, value: number) => ({ [measure]: exactly(measure, value, n) });
  const times = ({ value, low, high, confidence }: Estimate, factor: number): Estimate => {
    return { value: value * factor, low: low * factor, high: high * factor, confidence };
  };
  return {
    experiment,
    factors: { ...factors, tokenLifeSeconds: life },
    measures: {
      ...exact('derived.refreshesPerSecondPer1000Users', 1_000 / life),
      'derived.cpuPerUserHour': asMeasure('derived.cpuPerUserHour', times(cost, hour / life), n),
      ...exact('derived.exposureMax', life),
      ...exact('derived.exposureMean', life / 2),
    },
    trials,
  };
}

function capacitySentence({ factors, measures }: Finding): string[] {
  const { requestsPerSecond: rate, 'cpuPerRequest.authorization': own, 'cpuPerRequest.redis': redis } = measures;
  if (!rate || !own || !redis) return [];
  return [
    `One authorization server refreshes ${strategyLabel(factors)} access tokens at ${rateText(rate)}; each refresh costs ${durationText(own)} of its CPU and ${durationText(redis)} of Redis'.`,
  ];
}

function livesSentence({ factors: { strategy, alg } }: Finding, findings: readonly Finding[]): string[] {
  const parts = findings.flatMap(({ factors, measures }) => {
    const { 'derived.refreshesPerSecondPer1000Users': rate, 'derived.cpuPerUserHour': cpu } = measures;
    if (factors.strategy !== strategy || factors.alg !== alg || !rate || !cpu) return [];
    const life = spanText(Number(factors.tokenLifeSeconds));
    return [`${life}: ${significant(rate.value)}/s and ${durationText(cpu)}`];
  });
  if (parts.length === 0) return [];
  const kind = strategyLabel({ strategy: strategy ?? '', ...(alg ? { alg } : {}) });
  return [
    `Derived by the life of an access token (${kind}), refreshes/s of 1,000 active users and CPU per user and hour: ${parts.join('; ')}. A stolen token that is not revoked is accepted for half of that life on average, for all of it at worst.`,
  ];
}
