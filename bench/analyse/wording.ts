// Estimates in words, alike wherever a person reads them.
import { revocationChecks } from '../../servers/revocation/index.ts';
import { strategies } from '../../servers/strategies/index.ts';
import { boundText, windowText } from '../catalogue/format.ts';
import { combinationOf } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import type { Finding, Measure, Report } from '../record/report.ts';

/** The longest window that was seen; where nothing was accepted, the detection limit: "< 8.9 ms". */
export function longestWindowText(max: Measure, within: Measure | undefined): string {
  if (max.value > 0 || !within) return windowText(max);
  return `< ${boundText(within.value)}`;
}

/** "jwt HS256", "session": a strategy as readers call it; the algorithm only where algorithms are compared. */
export const strategyLabel = ({ strategy, alg }: Factors) =>
  strategy === 'jwt' && alg ? `jwt ${alg}` : String(strategy);

/** The strategies and the revocation checks among these names, each with what it is. */
export function meaningsOf(names: readonly string[]): (readonly [name: string, meaning: string])[] {
  const parts = names.map((name) => combinationOf(name));
  const used = <T extends object>(registry: T, own: readonly string[]) =>
    (Object.entries(registry) as [string, { inWords: string }][]).filter(([name]) => own.includes(name));
  return [
    ...used(
      strategies,
      parts.map(({ strategy }) => strategy),
    ),
    ...used(
      revocationChecks,
      parts.map(({ check }) => check),
    )
      .filter(([name]) => name !== 'none')
      .map(([name, entry]) => [`+${name}`, entry] as const),
  ].map(([name, { inWords }]) => [name, inWords] as const);
}

/** "jwt HS256, instances 4, generation 2": a cell or a trial in one line. */
export function cellText(experiment: string, factors: Factors, block?: number): string {
  const { strategy, alg, ...others } = factors;
  const subject = strategy === undefined ? alg : strategyLabel(factors);
  const rest = Object.entries(others).map(([name, value]) => `${name} ${value}`);
  return [experiment, subject, ...rest, block === undefined ? '' : `generation ${block + 1}`]
    .filter(Boolean)
    .join(', ');
}

/** "none discarded", "3 discarded (2 starved, 1 send lag)". */
export function voidText(byCause: Report['run']['trials']['void']): string {
  const counts = Object.entries(byCause);
  if (counts.length === 0) return 'none discarded';
  const sum = counts.reduce((all, [, count]) => all + count, 0);
  return `${sum} discarded (${counts.map(([cause, count]) => `${count} ${cause}`).join(', ')})`;
}

/** The finding whose factors include all of these. */
export const findingWith = (findings: readonly Finding[], factors: Factors) =>
  findings.find((finding) => Object.entries(factors).every(([name, value]) => finding.factors[name] === value));
