// What the leading question comes to, in sentences that a person can repeat. Pure.
import { plusMinus } from '../catalogue/format.ts';
import type { Factors } from '../record/facts.ts';
import type { Finding, Measure } from '../record/report.ts';
import { carriedShare } from './carried.ts';
import { controlVerdict } from './controls.ts';
import { sureDegrees } from './pooled.ts';
import { findingWith, strategyLabel } from './wording.ts';

/** "98 µs (±2)". */
export function addedText(measure: Measure): string {
  const { value, half } = plusMinus(measure);
  return `${value} µs (±${half})`;
}

/** Handler work, in milliseconds, at which it is told how much of the baseline a strategy carries. */
const handlerWork = [0, 0.5, 2, 10];

/** The sentences of `cost`. */
export function costSentences(_own: readonly Finding[], findings: readonly Finding[]): string[] {
  const own = findings.filter(({ experiment }) => experiment === 'cost');
  const baseline = findingWith(own, { strategy: 'none' })?.measures.cpuPerRequest;
  const compared = own.filter(({ measures }) => measures.addedCpuPerRequest);
  if (!baseline || compared.length === 0) return [];
  const controls = controlVerdict(findings);
  return [
    ...verdictSentences(own),
    ...handlerWork.slice(1, 3).map((work) => carriesSentence(baseline, compared, work)),
    ...hitRateSentence(own),
    ...(controls ? [controls.sentence] : []),
    ...limitSentence(findings),
    ...standInSentence(compared),
    quietSentence(compared),
  ];
}

function verdictSentences(findings: readonly Finding[]): string[] {
  const added = (factors: Factors) => findingWith(findings, factors)?.measures.addedCpuPerRequest;
  const [session, token] = [added({ strategy: 'session' }), added({ strategy: 'jwt', alg: 'HS256' })];
  const cached = ['session-cached', 'jwt-cached+replicated-blocklist'].flatMap((strategy) => {
    const measure = added({ strategy });
    return measure ? [`${strategy} ${addedText(measure)}`] : [];
  });
  return [
    ...(session && token
      ? [
          `A session look-up in Redis (express-session) adds ${addedText(session)} of CPU to a request; checking a signed token (HS256, jose) adds ${addedText(token)}.`,
        ]
      : []),
    ...(cached.length > 0 ? [`Cached in the instance, and still revocable: ${cached.join(', ')}.`] : []),
  ];
}

function carriesSentence(baseline: Measure, compared: readonly Finding[], milliseconds: number): string {
  const shares = compared.map(({ measures }) =>
    carriedShare(baseline.value, measures.addedCpuPerRequest?.value ?? 0, milliseconds / 1e3),
  );
  const [least, most] = [Math.min(...shares), Math.max(...shares)].map((share) => share.toFixed(2));
  const range = least === most ? `${least}` : `between ${least} and ${most}`;
  return `With ${milliseconds} ms of work of your own in each request, they carry ${range} of the baseline's throughput.`;
}

/** What a cache of introspected tokens costs at its TTL, and at every other hit rate. */
function hitRateSentence(findings: readonly Finding[]): string[] {
  const cached = findings.filter(({ factors }) => factors.strategy === 'opaque-cached');
  const [short, long] = [cached.find((one) => hitRate(one) < 0.999), cached.find((one) => hitRate(one) >= 0.999)];
  const miss = findingWith(findings, { strategy: 'opaque' })?.measures.addedCpuPerRequest;
  const told = [short, long].flatMap((finding) => {
    const added = finding?.measures.addedCpuPerRequest;
    return finding && added
      ? [
          `with a TTL of ${finding.factors.ttlSeconds} s ${addedText(added)} at a hit rate of ${(hitRate(finding) * 100).toFixed(0)} %`,
        ]
      : [];
  });
  if (told.length === 0) return [];
  const hit = long?.measures.addedCpuPerRequest;
  const between =
    hit && miss
      ? `; at a hit rate h it is h × ${(hit.value * 1e6).toFixed(1)} µs + (1 - h) × ${(miss.value * 1e6).toFixed(0)} µs`
      : '';
  return [`opaque-cached adds ${told.join(', and ')}${between}.`];
}

/** Every miss is one question to the authorization server, which asks Redis once. */
export const hitRate = ({ redisCommands }: Finding): number => 1 - Math.min(1, redisCommands?.hmget ?? 0);

function limitSentence(findings: readonly Finding[]): string[] {
  const limit = findings.find(({ factors }) => factors.control === 'token bytes')?.measures.addedCpuPerRequest;
  return limit
    ? [
        `The limit of any cached token: a baseline that is sent a token's bytes and ignores them adds ${addedText(limit)}.`,
      ]
    : [];
}

/** Said as long as a run has too few generations to tell that they differ less than those of the reference run. */
function standInSentence(compared: readonly Finding[]): string[] {
  // A cache with a TTL has no say in the component.
  const pooled = compared.filter(({ factors }) => factors.ttlSeconds === undefined);
  const degrees = pooled.reduce((sum, { trials }) => sum + Math.max(0, trials.completed - 1), 0);
  return degrees >= sureDegrees
    ? []
    : [
        'The variance between generations is taken to be at least that of the committed reference run: this run has too few of them to tell a smaller one.',
      ];
}

/** Whether the noisiest tenth of the cycles decides anything. */
function quietSentence(compared: readonly Finding[]): string {
  const outside = compared.filter(({ measures }) => {
    const [all, quiet] = [measures.addedCpuPerRequest, measures['addedCpuPerRequest.quieter']];
    return all && quiet && (quiet.value < all.low || quiet.value > all.high);
  });
  return outside.length === 0
    ? 'Without the noisiest tenth of the cycles every figure stays within its interval.'
    : `Without the noisiest tenth of the cycles these figures leave their intervals: ${outside.map(({ factors }) => strategyLabel(factors)).join(', ')}.`;
}
