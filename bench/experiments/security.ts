// Is everything refused that has to be? A gate rather than a figure: one wrong case makes the whole report invalid.
import { type Algorithm, algorithms } from '../../servers/tokens/algorithms.ts';
import { objectToCases } from '../analyse/audit.ts';
import { strategyLabel } from '../analyse/wording.ts';
import { thousands } from '../catalogue/format.ts';
import { shortMemory, tryToGetIn } from '../load/refusals.ts';
import type { ByProfile, UsualStrategies } from '../plan/profiles.ts';
import { isSigned } from '../plan/strategies.ts';
import type { Factors } from '../record/facts.ts';
import type { Outcome } from '../record/observation.ts';
import type { Finding } from '../record/report.ts';
import type { Rig } from '../rig/rig.ts';
import type { RunScope } from '../rig/run-scope.ts';
import { judged } from '../trial/outcome.ts';
import { withTestBed } from '../trial/test-bed.ts';
import { alwaysAvailable, type Experiment, strategiesOf } from './contract.ts';

interface SecurityWork extends UsualStrategies {
  /** Where clients keep a signed token, beside the header. */
  readonly alsoIn: readonly 'cookie'[];
}

const workloads: ByProfile<SecurityWork> = {
  smoke: { strategies: ['session', 'jwt-cached', 'opaque'], alsoIn: [] },
  quick: { strategies: null, alsoIn: ['cookie'] },
  full: { strategies: null, alsoIn: ['cookie'] },
};

export const security: Experiment<SecurityWork> = {
  name: 'security',
  question: 'Is every forged, stolen or misused credential rejected, and every valid one accepted before and after it?',
  takesTargets: false,
  unavailable: alwaysAvailable,
  workloads,
  cells: (choices, { strategies, alsoIn }) =>
    strategiesOf(choices, strategies)
      // Who believes everybody has nothing to refuse.
      .filter((strategy) => strategy !== 'none')
      .flatMap((strategy): Factors[] => {
        if (!isSigned(strategy)) return [{ strategy }];
        // What can be wrong with a signature, the plain strategy shows for every algorithm.
        const tried: readonly Algorithm[] = strategy === 'jwt' ? algorithms : ['HS256'];
        return [
          ...tried.map((alg) => ({ strategy, alg })),
          ...alsoIn.map((carriage) => ({ strategy, alg: 'HS256', carriage })),
        ];
      }),
  // The same cases give the same answers.
  repeatable: false,
  seconds: { smoke: 3, quick: 4, full: 4 },
  isLater: () => true,
  onStandingRig: {
    instances: 2,
    // Answers that are cached for seconds would have to be waited out.
    cell: ({ strategy, alg, ttlSeconds }) =>
      ttlSeconds === undefined ? { strategy: String(strategy), ...(alg ? { alg } : {}) } : null,
    credentials: () => 0,
    ask: async ({ rig }, { scope }) => askAll(rig, scope),
  },
  run: ({ strategy, alg = 'HS256', carriage }, context) => {
    const settings = { ...shortMemory, ...(carriage ? { CARRIAGE: String(carriage) } : {}) };
    return withTestBed(
      { strategy: String(strategy), algorithm: alg as Algorithm, instances: 2, users: 0, settings },
      context,
      ({ rig }) => askAll(rig, context.scope),
    );
  },
  answer(findings) {
    const sum = (name: string) => findings.reduce((all, { measures }) => all + (measures[name]?.value ?? 0), 0);
    const wrong = findings.filter(({ measures }) => measures.wrongCases?.value !== 0);
    const verdict = wrong.length === 0 ? 'all were right.' : 'not all were right; the warnings name the cases.';
    const ways = `${findings.length} ${findings.length === 1 ? 'way' : 'ways'} of knowing the caller`;
    return [
      `${thousands(sum('cases'))} cases were tried on ${ways}, with ${thousands(sum('checkedAnswers'))} answers: ${verdict}`,
      ...wrong.map(wrongText),
    ];
  },
};

async function askAll(rig: Rig, scope: RunScope): Promise<Outcome> {
  const facts = await tryToGetIn(rig, scope);
  return judged([{ factors: {}, facts }], [objectToCases(facts)]);
}

function wrongText({ factors, measures }: Finding): string {
  const count = (name: string) => measures[name]?.value ?? 0;
  return `${strategyLabel(factors)}: ${count('falseAccepts')} accepted in error, ${count('falseRejects')} rejected in error, ${count('errors')} not answered as they should be.`;
}
