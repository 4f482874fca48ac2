// Do the verdicts of a comparison hold? Blocks of the same server on both sides, and of servers with a known overhead at head.
import { blocksIn } from '../analyse/comparison.ts';
import { deviationOf } from '../analyse/intervals.ts';
import { median } from '../analyse/median.ts';
import { ratioMeasure } from '../analyse/ratio.ts';
import type { VerdictRule } from '../analyse/verdict.ts';
import { percentText, shareText, thousands } from '../catalogue/format.ts';
import { asMeasure } from '../catalogue/measures.ts';
import { alwaysAvailable, type Experiment, type TrialContext } from '../experiments/contract.ts';
import { readGates } from '../plan/gates.ts';
import { type Random, seededRandom, seedFor } from '../plan/random.ts';
import type { Verdict } from '../record/comparison.ts';
import { BenchError } from '../record/errors.ts';
import type { Outcome, TrialObservation } from '../record/observation.ts';
import type { Finding, Measure } from '../record/report.ts';
import { runSides, type SidesWork } from '../trial/sides.ts';
import { coverage, verdictRates } from './verdict-rates.ts';
import { type ComparedWork, comparedServers } from './workloads.ts';

/** The strategy into which costs are put. */
const slowed = 'jwt';

/** Extra CPU per request that is put in, as shares. */
const injected = [0.02, 0.05, 0.1];

/** Blocks of equal sides, in cells: the false-positive rate needs most of them. */
const cellsOfEqualSides = { jwt: 3, session: 1 };

const measure = 'cpuPerRequest';

export const verdictsGiven: Experiment<ComparedWork> = {
  name: 'verdicts-given',
  question:
    'How often does a comparison of equal servers end with a change, and how often does it find a cost that is there?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  cells: () => [
    ...Object.entries(cellsOfEqualSides).flatMap(([strategy, cells]) =>
      Array.from({ length: cells }, (_, part) => ({ strategy, injected: 0, part: part + 1 })),
    ),
    ...injected.map((share) => ({ strategy: slowed, injected: share, part: 1 })),
  ],
  workloads: comparedServers,
  blocks: ({ blocks }) => blocks,
  async run({ strategy, injected: share, part }, context, { sides: work }) {
    const own = { ...context, seed: seedFor(context.seed, `part ${part}`) };
    if (share !== 0) return runInjected(await microsecondsFor(Number(share), context, work), own, work);
    return runSides({ strategies: [String(strategy)], work, base: {}, head: {} }, own);
  },
  derive: (trials) => {
    const cells = Map.groupBy(trials, ({ factors }) => `${factors.strategy} ${factors.injected}`);
    const place = ({ factors }: Finding) => `${factors.strategy} ${Number(factors.injected).toFixed(3)}`;
    return [...cells.values()].flatMap(verdictFindings).sort((a, b) => (place(a) < place(b) ? -1 : 1));
  },
  answer: (findings) =>
    findings.flatMap(({ factors, measures }) => {
      const { costRatio, regressedRate, improvedRate, blocksP95, secondsP95 } = measures;
      if (!costRatio) return [];
      const what = percentText(costRatio);
      if (!regressedRate || !improvedRate || !blocksP95 || !secondsP95) {
        const cell = `${factors.strategy}, ${Number(factors.injected) * 100} % more CPU`;
        return [`${cell}: measured as ${what}; so few blocks are not enough to draw comparisons from.`];
      }
      if (factors.injected === 0) {
        const share = ({ value, high }: Measure) =>
          `${(value * 100).toFixed(1)} % (up to ${(high * 100).toFixed(0)} %)`;
        return [
          `Two copies of one ${factors.strategy} server differ by ${what}; of ${thousands(draws)} comparisons drawn from these ${costRatio.replicates} blocks ${share(regressedRate)} end with "regressed" and ${share(improvedRate)} with "improved".`,
          coverageSentence(factors.strategy, measures),
        ];
      }
      const effort = `within ${blocksP95.value} blocks and ${Math.round(secondsP95.value)} s, 19 times in 20`;
      return [
        `${Number(factors.injected) * 100} % more CPU, measured as ${what} (over whole loads ${percentText(measures.wholeCostRatio as Measure)}), is found in ${shareText(regressedRate)} of comparisons of this strategy alone, ${effort}.`,
      ];
    }),
};

function coverageSentence(strategy: unknown, { intervalCoverage: held }: Finding['measures']): string {
  const { rule } = ruleFor(String(strategy));
  const wanted = (lookConfidence(rule) * 100).toFixed(1);
  return `Over ${rule.looks.at(-1)} such blocks a ${wanted} % interval holds their mean in ${shareText(held as Measure)} of draws.`;
}

const lookConfidence = ({ looks, risk }: VerdictRule) => 1 - (2 * risk) / looks.length;

/** The margin of a strategy's gate, and the rule of a comparison, as strict as the first of its gates by CPU has to be (Holm). */
function ruleFor(strategy: string): { margin: number; rule: VerdictRule } {
  const { looks, risk, gates } = readGates();
  const byCpu = gates.filter((gate) => gate.measure === measure);
  const margin = byCpu.find((gate) => gate.strategy === strategy)?.margin;
  if (margin === undefined) throw new BenchError('BAD_GATES', `no gate of gates.json is ${strategy} by ${measure}`);
  return { margin, rule: { looks, risk: risk / byCpu.length } };
}

