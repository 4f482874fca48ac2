// How a trial ends: completed, or void when an answer or a load speaks against itself.
import { type Objection, objectToAnswers } from '../analyse/audit.ts';
import type { AnswerCounts, HttpFacts, Row, VoidBefore } from '../record/facts.ts';
import type { Outcome } from '../record/observation.ts';

/**
 * A trial of closed loops is void when an answer was wrong or missing, and for nothing else: what a load says against itself stands in
 * its facts.
 * @param planned how many requests the rows were to be of, together.
 */
export function outcomeOf(rows: readonly (Row & { facts: HttpFacts })[], planned: number): Outcome {
  const loads = rows.map(({ facts }) => facts);
  return judged([...rows], [objectToAnswers(loads, planned)]);
}

/** Writes down what all answers of a trial were worth: it is void when one was wrong, be it in no figure. */
export function withAllAnswers(outcome: Outcome, answers: AnswerCounts): Outcome {
  if (outcome.status === 'failed' || answers.requests === 0) return outcome;
  const objection = outcome.status === 'completed' ? objectToAnswers([answers], answers.requests) : null;
  return objection ? { status: 'void', ...objection, rows: outcome.rows, answers } : { ...outcome, answers };
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
