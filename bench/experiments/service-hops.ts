// One service or several for a request: who wins? Service A calls service B for the same user, and B recognises the caller anew. All
// numbers of hops are measured in turn on one chain.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { ratioBeside, type Sample, samplesBehind, samplesOf } from '../analyse/beside.ts';
import { findingsOf } from '../analyse/findings.ts';
import { measuresOf } from '../analyse/measures.ts';
import { estimateMedian } from '../analyse/median.ts';
import { slopeOf } from '../analyse/slope.ts';
import { durationText, ratioText, significant, strategyLabel, tellsFromOne } from '../analyse/wording.ts';
import { type ByProfile, type UsualStrategies, type WorkInTurns, warmUps } from '../plan/profiles.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Factors, Row } from '../record/facts.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import { alwaysAvailable, type Experiment, strategiesOf, type TrialContext } from './contract.ts';
import { outcomeOf } from './outcome.ts';
import { type TestBed, useAll, withTestBed } from './test-bed.ts';
import { type Lane, takeTurns } from './turns.ts';
import { warmUpBed } from './warm-up.ts';

const name = 'service-hops';

/** `numbers` of hops: how many services are called behind the first. */
interface HopsWork extends WorkInTurns, UsualStrategies {
  readonly blocks: number;
  readonly users: number;
  readonly numbers: readonly number[];
}

const amounts: ByProfile<HopsWork> = {
  smoke: {
    blocks: 1,
    users: 100,
    strategies: ['none', 'session', 'jwt'],
    warmUp: warmUps.smoke,
    requests: 100,
    turns: 2,
    numbers: [0, 2],
  },
  quick: {
    blocks: 1,
    users: 1_000,
    strategies: ['none', 'session', 'jwt'],
    // Just enough: each request of it is a request to every service of the chain.
    warmUp: { window: 500, least: 12_000, most: 13_000 },
    requests: 800,
    turns: 2,
    numbers: [0, 1, 4],
  },
  full: {
    blocks: 6,
    users: 1_000,
    strategies: ['none', 'session', 'session-native', 'jwt', 'jwt-cached', 'jwt+redis-blocklist', 'opaque'],
    warmUp: warmUps.full,
    requests: 3_000,
    turns: 4,
    numbers: [0, 1, 2, 4],
  },
};

export const serviceHops: Experiment<HopsWork> = {
  name,
  question: 'One service or several for a request: what does each further service cost that has to know the caller?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  amounts,
  blocks: ({ blocks }) => blocks,
  cells: (choices, { strategies }) =>
    strategiesOf(choices, strategies).map((strategy) => ({
      strategy,
      ...(isSigned(strategy) ? { alg: 'HS256' } : {}),
    })),
  run: ({ strategy, alg = 'HS256' }, context, work) => {
    const order = {
      strategy: String(strategy),
      algorithm: alg as Algorithm,
      instances: Math.max(...work.numbers) + 1,
      chained: true,
      groups: [[0]],
      users: work.users,
    } as const;
    return withTestBed(order, context, (bed) => measure(bed, context, work));
  },
  derive(trials) {
    const samples = samplesOf(trials);
    const findings = findingsOf(trials, [name]).map((finding) => besideToken(finding, samples));
    return [...findings, ...marginsOf(findings, trials)];
  },
  answer: (findings) => [...marginSentences(findings), ...verdictSentences(findings)],
};

async function measure(bed: TestBed, context: TrialContext, work: HopsWork) {
  const { profile, seed } = context;
  const { rig, generator, pool } = bed;
  const { numbers, requests, turns } = work;
  const { connections } = profile;
  const order = { urls: rig.entries[0] as string[], pool, connections };
  const load = (hops: number, share: number, turn: number, keptAs?: string) =>
    generator.call('loadMe', {
      ...order,
      path: `/me/hops/${hops}`,
      requests: share,
      seed: seed + turn,
      ...(keptAs ? { keptAs } : {}),
    });
  await useAll(bed);
  // The longest way warms up every service of the chain; the shorter ones end where it has not ended yet.
  const longest = Math.max(...numbers);
  const warmUp = await warmUpBed(bed, connections, work.warmUp, (share, turn) => load(longest, share, -turn - 1));
  for (const hops of numbers) await load(hops, work.warmUp.window, -1);
  const lanes = numbers.map((hops): Lane => {
    return { rig, factors: { hops }, warmUp, load: (round, keptAs) => load(hops, requests, round, keptAs) };
  });
  return outcomeOf(await takeTurns(generator, lanes, turns, context), requests * turns * lanes.length, profile);
}

