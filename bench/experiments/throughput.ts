// How many requests/s, and at what CPU, does each way of knowing the caller carry beside no authentication at all? All of them are
// measured side by side in one trial: what is compared was loaded seconds apart.
import { type Algorithm, algorithms } from '../../servers/tokens/algorithms.ts';
import { findingsBesideRivals, headToHeadSentences } from '../analyse/head-to-head.ts';
import { findingWith, rateText, ratioText, strategyLabel } from '../analyse/wording.ts';
import { type ByProfile, type WorkInTurns, warmUps } from '../plan/profiles.ts';
import { asksAuthorizationServer, isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import { keptThroughout } from '../rig/topology.ts';
import { useAll, withTestBeds } from '../trial/test-bed.ts';
import { alwaysAvailable, type Experiment, strategiesOf, type TrialContext } from './contract.ts';
import { measureSideBySide } from './side-by-side.ts';

const name = 'throughput';

/** `algorithmBlocks`: in how many blocks the algorithms of a token other than HS256 are measured, too. */
type ThroughputWork = WorkInTurns & { readonly algorithmBlocks: number };

const amounts: ByProfile<ThroughputWork> = {
  smoke: { warmUp: warmUps.smoke, requests: 200, turns: 2, algorithmBlocks: 0 },
  quick: { warmUp: warmUps.quick, requests: 1_000, turns: 8, algorithmBlocks: 1 },
  full: { warmUp: warmUps.full, requests: 2_000, turns: 20, algorithmBlocks: 3 },
};

export const throughput: Experiment<ThroughputWork> = {
  name,
  question:
    'How many requests/s does one instance carry with each way of knowing the caller, beside no authentication at all?',
  takesTargets: true,
  unavailable: alwaysAvailable,
  amounts,
  cells: () => [{}],
  run: (_factors, context, work) => {
    const systems = systemsIn(context, work);
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
      return measureSideBySide(sides, work, context);
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
      // The median rate of some trials is not that share of another's: shares are of the same rounds.
      const share = ratio ? `${ratioText(ratio)} of no authentication, loaded in the same rounds, and ` : '';
      sentences.push(`${strategyLabel(factors)} carries ${share}${rateText(rate)} at the median.`);
    }
    return sentences;
  },
};

/** The factors of each system that is measured: of others' servers, or of every strategy, by algorithm where that is what is compared. */
function systemsIn(context: TrialContext, { algorithmBlocks }: ThroughputWork): Factors[] {
  if (context.targets) return Object.entries(context.targets).map(([strategy, target]) => ({ strategy, target }));
  return strategiesOf(context, null).flatMap((strategy): Factors[] => {
    if (!isSigned(strategy)) return [{ strategy, instances: 1 }];
    const all = strategy === 'jwt' && context.block < algorithmBlocks;
    const compared: readonly Algorithm[] = all ? algorithms : ['HS256'];
    return compared.map((alg) => ({ strategy, alg, instances: 1 }));
  });
}
