// How a trial ends: completed, or void when an answer or a load speaks against itself.
import { type Objection, objectToAnswers, objectToClosedLoop } from '../analyse/audit.ts';
import type { LoadFacts } from '../load/tally.ts';
import type { Profile } from '../plan/profiles.ts';
import type { HttpFacts, Row, VoidBefore } from '../record/facts.ts';
import type { Outcome } from '../record/observation.ts';

/**
 * A trial is void when an answer was wrong or missing, or when a load says against itself that it is no measurement.
 * @param planned how many requests the rows were to be of, together.
 * @param alsoChecked loads that give no figures, but whose answers have to be right.
 */
export function outcomeOf(
  rows: readonly (Row & { facts: HttpFacts })[],
  planned: number,
  { measurement }: Pick<Profile, 'measurement'>,
  alsoChecked: readonly LoadFacts[] = [],
): Outcome {
  const loads = rows.map(({ facts }) => facts);
  const objections = [
    objectToAnswers(loads, planned),
    objectToAnswers(
      alsoChecked,
      alsoChecked.reduce((sum, { requests }) => sum + requests, 0),
    ),
    measurement ? objectToClosedLoop(loads) : null,
  ];
  return judged([...rows], objections);
}

/** The outcome of rows to which there may be objections: the first of them is told. */
export function judged(rows: Row[], objections: readonly (Objection | null)[]): Outcome {
  const objection = objections.find((one) => one !== null);
  return objection ? { status: 'void', ...objection, rows } : { status: 'completed', rows };
}

/** How often a load was void, with one more objection to it. */
export const oneMore = (before: VoidBefore = {}, { cause }: Objection): VoidBefore => ({
  ...before,
  [cause]: (before[cause] ?? 0) + 1,
});
