// The strategies as the plan names them, `jwt+redis-blocklist`, read from the servers' own registries.
import { type RevocationCheckName, revocationChecks } from '../../servers/revocation/index.ts';
import { type StrategyName, strategies } from '../../servers/strategies/index.ts';

/** A strategy and the revocation check that it is combined with. */
export interface Combination {
  readonly strategy: StrategyName;
  readonly check: RevocationCheckName;
}

const checks = Object.keys(revocationChecks) as RevocationCheckName[];

const combinations: ReadonlyMap<string, Combination> = new Map(
  (Object.keys(strategies) as StrategyName[])
    .flatMap((strategy) =>
      (strategies[strategy].takesRevocationCheck ? checks : (['none'] as const)).map((check) => ({ strategy, check })),
    )
    .map((combination) => [
      combination.check === 'none' ? combination.strategy : `${combination.strategy}+${combination.check}`,
      combination,
    ]),
);

/** Every strategy with every check that it takes, by name: `session`, `jwt`, `jwt+redis-blocklist`, ... */
export const strategyNames: readonly string[] = [...combinations.keys()];

/** The parts of a name of strategyNames. */
export function combinationOf(name: string): Combination {
  const combination = combinations.get(name);
  if (!combination) throw new Error(`no strategy ${name}`);
  return combination;
}

/** What a revoke of one credential takes back: it alone, with it all that its user was issued before, or nothing. */
export function takesBack(name: string): 'nothing' | 'credential' | 'user' {
  const { strategy, check } = combinationOf(name);
  if (strategies[strategy].remembers) return 'credential';
  const taken = revocationChecks[check].takesBack;
  return taken === 'token' ? 'credential' : taken;
}

/** Whether a credential can be taken back before it expires: the store forgets it, or a check asks for it. */
export const isRevocable = (name: string): boolean => takesBack(name) !== 'nothing';

/** The strategy whose check fills the record that this one's reads: copies cost time, so the first that keeps it does it. */
export function quickestToFill(name: string): string {
  const { strategy, check } = combinationOf(name);
  const { record } = revocationChecks[check];
  if (record === 'none') return name;
  return `${strategy}+${checks.find((other) => revocationChecks[other].record === record)}`;
}

/** Whether an instance has to ask the authorization server who the caller is. */
export const asksAuthorizationServer = (name: string) =>
  strategies[combinationOf(name).strategy].asksAuthorizationServer;

/** Whether a strategy's credential is signed, so that the algorithm is a factor. */
export const isSigned = (name: string) => strategies[combinationOf(name).strategy].isSigned;
