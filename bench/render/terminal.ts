// The end of a run in the terminal: one dense table, and sentences that a person can repeat.
import { styleText } from 'node:util';
import type { Warning } from '../record/observation.ts';
import type { Report } from '../record/report.ts';
import { overviewOf } from './overview.ts';
import { tablesOf } from './tables.ts';
import { fitted, textTable, wrapped } from './text-table.ts';

/** What a narrow terminal does without, least missed first; report.md has it all. */
const leftOutFirst = [
  'balancer CPU',
  'bytes sent',
  'p50',
  'p90',
  'Redis CPU',
  'authorization CPU',
  'window p50',
  'Redis commands',
  'p99',
  'ratio to session',
  'ratio to jwt',
  'accepted after',
  'Redis memory',
  'instance memory',
  'trials',
  'wrong / checked',
  'without Redis',
  'server CPU',
];

export interface TerminalOptions {
  readonly colour: boolean;
  /** In characters; Infinity for what is not a terminal. */
  readonly width: number;
}

/** The text that a finished run prints; without colour it holds no control characters. */
export function renderTerminal(report: Report, directory: string, { colour, width }: TerminalOptions): string {
  const bold = (text: string) => (colour ? styleText('bold', text) : text);
  const dim = (text: string) => (colour ? styleText('dim', text) : text);
  const yellow = (text: string) => (colour ? styleText('yellow', text) : text);
  const warning = ({ code, message }: Warning) => yellow(`warning: ${message} [${code}]`);
  const table = overviewOf(report) ?? tablesOf(report)[0];
  const { run, environment } = report;
  return [
    '',
    ...report.warnings.filter(isAboutAll).map(warning),
    ...(table ? [bold(table.experiment), ...textTable(fitted(table, width, leftOutFirst)), ''] : []),
    ...report.answers
      .filter(({ sentences }) => sentences.length > 0)
      .flatMap(({ question, sentences }) => [
        ...wrapped(question, width).map(bold),
        ...sentences.flatMap((sentence) => wrapped(sentence, width, '  ')),
        '',
      ]),
    ...report.warnings.filter((one) => !isAboutAll(one)).map(warning),
    dim(
      `${run.trials.completed} of ${run.trials.planned} trials, seed ${run.seed}; Node.js ${environment.node}, ${environment.redis}, ${environment.balancer === 'none' ? 'no balancer' : environment.balancer}; ${environment.placement}.`,
    ),
    `Report, with the tables of all experiments: ${directory}/report.html (also report.md, report.json)`,
  ].join('\n');
}

/** What has to be known before the first figure is read. */
const isAboutAll = ({ code }: Warning) => code === 'NO_MEASUREMENT';
