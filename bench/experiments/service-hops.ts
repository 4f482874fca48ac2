// One service or several for a request: service A calls service B for the same user, and B recognises the caller anew. Each strategy
// stands as one service alone and as a chain, all of it in one block.
import { addedText } from '../analyse/cost-sentences.ts';
import { type BlockValue, scaled } from '../analyse/lane-difference.ts';
import { estimateOver, type LaneInBlock, lanesIn } from '../analyse/slice-findings.ts';
import { strategyLabel } from '../analyse/wording.ts';
import { type ByProfile, type SliceWork, sliceWorks, type UsualStrategies } from '../plan/profiles.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { Finding } from '../record/report.ts';
import { controlLanes, type LaneOptions, runLanes } from '../trial/lanes.ts';
import { alwaysAvailable, type CellChoices, type Experiment, strategiesOf } from './contract.ts';

const name = 'service-hops';

/** `hops`: how many services are called behind the first. */
interface HopsWork extends SliceWork, UsualStrategies {
  readonly users: number;
  readonly hops: number;
}

const workloads: ByProfile<HopsWork> = {
  smoke: {
    ...sliceWorks.smoke,
    strategies: ['jwt'],
    users: 50,
    hops: 2,
  },
  quick: {
    ...sliceWorks.quick,
    strategies: ['jwt', 'session'],
    users: 1_000,
    cycles: 150,
    requestsPerSlice: 50,
    hops: 2,
  },
  full: {
    ...sliceWorks.full,
    strategies: ['jwt', 'session', 'session-native', 'jwt-cached', 'jwt+redis-blocklist', 'opaque'],
    users: 1_000,
    cycles: 200,
    requestsPerSlice: 50,
    hops: 2,
  },
};

export const serviceHops: Experiment<HopsWork> = {
  name,
  question: 'One service or several for a request: what does each further service cost that has to know the caller?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  workloads,
  seconds: { smoke: 5, quick: 60, full: 90 },
  leads: 'cpuPerHop',
  cells: (choices, { strategies }) => measuredIn(choices, strategies).map((strategy) => ({ strategy })),
  run({ strategy }, context, work) {
    const { users, hops } = work;
    const lanes = [
      ...controlLanes(users, null),
      chainOf('none', hops, users),
      chainOf(String(strategy), 0, users),
      chainOf(String(strategy), hops, users),
    ];
    return runLanes(lanes, context, work);
  },
  derive: (trials) => hopFindings(trials),
  answer: (findings) => findings.flatMap(sentenceOn),
};

const measuredIn = (choices: Pick<CellChoices, 'chosen'>, usual: readonly string[] | null) =>
  strategiesOf(choices, usual).filter((strategy) => strategy !== 'none');

function chainOf(strategy: string, hops: number, users: number): LaneOptions {
  const instances = hops + 1;
  return {
    factors: { strategy, ...(isSigned(strategy) ? { alg: 'HS256' } : {}), hops },
    bed: { strategy, algorithm: 'HS256', instances, chained: true, users },
    path: `/me/hops/${hops}`,
    loaded: Array.from({ length: instances }, (_, index) => index),
  };
}

/** A chain is set against one service alone that recognises callers in the same way. */
const aloneWith = (lane: Factors, rows: readonly Factors[]) =>
  rows.findIndex(
    ({ strategy, hops, control }) =>
      strategy === lane.strategy &&
      control === undefined &&
      (hops === 0 || (strategy === 'none' && hops === undefined)),
  );

/** For each strategy what each further service adds, and what of that it takes to know the caller. */
function hopFindings(trials: readonly TrialObservation[]): Finding[] {
  const chains = lanesIn(trials, aloneWith).filter(({ factors }) => Number(factors.hops ?? 0) > 0);
  const strategyOf = ({ row }: LaneInBlock) => String(row.strategy);
  const calls = chains.filter((lane) => strategyOf(lane) === 'none');
  return [...Map.groupBy(chains, strategyOf)].map(([strategy, own]) => {
    const perHop = own.map(ofOneHop);
    const knowing = own.flatMap((lane) => {
      const call = calls.find(({ trial }) => trial === lane.trial);
      return call && strategy !== 'none' ? [minus(ofOneHop(lane), ofOneHop(call))] : [];
    });
    const scale = perHop.reduce((sum, { value }) => sum + value, 0) / perHop.length;
    return {
      experiment: name,
      factors: { strategy, ...(isSigned(strategy) ? { alg: 'HS256' } : {}) },
      measures: {
        cpuPerHop: estimateOver('cpuPerHop', perHop, scale),
        ...(knowing.length > 0 ? { knowingPerHop: estimateOver('knowingPerHop', knowing, scale) } : {}),
      },
      trials: { completed: own.length, void: 0, failed: 0 },
    };
  });
}

const ofOneHop = ({ factors, values }: LaneInBlock): BlockValue => scaled(values.added, 1 / Number(factors.hops));

const minus = (a: BlockValue, b: BlockValue): BlockValue => ({
  value: a.value - b.value,
  variance: a.variance + b.variance,
});

function sentenceOn({ factors, measures: { cpuPerHop: whole, knowingPerHop: knowing } }: Finding): string[] {
  if (!whole) return [];
  const label = factors.strategy === 'none' ? 'without authentication' : `with ${strategyLabel(factors)}`;
  const part = knowing ? `, ${addedText(knowing)} of it for authentication` : '';
  return [`Each extra hop adds ${addedText(whole)} of CPU ${label}${part}.`];
}
