// `npm run bench:report`: from the stored facts of a run to its report, without measuring.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { reportOf } from '../analyse/report.ts';
import { profiles } from '../plan/profiles.ts';
import { BenchError } from '../record/errors.ts';
import { type RunRecord, readJournal } from '../record/journal.ts';
import type { Report } from '../record/report.ts';
import { filesOf } from '../report/files.ts';
import { pageScript } from '../report/page/bundle.ts';
import { renderTerminal, type TerminalOptions } from '../report/terminal.ts';
import { suites } from './suites.ts';

/**
 * Derives the report of a run from its journal and writes report.json, report.md, report.html and charts/ beside it.
 * @param record what the journal holds, where that is known.
 * @throws {BenchError} NOT_A_RUN, or OUT_NOT_WRITABLE.
 */
export function writeReport(directory: string, record: RunRecord = readJournal(directory)): Report {
  const { suite, profile } = record.start.choices;
  const report = reportOf(record, suites[suite], profiles[profile].measurement);
  try {
    // Written beside and moved into place: a reader, or a kill, never meets half a report.
    for (const [name, text] of Object.entries(filesOf(report, pageScript()))) {
      const file = join(directory, name);
      const beside = join(dirname(file), `.${basename(file)}`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(beside, text);
      renameSync(beside, file);
    }
  } catch (cause) {
    throw new BenchError('OUT_NOT_WRITABLE', `cannot write to ${directory}: ${(cause as Error).message}`, { cause });
  }
  return report;
}

/** Shows a report on standard output: as JSON for programs, or as a table and sentences for people. */
export function showReport(report: Report, directory: string, json: boolean): void {
  if (json) console.log(JSON.stringify(report, null, 2));
  else {
    console.log(renderTerminal(report, directory, standardOutput()));
  }
}

/** How standard output is written to. Some terminals do not know their width, and say 0. */
export function standardOutput(): TerminalOptions {
  const { isTTY, columns } = process.stdout;
  return { colour: isTTY === true, width: (isTTY && columns) || Number.POSITIVE_INFINITY };
}
