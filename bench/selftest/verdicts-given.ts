// Do the verdicts of a comparison hold? Pairs of the same server, and of servers that are dearer by a known share.

import { deviationOf } from '../analyse/intervals.ts';
import { median } from '../analyse/median.ts';
import { pairedLogRatio, wholeCostRatio } from '../analyse/pair.ts';
import { ratioMeasure } from '../analyse/ratio.ts';
import type { VerdictRule } from '../analyse/verdict.ts';
import { percentText, shareText, thousands } from '../analyse/wording.ts';
import type { Experiment, TrialContext } from '../experiments/contract.ts';
import { readGates } from '../plan/gates.ts';
import { type Random, seededRandom } from '../plan/random.ts';
import type { Verdict } from '../record/comparison.ts';
import { BenchError } from '../record/errors.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import { type PairWork, pairsUnavailable, runPair } from '../trial/paired-trial.ts';
import { type PairsWork, pairsOfServers } from './amounts.ts';
import { coverage, verdictRates } from './verdict-rates.ts';

/** The strategy into which costs are put. */
const dearer = 'jwt';

/** Extra CPU per request that is put in, as shares. */
const injected = [0.02, 0.05, 0.1];

/** Pairs without an injected cost, for each strategy that gates, in cells: the false alarms need most of them. */
const cellsOfEqualPairs = { jwt: 3, session: 1 };

const measure = 'cpuPerRequest.servers';

export const verdictsGiven: Experiment<PairsWork> = {
  name: 'verdicts-given',
  question: 'How often does a comparison raise a false alarm, and how often does it find a cost that is there?',
  takesTargets: false,
  unavailable: pairsUnavailable,
  cells: () => [
    ...Object.entries(cellsOfEqualPairs).flatMap(([strategy, cells]) =>
      Array.from({ length: cells }, (_, part) => ({ strategy, injected: 0, part: part + 1 })),
    ),
    ...injected.map((share) => ({ strategy: dearer, injected: share, part: 1 })),
  ],
  amounts: pairsOfServers,
  blocks: ({ pairs }) => pairs,
  async run({ strategy, injected: share, part }, context, { pair: work }) {
    const own = { ...context, seed: context.seed * 10 + Number(part) };
    if (share !== 0) return runInjected(await microsecondsFor(Number(share), context, work), own, work);
    return runPair({ strategy: String(strategy), algorithm: 'HS256', work, base: {}, head: {} }, own);
  },
  derive: (trials) => {
    const cells = Map.groupBy(trials, ({ factors }) => `${factors.strategy} ${factors.injected}`);
    const place = ({ factors }: Finding) => `${factors.strategy} ${Number(factors.injected).toFixed(3)}`;
    return [...cells.values()].flatMap(verdictFindings).sort((a, b) => (place(a) < place(b) ? -1 : 1));
  },
  answer: (findings) =>
    findings.flatMap(({ factors, measures }) => {
      const { costRatio, regressedRate, improvedRate, pairsP95, loadSecondsP95 } = measures;
      if (!costRatio) return [];
      const what = percentText(costRatio);
      if (!regressedRate || !improvedRate || !pairsP95 || !loadSecondsP95) {
        const cell = `${factors.strategy}, ${Number(factors.injected) * 100} % more CPU`;
        return [`${cell}: measured as ${what}; so few pairs are not enough to draw comparisons from.`];
      }
      if (factors.injected === 0) {
        const share = ({ value, high }: Measure) =>
          `${(value * 100).toFixed(1)} % (up to ${(high * 100).toFixed(0)} %)`;
        return [
          `Two copies of one ${factors.strategy} server differ by ${what}; of ${thousands(draws)} comparisons drawn from these ${costRatio.replicates} pairs ${share(regressedRate)} end with "regressed" and ${share(improvedRate)} with "improved".`,
          coverageSentence(factors.strategy, measures),
        ];
      }
      const effort = `within ${pairsP95.value} pairs and ${Math.round(loadSecondsP95.value)} s of load, 19 times in 20`;
      return [
        `${Number(factors.injected) * 100} % more CPU, measured as ${what} (by the servers' own account ${percentText(measures.wholeCostRatio as Measure)}), is found in ${shareText(regressedRate)} of comparisons, ${effort}.`,
      ];
    }),
};