/** A session beside a token at the same number of hops: by the ratio of the two in each block. */
function besideToken(finding: Finding, samples: readonly Sample[]): Finding {
  if (finding.factors.strategy !== 'session') return finding;
  const { hops } = finding.factors;
  const beside = () => ({ strategy: 'jwt', hops });
  const ratioToJwt = ratioBeside(samplesBehind(finding, samples), samples, 'requestsPerSecond', beside);
  return ratioToJwt ? { ...finding, measures: { ...finding.measures, ratioToJwt } } : finding;
}

/** What each hop adds, by the measure of a request that it is the slope of. */
const margins = {
  'cpuPerRequest.servers': 'cpuPerHop.servers',
  'cpuPerRequest.redis': 'cpuPerHop.redis',
  redisCommandsPerRequest: 'redisCommandsPerHop',
} as const;

/** For each strategy what each hop adds, over all its numbers of hops: one slope per trial, and their median. */
function marginsOf(findings: readonly Finding[], trials: readonly TrialObservation[]): Finding[] {
  const cells = Map.groupBy(findings, ({ factors }) => cellOf(factors));
  return [...cells].map(([cell, [first]]) => {
    const { experiment, factors, measures: wholes, trials: counted } = first as Finding;
    const completed = trials.flatMap((trial) =>
      cellOf(trial.factors) === cell && trial.outcome.status === 'completed' ? [trial.outcome.rows] : [],
    );
    const measures: Record<string, Measure> = {};
    for (const [whole, margin] of Object.entries(margins)) {
      const slopes = completed.flatMap((rows) => slopesIn(rows, whole));
      if (slopes.length === 0) continue;
      const { unit, better } = wholes[whole] as Measure;
      measures[margin] = { ...estimateMedian(slopes), unit, better, trials: slopes.length };
    }
    const own = Object.entries(factors).filter(([factor]) => factor !== 'hops');
    return { experiment, factors: Object.fromEntries(own), measures, trials: counted };
  });
}

const cellOf = ({ strategy, alg }: Factors) => `${strategy} ${alg}`;

/** The slope of a measure over the hops of one trial; none where it was not measured. */
function slopesIn(rows: readonly Row[], measure: string): number[] {
  const points = rows.flatMap(({ factors, facts }) => {
    const value = measuresOf(facts)[measure]?.value;
    return value === undefined ? [] : [[Number(factors.hops), value] as const];
  });
  return points.length > 1 ? [slopeOf(points)] : [];
}

function marginSentences(findings: readonly Finding[]): string[] {
  const margin = ({ measures }: Finding) => measures['cpuPerHop.servers'];
  const own = findings.filter((finding) => margin(finding));
  const costs = own
    .filter(({ factors }) => factors.strategy !== 'none')
    .map((finding) => `${durationText(margin(finding) as Measure)} with ${strategyLabel(finding.factors)}`);
  const call = own.find(({ factors }) => factors.strategy === 'none');
  const callCost = call ? durationText(margin(call) as Measure) : null;
  if (costs.length === 0) return callCost ? [`Each call to a further service costs ${callCost} of server CPU.`] : [];
  const ofThis = callCost ? `; of this the call itself, without asking who it is, is ${callCost}` : '';
  return [
    `Each further service costs so much server CPU: ${costs.join(', ')}${ofThis}.`,
    ...own.flatMap(redisSentence),
  ];
}

function redisSentence({ factors, measures }: Finding): string[] {
  const { redisCommandsPerHop: commands, 'cpuPerHop.redis': cpu } = measures;
  if (!commands || !cpu || commands.value < 0.005) return [];
  const label = strategyLabel(factors);
  return [
    `With ${label} each further service sends Redis ${significant(commands.value)} commands more, ${durationText(cpu)} of its CPU.`,
  ];
}

/** Who carries more at each number of hops. */
const verdictSentences = (findings: readonly Finding[]): string[] =>
  findings.flatMap(({ factors, measures: { ratioToJwt: ratio } }) => {
    if (!ratio) return [];
    const verdict = tellsFromOne(ratio) ? '' : ': which carries more cannot be told from these trials';
    return [
      `${servicesText(Number(factors.hops))}, a session in Redis carries ${ratioText(ratio)} of what a signed token does${verdict}.`,
    ];
  });

const servicesText = (hops: number) =>
  hops === 0 ? 'With one service alone' : `With ${hops} further ${hops === 1 ? 'service' : 'services'}`;
