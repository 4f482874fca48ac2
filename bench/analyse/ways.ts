// Each way of knowing the caller, with what decides for or against it: its cost, its exposure window, what it does in an outage. Pure.
import { asksAuthorizationServer, isRevocable } from '../plan/strategies.ts';
import type { Finding, Measure } from '../record/report.ts';
import { strategyLabel } from './wording.ts';

/** How long a credential is still accepted after its acknowledged revoke, in seconds. */
export type Window =
  | { readonly kind: 'until exp' }
  /** Nothing was accepted after the revoke: the last instance had rejected it within this time. */
  | { readonly kind: 'below'; readonly within: number }
  /** One was last accepted after `longest`, and by `within` the last instance had rejected it. */
  | { readonly kind: 'seen'; readonly median: number; readonly longest: number; readonly within: number };

/** What it does while Redis cannot be reached. */
export type InOutage = 'works' | 'while cached' | 'fails closed' | 'accepts some' | 'gives no answer';

export interface Way {
  /** "jwt", "opaque-cached, TTL 5 s": as a reader calls it. */
  readonly name: string;
  readonly strategy: string;
  /** Its cell of `cost`. */
  readonly cost: Finding;
  /** CPU per request over the baseline, in seconds; null for the baseline itself. */
  readonly added: Measure | null;
  /** Null where it was not measured, and for the baseline. */
  readonly window: Window | null;
  readonly inOutage: InOutage | null;
  /** Its findings of `exposure-window`, of loaded instances where those were measured. */
  readonly revoked: Finding | null;
  readonly outage: Finding | null;
}

/** Seconds for which the servers cache an introspected token unless told otherwise. */
const defaultTtl = 5;

/** Every cell of `cost` as a way, in the order of the findings. */
export function waysOf(findings: readonly Finding[]): Way[] {
  const exposures = findings
    .filter(({ experiment }) => experiment === 'exposure-window')
    .sort((a, b) => rankOf(a) - rankOf(b));
  return findings
    .filter(({ experiment }) => experiment === 'cost')
    .map((cost) => {
      const { strategy, ttlSeconds = defaultTtl } = cost.factors;
      // Windows are measured at the default TTL, and say nothing of another.
      const own = ttlSeconds === defaultTtl ? exposures.filter((one) => isOfSame(one, cost)) : [];
      const ofEvent = (event: string) => own.find(({ factors }) => factors.event === event) ?? null;
      const [revoked, outage] = [ofEvent('revoked'), ofEvent('cut off')];
      return {
        name: nameOf(cost),
        strategy: String(strategy),
        cost,
        added: cost.measures.addedCpuPerRequest ?? null,
        window: windowOf(cost, revoked),
        inOutage: outage && inOutageOf(outage),
        revoked,
        outage,
      };
    });
}

/** Instances under load tell more than idle ones. */
const rankOf = ({ factors }: Finding) => (factors.load === 'loaded' ? 0 : 1);

/** Whether two findings are of the same strategy and algorithm. */
export const isOfSame = (a: Finding, b: Finding): boolean =>
  a.factors.strategy === b.factors.strategy && (a.factors.alg ?? 'HS256') === (b.factors.alg ?? 'HS256');

const nameOf = ({ factors }: Finding) =>
  `${strategyLabel(factors).replace(' HS256', '')}${factors.ttlSeconds === undefined ? '' : `, TTL ${Number(factors.ttlSeconds).toLocaleString('en-US')} s`}`;

function windowOf({ factors }: Finding, revoked: Finding | null): Window | null {
  const strategy = String(factors.strategy);
  if (strategy === 'none') return null;
  if (!isRevocable(strategy)) return { kind: 'until exp' };
  const {
    exposureWindowMedian: median,
    exposureWindowMax: max,
    exposureWindowUpperBound: within,
  } = revoked?.measures ?? {};
  if (!max) return null;
  if (max.value === 0 && within) return { kind: 'below', within: within.value };
  const longest = max.value;
  return { kind: 'seen', median: median?.value ?? longest, longest, within: Math.max(longest, within?.value ?? 0) };
}

function inOutageOf({ factors, measures }: Finding): InOutage | null {
  const { acceptedWithoutRedis: accepted, recoveryMax: recovery, cutsWithoutRecovery: never } = measures;
  if (!accepted) return recovery || never ? 'gives no answer' : null;
  // What was cached of another's answer lasts as long as it is kept, longer than the outages that were measured.
  if (accepted.value === 1) return asksAuthorizationServer(String(factors.strategy)) ? 'while cached' : 'works';
  return accepted.value > 0 ? 'accepts some' : 'fails closed';
}

/** The longest upper bound of a way of which nothing was accepted after its revoke. */
export const detectionLimitOf = (ways: readonly Way[]): number =>
  Math.max(0, ...ways.map(({ window }) => (window?.kind === 'below' ? window.within : 0)));

/** Seconds for which a revoked credential was seen to be accepted, or the bound where it never was; Infinity until expiry. */
export function longestOf(window: Window): number {
  if (window.kind === 'until exp') return Number.POSITIVE_INFINITY;
  return window.kind === 'below' ? window.within : window.longest;
}

/** Seconds that a window has at least: 0 where nothing was accepted. */
const leastOf = (window: Window): number => (window.kind === 'below' ? 0 : longestOf(window));

/**
 * Ways of which no other has less added CPU and a window that is no longer, cheapest first: the efficient frontier. A window is longer
 * than another where what was seen of it exceeds what the other is at most; bounds have no order among themselves.
 */
export function frontierOf(ways: readonly Way[]): Way[] {
  const measured = ways.flatMap((way) =>
    way.added && way.window ? [{ way, cost: way.added.value, window: way.window }] : [],
  );
  const best: Way[] = [];
  let shortest: number | null = null;
  for (const { way, window } of measured.sort((a, b) => a.cost - b.cost || leastOf(a.window) - leastOf(b.window))) {
    if (shortest !== null && shortest <= longestOf(window)) continue;
    best.push(way);
    shortest = leastOf(window);
  }
  return best;
}

/** The ways that stand for a strategy and its check: not other algorithms, not other lives of a cache. */
export const mainWays = (ways: readonly Way[]): Way[] =>
  ways.filter(
    ({ cost: { factors }, added }) =>
      added !== null && (factors.alg ?? 'HS256') === 'HS256' && (factors.ttlSeconds ?? defaultTtl) === defaultTtl,
  );