/** What the choice of the interval rests on. */
function coverageSentence(strategy: unknown, measures: Finding['measures']): string {
  const { looks, risk } = ruleFor(String(strategy)).rule;
  const held = (kind: 'T' | 'Bca') =>
    looks.map((n) => shareText(measures[`coverage${kind}${n}`] as Measure)).join(', ');
  const wanted = ((1 - (2 * risk) / looks.length) * 100).toFixed(1);
  return `Over ${looks.join(', ')} such pairs a ${wanted} % t interval holds their mean in ${held('T')} of draws, a BCa interval in ${held('Bca')}; the verdicts use t.`;
}

/** The margin of a strategy's gate, and the rule of a comparison, as strict as the first of its gates by CPU has to be (Holm). */
function ruleFor(strategy: string): { margin: number; rule: VerdictRule } {
  const { looks, risk, gates } = readGates();
  const byCpu = gates.filter((gate) => gate.measure === measure);
  const margin = byCpu.find((gate) => gate.strategy === strategy)?.margin;
  if (margin === undefined) throw new BenchError('BAD_GATES', `no gate of gates.json is ${strategy} by ${measure}`);
  return { margin, rule: { looks, risk: risk / byCpu.length } };
}

/** Pairs of equal servers from which the cost of a request is found out. */
const pilotPairs = 4;

/** The CPU time that adds a share to the cost of a request, in microseconds; what a request costs is found out once a run. */
async function microsecondsFor(share: number, context: TrialContext, work: PairWork): Promise<number> {
  const cost = await context.scope.once('cost of a request', () => costOfRequest(context, work));
  return share * cost * 1e6;
}

/** CPU seconds of a request, as the servers themselves were told of them: not in the way that is on trial here. */
async function costOfRequest(context: TrialContext, work: PairWork): Promise<number> {
  const costs: number[] = [];
  for (let pilot = 0; pilot < pilotPairs; pilot += 1) {
    const outcome = await runInjected(0, { ...context, block: pilot, seed: pilot }, work);
    const facts = outcome.status === 'completed' ? outcome.rows[0]?.facts : undefined;
    if (facts?.type !== 'pair' || facts.base.cpuSeconds === undefined) continue;
    costs.push(facts.base.cpuSeconds / (work.slices * work.requestsPerSlice));
  }
  if (costs.length === 0) throw new BenchError('PROCESS_FAILED', 'no pilot pair told the cost of a request');
  return median(costs);
}

/** A pair whose head costs so many microseconds a request more. Base has the hook, too, so that only the cost differs. */
const runInjected = (microseconds: number, context: TrialContext, work: PairWork) =>
  runPair(
    {
      strategy: dearer,
      algorithm: 'HS256',
      work,
      base: { injectedMicroseconds: 0 },
      head: { injectedMicroseconds: microseconds },
    },
    context,
  );

/** Fewer pairs than this are too few to draw comparisons from. */
const fewestPairs = 8;

/** Draws for each rate, and how often the pairs themselves are drawn anew for its interval. */
const draws = 2_000;
const redraws = 100;
const drawsOfRedraw = 200;

/**
 * What never came may still be this frequent (the rule of three: Hanley and Lippman-Hand, JAMA 249, 1983). However often comparisons
 * are drawn from the same pairs, these are no more than what the pairs make without using one twice.
 */
const unseenIn = (pairs: number, { looks }: VerdictRule): number =>
  Math.min(1, 3 / Math.max(1, Math.floor(pairs / (looks[0] as number))));

