// From the record of a run to its report. Pure: the same record gives the same report.
import type { RunRecord } from '../record/journal.ts';
import type { Warning } from '../record/observation.ts';
import type { Answer, Finding, Report } from '../record/report.ts';
import { findingsOf } from './findings.ts';
import { cellText } from './wording.ts';

/** What the report has to know of an experiment. */
export interface Reported {
  readonly name: string;
  readonly question: string;
  answer(findings: readonly Finding[]): string[];
}

/** Derives the whole report from a run's journal. */
export function reportOf({ start, trials }: RunRecord, experiments: readonly Reported[], measurement: boolean): Report {
  const names = experiments.map(({ name }) => name);
  const findings = findingsOf(trials, names);
  const withStatus = (status: string) => trials.filter(({ outcome }) => outcome.status === status).length;
  const counts = {
    planned: start.trials,
    completed: withStatus('completed'),
    invalid: withStatus('invalid'),
    failed: withStatus('failed'),
  };
  const last = trials.at(-1);
  const finished = last ? Date.parse(last.at) + last.seconds * 1000 : Date.parse(start.at);
  return {
    schemaVersion: 1,
    run: {
      id: start.id,
      profile: start.choices.profile,
      seed: start.choices.seed,
      choices: start.choices,
      startedAt: start.at,
      finishedAt: new Date(finished).toISOString(),
      command: start.command,
      complete: counts.completed === counts.planned,
      measurement,
      trials: counts,
    },
    environment: start.environment,
    answers: experiments.flatMap((experiment) => answerOf(experiment, findings)),
    findings,
    warnings: [...start.warnings, ...trialWarnings(trials), ...(measurement ? findingWarnings(findings) : [])],
  };
}

function answerOf({ name, question, answer }: Reported, findings: readonly Finding[]): Answer[] {
  const own = findings.filter(({ experiment }) => experiment === name);
  return own.length > 0 ? [{ experiment: name, question, sentences: answer(own) }] : [];
}

function trialWarnings(trials: RunRecord['trials']): Warning[] {
  return trials.flatMap(({ experiment, factors, block, outcome }) =>
    outcome.status === 'completed'
      ? []
      : [
          {
            code: outcome.status === 'invalid' ? 'TRIAL_INVALID' : 'TRIAL_FAILED',
            message: `${cellText(experiment, factors, block)}: ${outcome.reason}`,
          },
        ],
  );
}

/** Above this share of its core the generator, and not the server, may be what was measured. */
const busiest = 0.8;

function findingWarnings(findings: readonly Finding[]): Warning[] {
  return findings.flatMap(({ experiment, factors, measures: { generatorUtilisation: busy } }) =>
    busy && busy.value > busiest
      ? [
          {
            code: 'GENERATOR_BUSY',
            message: `${cellText(experiment, factors)}: the generator's core was ${Math.round(busy.value * 100)} % busy; this throughput is a lower bound, and so are ratios to it an upper one`,
          },
        ]
      : [],
  );
}