/** Blocks of equal servers from which the cost of a request is found out. */
const pilots = 4;

/** The CPU time that adds a share to the cost of a request, in microseconds; what a request costs is found out once a run. */
async function microsecondsFor(share: number, context: TrialContext, work: SidesWork): Promise<number> {
  const cost = await context.scope.once('cost of a request', () => costOfRequest(context, work));
  return (share * cost) / 1e3;
}

/** CPU nanoseconds of a request. */
async function costOfRequest(context: TrialContext, work: SidesWork): Promise<number> {
  const costs: number[] = [];
  for (let pilot = 0; pilot < pilots; pilot += 1) {
    const outcome = await runInjected(0, { ...context, block: pilot, seed: pilot }, work);
    costs.push(...blocksIn([{ outcome }], slowed).map(({ baseCost }) => baseCost));
  }
  if (costs.length === 0) throw new BenchError('PROCESS_FAILED', 'no pilot told the cost of a request');
  return median(costs);
}

/** A block whose head costs so many microseconds a request more. Base has the hook, too, so that only the cost differs. */
const runInjected = (microseconds: number, context: TrialContext, work: SidesWork): Promise<Outcome> =>
  runSides(
    {
      strategies: [slowed],
      work,
      base: { injectedMicroseconds: 0 },
      head: { injectedMicroseconds: microseconds },
    },
    context,
  );

/** Fewer blocks than this are too few to draw comparisons from. */
const fewestBlocks = 8;

/** Draws for each rate, and how often the blocks themselves are drawn anew for its interval. */
const draws = 2_000;
const redraws = 100;
const drawsOfRedraw = 200;

/**
 * What never came may still be this frequent (the rule of three: Hanley and Lippman-Hand, JAMA 249, 1983). However often comparisons
 * are drawn from the same blocks, these are no more than what the blocks make without using one twice.
 */
const unseenIn = (blocks: number, { looks }: VerdictRule): number =>
  Math.min(1, 3 / Math.max(1, Math.floor(blocks / (looks[0] as number))));

/** What the rule would have said of comparisons made of the blocks of one strategy with one injected share. */
function verdictFindings(trials: readonly TrialObservation[]): Finding[] {
  const { strategy, injected: share } = (trials[0] as TrialObservation).factors as {
    strategy: string;
    injected: number;
  };
  const { margin, rule } = ruleFor(strategy);
  const blocks = blocksIn(trials, strategy);
  if (blocks.length === 0) return [];
  const logRatios = blocks.map(({ logRatio }) => logRatio);
  const ofWholes = blocks.map(({ wholeRatio }) => Math.log(wholeRatio));
  const random = seededRandom(blocks.length, `verdicts ${strategy} ${share}`);
  const secondsPerBlock = median(trials.map(({ seconds }) => seconds));
  const enough = blocks.length >= fewestBlocks;
  const measures = {
    costRatio: ratioMeasure('costRatio', logRatios),
    wholeCostRatio: ratioMeasure('wholeCostRatio', ofWholes),
    ...(enough ? rateMeasures(logRatios, secondsPerBlock, margin, rule, random) : {}),
    ...(enough && share === 0 ? coverageMeasure(logRatios, rule, random) : {}),
  };
  const counts = { completed: blocks.length, void: 0, failed: 0 };
  return [{ experiment: 'verdicts-given', factors: { strategy, injected: share }, measures, trials: counts }];
}

/** How often each verdict is given, and after how many blocks and seconds. */
function rateMeasures(
  logRatios: readonly number[],
  secondsPerBlock: number,
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
  const { length: n } = logRatios;
  const rate = (name: string, verdict: Verdict) => {
    const sorted = again.map((rates) => rates[verdict]).sort((a, b) => a - b);
    const at = (quantile: number) => sorted[Math.floor(quantile * (redraws - 1))] as number;
    const value = found.rates[verdict];
    const interval = {
      low: Math.min(value, at(0.025), value === 1 ? 1 - unseen : 1),
      high: Math.max(value, at(0.975), value === 0 ? unseen : 0),
      confidence: 0.95,
    };
    return { [name]: asMeasure(name, { value, ...interval }, n) };
  };
  return {
    ...plain('deviation', deviationOf(logRatios), n),
    ...rate('regressedRate', 'regressed'),
    ...rate('improvedRate', 'improved'),
    ...rate('inconclusiveRate', 'inconclusive'),
    ...plain('blocksMedian', found.blocksMedian, n),
    ...plain('blocksP95', found.blocksP95, n),
    ...plain('secondsP95', found.blocksP95 * secondsPerBlock, n),
  };
}

/** How often the interval of the last look holds the mean of what it was drawn from. */
function coverageMeasure(logRatios: readonly number[], rule: VerdictRule, random: Random): Record<string, Measure> {
  const last = rule.looks.at(-1) as number;
  const held = coverage(logRatios, last, lookConfidence(rule), draws, random);
  return plain('intervalCoverage', held, logRatios.length);
}

/** A figure without an interval of its own. */
const plain = (name: string, value: number, blocks: number): Record<string, Measure> => ({
  [name]: asMeasure(name, { value, low: value, high: value, confidence: 0 }, blocks),
});
