// One service or several for a request: who wins? Service A calls service B for the same user, and B recognises the caller anew. All
// strategies stand side by side in one trial, each as one chain, on which all numbers of hops are measured in turn.
import { ratioBeside, type Sample, samplesBehind, samplesOf } from '../analyse/beside.ts';
import { findingsOf } from '../analyse/findings.ts';
import { estimateMedian } from '../analyse/median.ts';
import { slopeOf } from '../analyse/slope.ts';
import { durationText, ratioText, significant, strategyLabel, tellsFromOne } from '../analyse/wording.ts';
import { type ByProfile, type UsualStrategies, type WorkInTurns, warmUps } from '../plan/profiles.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Finding, Measure } from '../record/report.ts';
import { outcomeOf } from '../trial/outcome.ts';
import { type TestBed, useAll, withTestBeds } from '../trial/test-bed.ts';
import { type Lane, takeTurns } from '../trial/turns.ts';
import { wakeBed, warmUpBed } from '../trial/warm-up.ts';
import { alwaysAvailable, type Experiment, strategiesOf, type TrialContext } from './contract.ts';

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
  cells: (choices, { strategies }) => (strategiesOf(choices, strategies).length > 0 ? [{}] : []),
  run: (_factors, context, work) => {
    const orders = strategiesOf(context, work.strategies).map((strategy) => ({
      strategy,
      algorithm: 'HS256' as const,
      instances: Math.max(...work.numbers) + 1,
      chained: true as const,
      groups: [[0]],
      users: work.users,
    }));
    return withTestBeds(orders, context, (beds) => measure(beds, context, work));
  },
  derive(trials) {
    const samples = samplesOf(trials);
    const findings = findingsOf(trials, [name]).map((finding) => besideToken(finding, samples));
    return [...findings, ...marginsOf(findings, samples)];
  },
  answer: (findings) => [...marginSentences(findings), ...verdictSentences(findings)],
};

async function measure(beds: readonly TestBed[], context: TrialContext, work: HopsWork) {
  const { requests, turns } = work;
  const lanes: Lane[] = [];
  for (const bed of beds) lanes.push(...(await lanesOf(bed, context, work)));
  const rows = await takeTurns((beds[0] as TestBed).generator, lanes, turns, context);
  return outcomeOf(rows, requests * turns * lanes.length, context.profile);
}

/** A chain, warmed up, with each number of hops. */
async function lanesOf(bed: TestBed, { profile, seed }: TrialContext, work: HopsWork): Promise<Lane[]> {
  const { rig, generator, pool } = bed;
  const { numbers, requests } = work;
  const { connections } = profile;
  const { strategy } = rig.order;
  const pathOf = (hops: number) => `/me/hops/${hops}`;
  const load = (hops: number, share: number, turn: number, keptAs?: string) =>
    generator.call('loadMe', {
      urls: rig.entries[0] as string[],
      pool,
      connections,
      path: pathOf(hops),
      requests: share,
      seed: seed + turn,
      ...(keptAs ? { keptAs } : {}),
    });
  await useAll(bed);
  // The longest way warms up every service of the chain; the shorter ones end where it has not ended yet.
  const longest = Math.max(...numbers);
  const warmUp = await warmUpBed(bed, connections, work.warmUp, (share, turn) => load(longest, share, -turn - 1));
  for (const hops of numbers) await load(hops, work.warmUp.window, -1);
  return numbers.map((hops) => ({
    rig,
    factors: { strategy, ...(isSigned(strategy) ? { alg: 'HS256' } : {}), hops },
    warmUp,
    wake: (round) => wakeBed(bed, connections, requests, seed - round, pathOf(hops)),
    load: (round, keptAs) => load(hops, requests, round, keptAs),
  }));
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

/**
 * For each strategy what each hop adds, over all its numbers of hops: one slope per trial, and their median. To know the caller
 * once more is what a hop adds beyond what it does without any authentication in the same trial.
 */
function marginsOf(findings: readonly Finding[], samples: readonly Sample[]): Finding[] {
  const cells = Map.groupBy(findings, ({ factors }) => String(factors.strategy));
  return [...cells].map(([strategy, [first]]) => {
    const { experiment, factors, measures: wholes, trials } = first as Finding;
    const measures: Record<string, Measure> = {};
    const tell = (margin: string, whole: string, values: readonly number[]) => {
      if (values.length === 0) return;
      const { unit, better } = wholes[whole] as Measure;
      measures[margin] = { ...estimateMedian(values), unit, better, trials: values.length };
    };
    for (const [whole, margin] of Object.entries(margins))
      tell(margin, whole, [...slopesOf(samples, strategy, whole).values()]);
    const calls = slopesOf(samples, 'none', 'cpuPerRequest.servers');
    const knowing = [...slopesOf(samples, strategy, 'cpuPerRequest.servers')].flatMap(([trial, slope]) => {
      const call = calls.get(trial);
      return call === undefined ? [] : [slope - call];
    });
    if (strategy !== 'none') tell('knowingPerHop.servers', 'cpuPerRequest.servers', knowing);
    const own = Object.entries(factors).filter(([factor]) => factor !== 'hops');
    return { experiment, factors: Object.fromEntries(own), measures, trials };
  });
}

/** The slope of a measure over the hops, by trial; none where it was not measured. */
function slopesOf(samples: readonly Sample[], strategy: string, measure: string): Map<number, number> {
  const own = samples.filter(({ valid, factors }) => valid && factors.strategy === strategy);
  const slopes = [...Map.groupBy(own, ({ trial }) => trial)].flatMap(([trial, rows]) => {
    const points = rows.flatMap(({ factors, measures }) => {
      const value = measures[measure]?.value;
      return value === undefined ? [] : [[Number(factors.hops), value] as const];
    });
    return points.length > 1 ? [[trial, slopeOf(points)] as const] : [];
  });
  return new Map(slopes);
}

function marginSentences(findings: readonly Finding[]): string[] {
  const own = findings.filter(({ measures }) => measures['cpuPerHop.servers']);
  if (own.length === 0) return [];
  const costs = own.map(({ factors, measures }) => {
    const whole = durationText(measures['cpuPerHop.servers'] as Measure);
    if (factors.strategy === 'none') return `${whole} without asking who it is`;
    const knowing = measures['knowingPerHop.servers'];
    return `${whole} with ${strategyLabel(factors)}${knowing ? `, ${knowingText(knowing)}` : ''}`;
  });
  return [`Each further service costs so much server CPU: ${costs.join('; ')}.`, ...own.flatMap(redisSentence)];
}

const knowingText = (knowing: Measure) =>
  knowing.low > 0
    ? `${durationText(knowing)} of it to know the caller`
    : 'of which it cannot be told what it is to know the caller';

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