/** What the rule would have said of comparisons made of the pairs of one strategy with one injected share. */
function verdictFindings(trials: readonly TrialObservation[]): Finding[] {
  const { strategy, injected: share } = (trials[0] as TrialObservation).factors as {
    strategy: string;
    injected: number;
  };
  const { margin, rule } = ruleFor(strategy);
  const pairs = trials.flatMap(({ outcome }) =>
    outcome.status === 'completed' ? outcome.rows.flatMap(({ facts }) => (facts.type === 'pair' ? [facts] : [])) : [],
  );
  if (pairs.length === 0) return [];
  const logRatios = pairs.map(pairedLogRatio);
  const ofWholes = pairs.map((pair) => Math.log(wholeCostRatio(pair) ?? Number.NaN));
  const random = seededRandom(pairs.length, `verdicts ${strategy} ${share}`);
  const secondsPerPair = median(pairs.map(({ loadSeconds }) => loadSeconds));
  const enough = pairs.length >= fewestPairs;
  const measures = {
    costRatio: ratioMeasure(logRatios, 'lower'),
    wholeCostRatio: ratioMeasure(ofWholes, 'lower'),
    ...(enough ? rateMeasures(logRatios, secondsPerPair, margin, rule, random) : {}),
    ...(enough && share === 0 ? coverageMeasures(logRatios, rule, random) : {}),
  };
  const counts = { completed: pairs.length, void: 0, failed: 0 };
  return [{ experiment: 'verdicts-given', factors: { strategy, injected: share }, measures, trials: counts }];
}

/** How often each verdict is given, and after how many pairs and seconds of load. */
function rateMeasures(
  logRatios: readonly number[],
  secondsPerPair: number,
  margin: number,
  rule: VerdictRule,
  random: Random,
): Record<string, Measure> {
  const found = verdictRates(logRatios, margin, rule, draws, random);
  const again = Array.from({ length: redraws }, () => {
    const drawn = logRatios.map(() => logRatios[random.below(logRatios.length)] as number);
    return verdictRates(drawn, margin, rule, drawsOfRedraw, random).rates;
  });
  const unseen = unseenIn(logRatios.length, rule);
  const rate = (verdict: Verdict): Measure => {
    const sorted = again.map((rates) => rates[verdict]).sort((a, b) => a - b);
    const at = (quantile: number) => sorted[Math.floor(quantile * (redraws - 1))] as number;
    const value = found.rates[verdict];
    const interval = {
      low: Math.min(value, at(0.025), value === 1 ? 1 - unseen : 1),
      high: Math.max(value, at(0.975), value === 0 ? unseen : 0),
      confidence: 0.95,
    };
    return { value, ...interval, unit: '1', better: 'neither', replicates: logRatios.length };
  };
  return {
    deviation: plain(deviationOf(logRatios), '1', logRatios),
    regressedRate: rate('regressed'),
    improvedRate: rate('improved'),
    inconclusiveRate: rate('inconclusive'),
    pairsMedian: plain(found.pairsMedian, '1', logRatios),
    pairsP95: plain(found.pairsP95, '1', logRatios),
    loadSecondsP95: plain(found.pairsP95 * secondsPerPair, 's', logRatios),
  };
}

/** How often the two kinds of interval hold the mean of what they were drawn from, at the confidence of a look. */
function coverageMeasures(logRatios: readonly number[], rule: VerdictRule, random: Random): Record<string, Measure> {
  const confidence = 1 - (2 * rule.risk) / rule.looks.length;
  const held = (n: number, kind: 't' | 'BCa') => coverage(logRatios, n, confidence, kind, draws, random);
  return Object.fromEntries(
    rule.looks.flatMap((n) => [
      [`coverageT${n}`, plain(held(n, 't'), '1', logRatios)],
      [`coverageBca${n}`, plain(held(n, 'BCa'), '1', logRatios)],
    ]),
  );
}

/** A figure without an interval of its own. */
const plain = (value: number, unit: string, pairs: readonly number[]): Measure => {
  return { value, low: value, high: value, confidence: 0, unit, better: 'neither', replicates: pairs.length };
};
