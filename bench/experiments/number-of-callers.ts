// Does it matter how many callers there are? Each strategy stands with few of them and with many, all of it side by side in one trial:
// the work of a request is the same, and what is kept of a caller has left the processor's caches when he comes again.
import { findingsOf } from '../analyse/findings.ts';
import { ratioText, strategyLabel, thousands } from '../analyse/wording.ts';
import { isSigned } from '../plan/strategies.ts';
import { alwaysAvailable, type Experiment, strategiesOf } from './contract.ts';
import { measureSideBySide } from './side-by-side.ts';
import { useAll, withTestBeds } from './test-bed.ts';

const name = 'number-of-callers';

export const numberOfCallers: Experiment = {
  name,
  question: 'Does an instance carry as much for many callers as it does for few?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  blocks: ({ callers: { blocks } }) => blocks,
  cells: (choices) =>
    strategiesOf(choices, choices.profile.callers.strategies).some((strategy) => strategy !== 'none') ? [{}] : [],
  run(_factors, context) {
    const { callers } = context.profile;
    // Many first: credentials that were issued for them serve the few as well.
    const numbers = callers.numbers.toSorted((a, b) => b - a);
    const orders = strategiesOf(context, callers.strategies).flatMap((strategy) =>
      numbers.map((users) => ({ strategy, algorithm: 'HS256' as const, instances: 1, users })),
    );
    return withTestBeds(orders, context, async (beds) => {
      for (const bed of beds) await useAll(bed);
      const sides = beds.map((bed, index) => {
        const { strategy, users } = orders[index] as (typeof orders)[number];
        const alg = isSigned(strategy) ? { alg: 'HS256' } : {};
        return { bed, factors: { strategy, ...alg, callers: users, instances: 1 } };
      });
      return measureSideBySide(sides, callers, context);
    });
  },
  derive: (trials) => findingsOf(trials, [name]),
  answer(findings) {
    const others = findings.filter(({ factors }) => factors.strategy !== 'none');
    const byStrategy = Map.groupBy(others, ({ factors }) => strategyLabel(factors));
    return [...byStrategy].flatMap(([label, own]) => {
      const shares = own.flatMap(({ factors, measures: { throughputRatio: ratio } }) =>
        ratio ? [`${ratioText(ratio)} with ${thousands(Number(factors.callers))} callers`] : [],
      );
      if (shares.length === 0) return [];
      return [
        `Of what it carries for as many without authentication, an instance with ${label} carries ${shares.join(', ')}.`,
      ];
    });
  },
};
