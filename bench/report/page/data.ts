// What the page's own script works with: the ways of a report in values that JSON can carry.
import type { Candidate } from '../../analyse/choose.ts';
import { addedText } from '../../analyse/cost-sentences.ts';
import { mainWays, type Way, waysOf } from '../../analyse/ways.ts';
import { isSigned } from '../../plan/strategies.ts';
import type { Report } from '../../record/report.ts';

export interface PageData {
  /** Microseconds of CPU that a request of the baseline takes; null where it was not measured. */
  readonly baseline: number | null;
  readonly candidates: readonly Candidate[];
  /** What a signature costs that only its issuer can make, beside the costs of the candidates; null where it was not measured. */
  readonly otherIssuer: string | null;
}

/** The page's data. */
export function pageDataOf({ findings }: Report): PageData {
  const ways = waysOf(findings);
  const main = mainWays(ways).filter(({ window }) => window !== null);
  const baseline = ways.find(({ strategy }) => strategy === 'none')?.cost.measures.cpuPerRequest;
  return {
    baseline: baseline ? baseline.value * 1e6 : null,
    candidates: main.map(candidateOf),
    otherIssuer: otherIssuerOf(ways),
  };
}

function otherIssuerOf(ways: readonly Way[]): string | null {
  const own = ways.find(({ strategy, cost }) => strategy === 'jwt' && cost.factors.alg === 'ES256')?.added;
  if (!own) return null;
  return `These costs are of HS256, whose key every service shares. jwt with ES256 adds ${addedText(own)}; a cached check costs what it says here from the second request of a token on.`;
}

function candidateOf({ name, strategy, added, window, inOutage, cost }: Way): Candidate {
  const commands = Object.values(cost.redisCommands ?? {}).reduce((sum, rate) => sum + rate, 0);
  return {
    name,
    added: Math.round((added?.value ?? 0) * 1e7) / 10,
    window: window === null || window.kind === 'until exp' ? null : window.within,
    wasAccepted: window?.kind === 'seen',
    redisCommands: Math.round(commands * 1e3) / 1e3,
    inOutage,
    credential: isSigned(strategy) ? 'signed' : strategy.startsWith('opaque') ? 'opaque' : 'session',
  };
}
