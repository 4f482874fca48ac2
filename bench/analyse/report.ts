// From the record of a run to its report. Pure: the same record gives the same report.

import { firstPassOf, type Unit, unansweredIn } from '../plan/next.ts';
import { trialKey } from '../plan/plan.ts';
import type { VoidCause } from '../record/facts.ts';
import type { RunRecord } from '../record/journal.ts';
import type { TrialObservation, Warning } from '../record/observation.ts';
import type { Answer, Finding, Report } from '../record/report.ts';
import { objectToClosedLoop } from './audit.ts';
import { findingsOf } from './findings.ts';
import { cellText } from './wording.ts';

/** What the report has to know of an experiment. */
export interface Reported {
  readonly name: string;
  readonly question: string;
  derive?(trials: readonly TrialObservation[], others: readonly Finding[]): Finding[];
  answer(findings: readonly Finding[], others: readonly Finding[]): string[];
}

/** Derives the whole report from a run's journal. */
export function reportOf(
  { start, resumed, trials }: RunRecord,
  experiments: readonly Reported[],
  measurement: boolean,
): Report {
  const findings: Finding[] = [];
  for (const { name, derive } of experiments) {
    const own = trials.filter(({ experiment }) => experiment === name);
    findings.push(...(derive ? derive(own, findings) : findingsOf(own, [name])));
  }
  const withStatus = (status: string) => trials.filter(({ outcome }) => outcome.status === status).length;
  const counts = {
    completed: withStatus('completed'),
    void: voidByCause(trials),
    failed: withStatus('failed'),
  };
  const units: Unit[] = start.cells.map((cell) => ({ ...cell, most: cell.first, weight: 1 }));
  const unanswered = unansweredIn(firstPassOf(units), units, trials).map(({ experiment, seconds }) => ({
    experiment,
    question: experiments.find(({ name }) => name === experiment)?.question ?? experiment,
    minutes: seconds / 60,
  }));
  const last = trials.at(-1);
  // Rigs that answered other questions did so within the trial that they stood for.
  const together = trials.filter(({ at }) => at === last?.at).reduce((sum, { seconds }) => sum + seconds, 0);
  const finished = last ? Date.parse(last.at) + together * 1000 : Date.parse(start.at);
  return {
    schemaVersion: 2,
    run: {
      id: start.id,
      profile: start.choices.profile,
      seed: start.choices.seed,
      choices: start.choices,
      startedAt: start.at,
      finishedAt: new Date(finished).toISOString(),
      command: start.command,
      minutes: {
        budget: start.choices.minutes === undefined ? null : minutesOf([start.choices, ...resumed]),
        used: trials.reduce((sum, { seconds }) => sum + seconds, 0) / 60,
      },
      complete: unanswered.length === 0,
      valid: !trials.some(answeredWrongly) && failedForGood(trials).length === 0,
      unanswered,
      measurement,
      trials: counts,
    },
    environment: start.environment,
    answers: experiments.flatMap((experiment) => answerOf(experiment, findings)),
    findings,
    warnings: [
      ...start.warnings,
      ...leftOutWarnings(trials),
      ...trialWarnings(trials),
      ...(measurement ? [...noiseWarnings(trials), ...steadinessWarnings(trials)] : []),
    ],
  };
}

function answerOf({ name, question, answer }: Reported, findings: readonly Finding[]): Answer[] {
  const own = findings.filter(({ experiment }) => experiment === name);
  return own.length > 0 ? [{ experiment: name, question, sentences: answer(own, findings) }] : [];
}

function voidByCause(trials: RunRecord['trials']): Partial<Record<VoidCause, number>> {
  const counts: Partial<Record<VoidCause, number>> = {};
  const add = (cause: VoidCause, more: number) => {
    counts[cause] = (counts[cause] ?? 0) + more;
  };
  for (const { outcome } of trials) {
    if (outcome.status === 'void') add(outcome.cause, 1);
    for (const { facts } of outcome.status === 'failed' ? [] : outcome.rows) {
      const voidBefore = 'voidBefore' in facts ? facts.voidBefore : {};
      for (const [cause, more] of Object.entries(voidBefore ?? {})) add(cause as VoidCause, more);
    }
  }
  return counts;
}

