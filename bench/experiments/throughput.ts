// How many requests/s, and at what CPU, does each way of knowing the caller carry beside no authentication at all? All of them are
// measured side by side in one trial: what is compared was loaded seconds apart.
import { type Algorithm, algorithms } from '../../servers/tokens/algorithms.ts';
import { findingsBesideRivals, headToHeadSentences } from '../analyse/head-to-head.ts';
import { findingWith, rateText, ratioText, strategyLabel } from '../analyse/wording.ts';
import { asksAuthorizationServer, isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import { keptThroughout } from '../rig/topology.ts';
import { alwaysAvailable, type Experiment, strategiesOf, type TrialContext } from './contract.ts';
import { measureSideBySide } from './side-by-side.ts';
import { useAll, withTestBeds } from './test-bed.ts';

const name = 'throughput';

export const throughput: Experiment = {
  name,
  question:
    'How many requests/s does one instance carry with each way of knowing the caller, beside no authentication at all?',
  takesTargets: true,
  unavailable: alwaysAvailable,
  cells: () => [{}],
  run: (_factors, context) => {
    const systems = systemsIn(context);
    const orders = systems.map(({ strategy, alg = 'HS256' }) => ({
      strategy: String(strategy),
      algorithm: alg as Algorithm,
      instances: 1,
      users: context.profile.users,
      ...(asksAuthorizationServer(String(strategy)) ? { settings: keptThroughout } : {}),
    }));
    return withTestBeds(orders, context, async (beds) => {
      for (const bed of beds) await useAll(bed);
      const sides = beds.map((bed, index) => ({ bed, factors: systems[index] as Factors }));
      return measureSideBySide(sides, context.profile.throughput, context);
    });
  },
  derive: (trials) => findingsBesideRivals(trials, name),
  answer(findings) {
    const sentences = headToHeadSentences(findings);
    const baseline = findingWith(findings, { strategy: 'none' })?.measures.requestsPerSecond;
    if (baseline) sentences.push(`Without authentication one instance carries ${rateText(baseline)}.`);
    for (const { factors, measures } of findings) {
      const { throughputRatio: ratio, requestsPerSecond: rate } = measures;
      if (factors.strategy === 'none' || !rate) continue;
      const share = ratio ? `${ratioText(ratio)} of that: ` : '';
      sentences.push(`${strategyLabel(factors)} carries ${share}${rateText(rate)}.`);
    }
    return sentences;
  },
};

/** The factors of each system that is measured: of others' servers, or of every strategy, by algorithm where that is what is compared. */
function systemsIn(context: TrialContext): Factors[] {
  if (context.targets) return Object.entries(context.targets).map(([strategy, target]) => ({ strategy, target }));
  return strategiesOf(context, null).flatMap((strategy): Factors[] => {
    if (!isSigned(strategy)) return [{ strategy, instances: 1 }];
    const all = strategy === 'jwt' && context.block < context.profile.throughput.algorithmBlocks;
    const compared: readonly Algorithm[] = all ? algorithms : ['HS256'];
    return compared.map((alg) => ({ strategy, alg, instances: 1 }));
  });
}
