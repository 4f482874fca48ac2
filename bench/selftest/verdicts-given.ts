// Do the verdicts of a comparison hold? Pairs of the same server, and of servers that are dearer by a known share.

import { median } from '../analyse/bootstrap.ts';
import { deviationOf, meanOf } from '../analyse/intervals.ts';
import { pairedLogRatio } from '../analyse/pair.ts';
import { ratioMeasure } from '../analyse/ratio.ts';
import type { VerdictRule } from '../analyse/verdict.ts';
import { coverage, verdictRates } from '../analyse/verdict-rates.ts';
import { percentText, shareText } from '../analyse/wording.ts';
import { alwaysAvailable, type Experiment, type TrialContext } from '../experiments/contract.ts';
import { runPair } from '../experiments/paired-trial.ts';
import { readGates } from '../plan/gates.ts';
import { seededRandom } from '../plan/random.ts';
import type { TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';

const strategy = 'jwt';

/** Extra CPU per request that is put in, as shares. */
const injected = [0.02, 0.05, 0.1];

/** Pairs without an injected cost come in three cells, for the false alarms need most of them. */
const cellsOfEqualPairs = 3;

/** The margin under test: the default of gates.json for CPU. */
const margin = 0.03;

export const verdictsGiven: Experiment = {
  name: 'verdicts-given',
  question: 'How often does a comparison raise a false alarm, and how often does it find a cost that is there?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  cells: () => [
    ...Array.from({ length: cellsOfEqualPairs }, (_, part) => ({ injected: 0, part: part + 1 })),
    ...injected.map((share) => ({ injected: share, part: 1 })),
  ],
  blocks: ({ selfTest }) => selfTest.pairs,
  async run({ injected: share, part }, context) {
    const { pair: work } = context.profile.selfTest;
    const seed = context.seed * 10 + Number(part);
    const head = share === 0 ? {} : { injectedTurns: await turnsFor(Number(share), context) };
    return runPair({ strategy, algorithm: 'HS256', work, base: {}, head }, { ...context, seed });
  },
  derive: (trials) => {
    const rule = readGates();
    return [0, ...injected].flatMap((share) => verdictFindings(trials, share, rule));
  },
  answer: (findings) =>
    findings.flatMap(({ factors, measures: { costRatio, regressedRate, improvedRate, pairsP95, loadSecondsP95 } }) => {
      if (!regressedRate || !improvedRate || !pairsP95 || !loadSecondsP95 || !costRatio) return [];
      const [share, what] = [Number(factors.injected), percentText(costRatio)];
      const effort = `within ${pairsP95.value} pairs and ${Math.round(loadSecondsP95.value)} s of load, 19 times in 20`;
      return share === 0
        ? [
            `Two copies of one server differ by ${what}; of such comparisons ${shareText(regressedRate)} end with "regressed" and ${shareText(improvedRate)} with "improved" (${costRatio.trials} pairs).`,
          ]
        : [
            `${share * 100} % more CPU, measured as ${what}, is found in ${shareText(regressedRate)} of comparisons, ${effort}.`,
          ];
    }),
};

/** Turns at which the cost of an injection is found out: one of hooking into requests, and one of each turn. */
const pilotTurns = [0.5, 3] as const;

const pilotPairs = 6;

/** How many turns make a request dearer by a share; found out once a run, by a line through two pilots. */
async function turnsFor(share: number, context: TrialContext): Promise<number> {
  const [few, many] = await context.scope.once('cost of injected turns', async () => [
    await costAt(pilotTurns[0], context),
    await costAt(pilotTurns[1], context),
  ]);
  const perTurn = ((many as number) - (few as number)) / (pilotTurns[1] - pilotTurns[0]);
  return Math.max(0.01, pilotTurns[0] + (share - (few as number)) / perTurn);
}

/** The share by which so many injected turns make a request dearer. */
async function costAt(injectedTurns: number, context: TrialContext): Promise<number> {
  const logRatios: number[] = [];
  for (let pilot = 0; pilot < pilotPairs; pilot += 1) {
    const order = { strategy, algorithm: 'HS256', work: context.profile.selfTest.pair, base: {} } as const;
    const outcome = await runPair({ ...order, head: { injectedTurns } }, { ...context, seed: pilot });
    const facts = outcome.status === 'failed' ? undefined : outcome.rows[0]?.facts;
    if (facts?.type === 'pair') logRatios.push(pairedLogRatio(facts));
  }
  return Math.exp(meanOf(logRatios)) - 1;
}

/** Fewer pairs than this are too few to draw comparisons from. */
const fewestPairs = 8;

/** Draws for each rate, and how often the pairs themselves are drawn anew for its interval. */
const draws = 2_000;
const redraws = 100;
const drawsOfRedraw = 200;

/** What the default rule would have said of comparisons made of these pairs. */
function verdictFindings(trials: readonly TrialObservation[], share: number, rule: VerdictRule): Finding[] {
  const pairs = trials.flatMap(({ factors, outcome }) =>
    factors.injected === share && outcome.status === 'completed'
      ? outcome.rows.flatMap(({ facts }) => (facts.type === 'pair' ? [facts] : []))
      : [],
  );
  if (pairs.length < fewestPairs) return [];
  const logRatios = pairs.map(pairedLogRatio);
  const random = seededRandom(pairs.length, `verdicts ${share}`);
  const found = verdictRates(logRatios, margin, rule, draws, random);
  const again = Array.from({ length: redraws }, () => {
    const drawn = logRatios.map(() => logRatios[random.below(logRatios.length)] as number);
    return verdictRates(drawn, margin, rule, drawsOfRedraw, random).rates;
  });
  const rate = (verdict: 'regressed' | 'improved' | 'inconclusive' | 'pass'): Measure => {
    const sorted = again.map((rates) => rates[verdict]).sort((a, b) => a - b);
    const at = (quantile: number) => sorted[Math.floor(quantile * (redraws - 1))] as number;
    const value = found.rates[verdict];
    return {
      value,
      low: Math.min(value, at(0.025)),
      high: Math.max(value, at(0.975)),
      confidence: 0.95,
      unit: '1',
      better: 'neither',
      trials: pairs.length,
    };
  };
  const plain = (value: number, unit: string): Measure => ({
    value,
    low: value,
    high: value,
    confidence: 0,
    unit,
    better: 'lower',
    trials: pairs.length,
  });
  const secondsPerPair = median(pairs.map(({ loadSeconds }) => loadSeconds));
  const measures: Record<string, Measure> = {
    costRatio: ratioMeasure(logRatios, 'lower'),
    deviation: plain(deviationOf(logRatios), '1'),
    regressedRate: rate('regressed'),
    improvedRate: rate('improved'),
    inconclusiveRate: rate('inconclusive'),
    pairsMedian: plain(found.pairsMedian, '1'),
    pairsP95: plain(found.pairsP95, '1'),
    loadSecondsP95: plain(found.pairsP95 * secondsPerPair, 's'),
  };
  if (share === 0) {
    for (const n of rule.looks) {
      measures[`coverageT${n}`] = plain(coverage(logRatios, n, 0.95, 't', 2_000, random), '1');
      measures[`coverageBca${n}`] = plain(coverage(logRatios, n, 0.95, 'BCa', 2_000, random), '1');
    }
  }
  return [
    {
      experiment: 'verdicts-given',
      factors: { injected: share },
      measures,
      trials: { completed: pairs.length, void: 0, failed: 0 },
    },
  ];
}
