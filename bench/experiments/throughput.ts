// How many requests/s, and at what CPU, does each way of knowing the caller carry beside no authentication at all? All of them are
// measured side by side in one trial: what is compared was loaded seconds apart.
import { type Algorithm, algorithms } from '../../servers/tokens/algorithms.ts';
import { compare, findingWith, rateText, ratioText, strategyLabel } from '../analyse/wording.ts';
import { asksAuthorizationServer, isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import type { Finding } from '../record/report.ts';
import { alwaysAvailable, type Experiment, strategiesOf, type TrialContext } from './contract.ts';
import { measureSideBySide } from './side-by-side.ts';
import { useAll, withTestBeds } from './test-bed.ts';

/**
 * The authorization server's answers are kept as long as the trial lasts: what is counted is a hit, as of every other cache. How often
 * it is none depends on how soon each caller comes again; it then costs what `opaque` does.
 */
const keptThroughout = { INTROSPECTION_CACHE_SECONDS: '3600' };

export const throughput: Experiment = {
  name: 'throughput',
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
  answer(findings) {
    const sentences = headToHead.flatMap((pair) => comparisonOf(findings, pair));
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
    const compared: readonly Algorithm[] = strategy === 'jwt' ? algorithms : ['HS256'];
    return compared.map((alg) => ({ strategy, alg, instances: 1 }));
  });
}

/** What readers ask first: each with the words for it, the one that remembers before the one that carries. */
const headToHead: readonly (readonly [Named, Named])[] = [
  [
    { factors: { strategy: 'session' }, words: 'A session in Redis (express-session)' },
    { factors: { strategy: 'jwt', alg: 'HS256' }, words: 'a signed token (HS256) that is good until it expires' },
  ],
  [
    { factors: { strategy: 'session' }, words: 'A session in Redis (express-session)' },
    { factors: { strategy: 'jwt+redis-blocklist' }, words: 'a signed token with a blocklist in Redis' },
  ],
  [
    { factors: { strategy: 'session-native' }, words: 'A session in Redis (@fastify/session)' },
    { factors: { strategy: 'jwt', alg: 'HS256' }, words: 'a signed token (HS256) that is good until it expires' },
  ],
];

interface Named {
  readonly factors: Factors;
  readonly words: string;
}

/** One sentence on two strategies, by their ratios to no authentication; none where either was not measured. */
function comparisonOf(findings: readonly Finding[], [one, other]: readonly [Named, Named]): string[] {
  const [its, others] = [one, other].map(({ factors }) => findingWith(findings, factors)?.measures.throughputRatio);
  if (!its || !others) return [];
  const figures = `${its.value.toFixed(2)} against ${others.value.toFixed(2)} of no authentication`;
  const verdict = compare(its, others);
  if (verdict !== 'cannot tell') return [`${one.words} carries ${verdict} than ${other.words}: ${figures}.`];
  const subject = `${one.words.charAt(0).toLowerCase()}${one.words.slice(1)}`;
  return [`Whether ${subject} carries more or less than ${other.words} cannot be told from these trials: ${figures}.`];
}
