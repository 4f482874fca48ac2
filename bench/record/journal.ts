// The journal of a run, observations.jsonl: appended to at once, read back for a report or to resume.
import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError } from './errors.ts';
import {
  type Observation,
  observationSchema,
  type RunResumed,
  type RunStart,
  type TrialObservation,
} from './observation.ts';

export const journalPath = (directory: string) => join(directory, 'observations.jsonl');

/** A run as its journal tells it. */
export interface RunRecord {
  readonly start: RunStart;
  readonly resumed: readonly RunResumed[];
  readonly trials: readonly TrialObservation[];
}

/** Checks and appends one observation, and waits until the disk has it, so that a crash loses at most the trial under way. */
export function appendObservation(directory: string, observation: Observation): void {
  const file = openSync(journalPath(directory), 'a');
  try {
    appendFileSync(file, `${JSON.stringify(observationSchema.parse(observation))}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Reads the journal of a run. A last line that a crash cut short is left out.
 * @throws {BenchError} NOT_A_RUN when there is no journal, or a whole line of it is not an observation.
 */
export function readJournal(directory: string): RunRecord {
  const path = journalPath(directory);
  if (!existsSync(directory)) throw new BenchError('NOT_A_RUN', `${directory} does not exist`);
  if (!existsSync(path))
    throw new BenchError('NOT_A_RUN', `${directory} holds no run: there is no observations.jsonl in it`);
  const observations = wholeLines(readFileSync(path, 'utf8')).map((line, index) => parseLine(line, index + 1, path));
  const [start, ...rest] = observations;
  if (start?.kind !== 'start') throw new BenchError('NOT_A_RUN', `${path} does not begin with the start of a run`);
  return {
    start,
    resumed: rest.filter((observation) => observation.kind === 'resume'),
    trials: rest.filter((observation) => observation.kind === 'trial'),
  };
}

/** Cuts off a last line that a crash left unfinished, so that the next observation begins on a line of its own. */
export function mendJournal(directory: string): void {
  const path = journalPath(directory);
  const bytes = readFileSync(path);
  truncateSync(path, bytes.lastIndexOf('\n') + 1);
}

const wholeLines = (text: string) =>
  text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);

function parseLine(line: string, number: number, path: string): Observation {
  try {
    return observationSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new BenchError('NOT_A_RUN', `${path} line ${number} is damaged, or of another version of auth-bench`, {
      cause,
    });
  }
}