const minutesOf = (sittings: readonly { readonly minutes?: number | undefined }[]) =>
  sittings.reduce((sum, { minutes = 0 }) => sum + minutes, 0);

/** Trials that failed, and were not completed when they were tried again. */
function failedForGood(trials: RunRecord['trials']): RunRecord['trials'] {
  const completed = new Set(trials.filter(({ outcome }) => outcome.status === 'completed').map(trialKey));
  return trials.filter((trial) => trial.outcome.status === 'failed' && !completed.has(trialKey(trial)));
}

/** Whether a trial was discarded for its answers, or a credential was accepted in error: a repeat does not make good what must never happen. */
const answeredWrongly = (trial: RunRecord['trials'][number], _: number, all: RunRecord['trials']) =>
  acceptedInError(trial) || (hasWrongAnswers(trial) && !isMadeGood(trial, all));

const hasWrongAnswers = ({ outcome }: RunRecord['trials'][number]) =>
  outcome.status === 'void' && outcome.cause === 'wrong answer';

const isMadeGood = (trial: RunRecord['trials'][number], all: RunRecord['trials']) =>
  all.some((other) => other.outcome.status === 'completed' && trialKey(other) === trialKey(trial));

const acceptedInError = ({ outcome }: RunRecord['trials'][number]) =>
  outcome.status !== 'failed' &&
  ((outcome.answers?.falseAccepts ?? 0) > 0 ||
    outcome.rows.some(({ facts }) => 'falseAccepts' in facts && facts.falseAccepts > 0));

function trialWarnings(trials: RunRecord['trials']): Warning[] {
  return trials.flatMap(({ experiment, factors, block, outcome }) =>
    outcome.status === 'completed'
      ? []
      : [
          {
            code: outcome.status === 'void' ? 'TRIAL_VOID' : 'TRIAL_FAILED',
            message: `${cellText(experiment, factors, block)}: ${outcome.status === 'void' ? `${outcome.cause}: ` : ''}${outcome.reason}`,
          },
        ],
  );
}

/** Cells that this machine could not measure. */
function leftOutWarnings(trials: RunRecord['trials']): Warning[] {
  const messages = trials.flatMap(({ experiment, factors, outcome }) =>
    (outcome.status === 'completed' ? outcome.rows : []).flatMap(({ facts }) =>
      facts.type === 'leftOut' ? [`${cellText(experiment, factors)}: left out: ${facts.reason}`] : [],
    ),
  );
  return [...new Set(messages)].map((message) => ({ code: 'EXPERIMENT_LEFT_OUT', message }));
}

/** Closed loops that were disturbed, by cause; they stay in the figures. */
function noiseWarnings(trials: RunRecord['trials']): Warning[] {
  const objections = trials.flatMap(({ outcome }) =>
    outcome.status === 'completed'
      ? outcome.rows.flatMap(({ facts }) => (facts.type === 'http' ? (objectToClosedLoop([facts]) ?? []) : []))
      : [],
  );
  const counts = [...Map.groupBy(objections, ({ cause }) => cause)].map(([cause, own]) => `${own.length} ${cause}`);
  return counts.length === 0
    ? []
    : [
        {
          code: 'NOISY_LOAD',
          message: `${objections.length} closed loops were disturbed and are kept: ${counts.join(', ')}`,
        },
      ];
}

/** Cells whose servers were still changing when the counted load began. */
function steadinessWarnings(trials: RunRecord['trials']): Warning[] {
  const unsteady = trials.filter(
    ({ outcome }) =>
      outcome.status === 'completed' &&
      outcome.rows.some(({ facts }) => 'warmUp' in facts && facts.warmUp?.steadyFrom === null),
  );
  const cells = new Set(unsteady.map(({ experiment, factors }) => cellText(experiment, factors)));
  return cells.size === 0
    ? []
    : [
        {
          code: 'NEVER_STEADY',
          message: `in ${unsteady.length} of ${trials.length} trials the servers had not reached a steady state when counting began; trust their ratios, which are paired, before the absolute figures: ${[...cells].join('; ')}`,
        },
      ];
}
