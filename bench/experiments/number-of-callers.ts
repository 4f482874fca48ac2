// Does it matter how many callers there are? Each strategy stands with few of them and with many in one block: the work of a request is
// the same, but what is cached of a caller may have left the processor's caches when the next request comes.
import { addedText } from '../analyse/cost-sentences.ts';
import { sliceFindings } from '../analyse/slice-findings.ts';
import { strategyLabel } from '../analyse/wording.ts';
import { thousands } from '../catalogue/format.ts';
import { type ByProfile, type SliceWork, sliceWorks, type UsualStrategies } from '../plan/profiles.ts';
import { asksAuthorizationServer, isSigned } from '../plan/strategies.ts';
import type { Finding } from '../record/report.ts';
import { keptThroughout } from '../rig/topology.ts';
import { controlLanes, type LaneOptions, runLanes } from '../trial/lanes.ts';
import { alwaysAvailable, type CellChoices, type Experiment, strategiesOf } from './contract.ts';

/** `numbers` of distinct callers, the most first: credentials that were issued for them serve the fewer as well. */
type CallersWork = SliceWork & UsualStrategies & { readonly numbers: readonly number[] };

const workloads: ByProfile<CallersWork> = {
  smoke: {
    ...sliceWorks.smoke,
    strategies: ['session-cached'],
    numbers: [100, 20],
  },
  quick: {
    ...sliceWorks.quick,
    strategies: ['session-cached', 'jwt-cached'],
    numbers: [20_000, 200],
  },
  full: {
    ...sliceWorks.full,
    strategies: ['session-cached', 'jwt-cached', 'jwt-cached+replicated-blocklist', 'opaque-cached'],
    numbers: [20_000, 2_000, 200],
  },
};

export const numberOfCallers: Experiment<CallersWork> = {
  name: 'number-of-callers',
  question: 'Does a request cost the same with many callers as with few?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  workloads,
  seconds: { smoke: 4, quick: 45, full: 50 },
  leads: 'cpuPerRequest',
  cells: (choices, { strategies }) => measuredIn(choices, strategies).map((strategy) => ({ strategy })),
  run({ strategy }, context, work) {
    const lanes = work.numbers.map((users) => laneOf(String(strategy), users));
    return runLanes([...controlLanes(Math.min(...work.numbers)), ...lanes], context, work);
  },
  derive: (trials) =>
    // The baseline and the controls are those of `cost`.
    sliceFindings(trials, 'number-of-callers').filter(({ factors }) => factors.callers !== undefined),
  answer: (findings) =>
    [...Map.groupBy(findings, ({ factors }) => factors.strategy).values()].flatMap((own) => sentenceOn(own)),
};

const measuredIn = (choices: Pick<CellChoices, 'chosen'>, usual: readonly string[] | null) =>
  strategiesOf(choices, usual).filter((strategy) => strategy !== 'none');

const laneOf = (strategy: string, users: number): LaneOptions => ({
  factors: { strategy, ...(isSigned(strategy) ? { alg: 'HS256' } : {}), callers: users },
  bed: {
    strategy,
    algorithm: 'HS256',
    instances: 1,
    users,
    ...(asksAuthorizationServer(strategy) ? { settings: keptThroughout } : {}),
  },
});

function sentenceOn(findings: readonly Finding[]): string[] {
  const byNumber = [...findings].sort((a, b) => Number(a.factors.callers) - Number(b.factors.callers));
  const told = byNumber.flatMap(({ factors, measures: { addedCpuPerRequest: added } }) =>
    added ? [`${addedText(added)} with ${thousands(Number(factors.callers))} clients`] : [],
  );
  const [first] = byNumber;
  return first && told.length > 1 ? [`${strategyLabel(first.factors)} adds ${told.join(', ')}.`] : [];
}
