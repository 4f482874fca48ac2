// Does it matter how many callers there are? Each strategy stands with few of them and with many, all of it side by side in one trial:
// the work of a request is the same, but what is kept of a caller may have left the processor's caches when he comes again.
import { ratioBeside, samplesBehind, samplesOf } from '../analyse/beside.ts';
import { findingsOf } from '../analyse/findings.ts';
import { ratioText, strategyLabel, tellsFromOne, thousands } from '../analyse/wording.ts';
import { type ByProfile, type UsualStrategies, type WorkInTurns, warmUps } from '../plan/profiles.ts';
import { asksAuthorizationServer, isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import type { Finding } from '../record/report.ts';
import { keptThroughout } from '../rig/topology.ts';
import { useAll, withTestBeds } from '../trial/test-bed.ts';
import { alwaysAvailable, type Experiment, strategiesOf } from './contract.ts';
import { measureSideBySide } from './side-by-side.ts';

const name = 'number-of-callers';

/** `numbers` of distinct callers. */
type CallersWork = WorkInTurns & UsualStrategies & { readonly blocks: number; readonly numbers: readonly number[] };

const amounts: ByProfile<CallersWork> = {
  smoke: {
    blocks: 1,
    strategies: ['none', 'session-cached'],
    warmUp: warmUps.smoke,
    requests: 100,
    turns: 2,
    numbers: [20, 100],
  },
  quick: {
    blocks: 1,
    strategies: ['none', 'session-cached', 'jwt-cached'],
    warmUp: warmUps.quick,
    requests: 1_000,
    turns: 8,
    numbers: [200, 20_000],
  },
  full: {
    blocks: 10,
    strategies: ['none', 'session-cached', 'jwt-cached', 'jwt-cached+replicated-blocklist'],
    warmUp: warmUps.full,
    requests: 2_000,
    turns: 20,
    numbers: [200, 2_000, 20_000],
  },
};

export const numberOfCallers: Experiment<CallersWork> = {
  name,
  question: 'Does an instance carry as much for many callers as it does for few?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  amounts,
  blocks: ({ blocks }) => blocks,
  cells: (choices, { strategies }) =>
    strategiesOf(choices, strategies).some((strategy) => strategy !== 'none') ? [{}] : [],
  run(_factors, context, work) {
    // Many first: credentials that were issued for them serve the few as well.
    const numbers = work.numbers.toSorted((a, b) => b - a);
    const orders = strategiesOf(context, work.strategies).flatMap((strategy) =>
      numbers.map((users) => ({
        strategy,
        algorithm: 'HS256' as const,
        instances: 1,
        users,
        ...(asksAuthorizationServer(strategy) ? { settings: keptThroughout } : {}),
      })),
    );
    return withTestBeds(orders, context, async (beds) => {
      for (const bed of beds) await useAll(bed);
      const sides = beds.map((bed, index) => {
        const { strategy, users } = orders[index] as (typeof orders)[number];
        const alg = isSigned(strategy) ? { alg: 'HS256' } : {};
        return { bed, factors: { strategy, ...alg, callers: users, instances: 1 } };
      });
      return measureSideBySide(sides, work, context);
    });
  },
  derive(trials) {
    const samples = samplesOf(trials);
    const findings = findingsOf(trials, [name]);
    const fewest = Math.min(...findings.map(callersOf));
    return findings.map((finding) => {
      if (callersOf(finding) === fewest) return finding;
      const beside = ({ strategy }: Factors) => ({ strategy: String(strategy), callers: fewest });
      const ratio = ratioBeside(samplesBehind(finding, samples), samples, 'requestsPerSecond', beside);
      return ratio ? { ...finding, measures: { ...finding.measures, ratioToFewest: ratio } } : finding;
    });
  },
  answer(findings) {
    const fewest = thousands(Math.min(...findings.map(callersOf)));
    return findings.flatMap((finding) => {
      const { ratioToFewest: ratio, throughputRatio: toNone } = finding.measures;
      if (!ratio) return [];
      const beside =
        finding.factors.strategy === 'none' || !toNone ? '' : `, and ${ratioText(toNone)} of no authentication`;
      const verdict = tellsFromOne(ratio) ? '' : ': whether it carries less cannot be told from these trials';
      return [
        `With ${thousands(callersOf(finding))} callers ${strategyLabel(finding.factors)} carries ${ratioText(ratio)} of what it does with ${fewest}${beside}${verdict}.`,
      ];
    });
  },
};

const callersOf = ({ factors }: Finding) => Number(factors.callers);
