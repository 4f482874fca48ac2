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
    const own = { ...context, seed: context.seed * 10 + Number(part) };
    if (share !== 0) return runInjected(await turnsFor(Number(share), context), own);
    const { pair: work } = context.profile.selfTest;
    return runPair({ strategy, algorithm: 'HS256', work, base: {}, head: {} }, own);
  },
  derive: (trials) => {
    const rule = readGates();
    return [0, ...injected].flatMap((share) => verdictFindings(trials, share, rule));
  },
  answer: (findings) =>
    findings.flatMap(({ factors, measures }) => {
      const { costRatio, regressedRate, improvedRate, pairsP95, loadSecondsP95 } = measures;
      if (!regressedRate || !improvedRate || !pairsP95 || !loadSecondsP95 || !costRatio) return [];
      const what = percentText(costRatio);
      if (factors.injected === 0) {
        return [
          `Two copies of one server differ by ${what}; of such comparisons ${shareText(regressedRate)} end with "regressed" and ${shareText(improvedRate)} with "improved" (drawn from ${costRatio.trials} pairs).`,
          coverageSentence(measures),
        ];
      }
      const effort = `within ${pairsP95.value} pairs and ${Math.round(loadSecondsP95.value)} s of load, 19 times in 20`;
      return [
        `${Number(factors.injected) * 100} % more CPU, measured as ${what}, is found in ${shareText(regressedRate)} of comparisons, ${effort}.`,
      ];
    }),
};

/** What the choice of the interval rests on. */
function coverageSentence(measures: Finding['measures']): string {
  const held = (kind: 'T' | 'Bca') =>
    readGates()
      .looks.map((n) => shareText(measures[`coverage${kind}${n}`] as Measure))
      .join(', ');
  const looks = readGates().looks.join(', ');
  return `Over ${looks} such pairs a 95 % t interval holds the mean in ${held('T')} of draws, a BCa interval in ${held('Bca')}: the verdicts rest on t.`;
}

/** Turns by which the cost of one is found out: enough to be seen well, few enough to cost what single ones do. */
const pilotTurns = 2;

const pilotPairs = 8;

/** How many turns make a request dearer by a share; found out once a run. */
async function turnsFor(share: number, context: TrialContext): Promise<number> {
  const perTurn = await context.scope.once('cost of an injected turn', async () => {
    const logRatios: number[] = [];
    for (let pilot = 0; pilot < pilotPairs; pilot += 1) {
      const outcome = await runInjected(pilotTurns, { ...context, seed: pilot });
      const facts = outcome.status === 'failed' ? undefined : outcome.rows[0]?.facts;
      if (facts?.type === 'pair') logRatios.push(pairedLogRatio(facts));
    }
    return (Math.exp(meanOf(logRatios)) - 1) / pilotTurns;
  });
  return share / perTurn;
}

/** A pair in which head does so many turns of work more. Base has the hook, too, so that only the turns differ. */
const runInjected = (turns: number, context: TrialContext) =>
  runPair(
    {
      strategy,
      algorithm: 'HS256',
      work: context.profile.selfTest.pair,
      base: { injectedTurns: 0 },
      head: { injectedTurns: turns },
    },
    context,
  );

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
