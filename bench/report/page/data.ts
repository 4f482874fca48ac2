// What the page's own script works with: the ways of a report in values that JSON can carry.
import type { Candidate } from '../../analyse/choose.ts';
import { longestOf, mainWays, type Way, waysOf } from '../../analyse/ways.ts';
import { isSigned } from '../../plan/strategies.ts';
import type { Report } from '../../record/report.ts';

export interface PageData {
  /** Microseconds of CPU that a request of the baseline takes; null where it was not measured. */
  readonly baseline: number | null;
  readonly candidates: readonly Candidate[];
}

/** The page's data. */
export function pageDataOf({ findings }: Report): PageData {
  const ways = waysOf(findings);
  const main = mainWays(ways).filter(({ window }) => window !== null);
  const baseline = ways.find(({ strategy }) => strategy === 'none')?.cost.measures.cpuPerRequest;
  return { baseline: baseline ? baseline.value * 1e6 : null, candidates: main.map(candidateOf) };
}

function candidateOf({ name, strategy, added, window, inOutage, cost }: Way): Candidate {
  const longest = window === null ? 0 : longestOf(window);
  const commands = Object.values(cost.redisCommands ?? {}).reduce((sum, rate) => sum + rate, 0);
  return {
    name,
    added: Math.round((added?.value ?? 0) * 1e7) / 10,
    window: Number.isFinite(longest) ? longest : null,
    redisCommands: Math.round(commands * 1e3) / 1e3,
    worksInOutage: inOutage === null ? null : inOutage === 'works',
    credential: isSigned(strategy) ? 'signed' : strategy.startsWith('opaque') ? 'opaque' : 'session',
  };
}
