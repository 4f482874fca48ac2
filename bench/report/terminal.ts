// The end of a run in the terminal: one dense table, and sentences that a person can repeat.
import { styleText } from 'node:util';
import { controlVerdict } from '../analyse/controls.ts';
import type { Warning } from '../record/observation.ts';
import type { Report } from '../record/report.ts';
import { overviewOf } from './overview.ts';
import { tablesOf } from './tables.ts';
import { fitted, textTable, wrapped } from './text-table.ts';

/** What a narrow terminal does without, least missed first; report.md has it all. */
const leftOutFirst = [
  'instance memory',
  'Redis memory',
  'bytes sent',
  'Redis CPU',
  'authorization CPU',
  'server CPU',
  'generations',
  'of the baseline',
  'Redis commands',
  'server █ authorization ▓ Redis ▒',
];

/** A table that is read at a glance is no wider than this, however wide the terminal. */
const widest = 120;

export interface TerminalOptions {
  readonly colour: boolean;
  /** In characters; Infinity for what is not a terminal. */
  readonly width: number;
}

/** The text that a finished run prints; without colour it holds no control characters. */
export function renderTerminal(report: Report, directory: string, { colour, width }: TerminalOptions): string {
  const dim = (text: string) => (colour ? styleText('dim', text) : text);
  const yellow = (text: string) => (colour ? styleText('yellow', text) : text);
  const warning = ({ code, message }: Warning) => yellow(`warning: ${message} [${code}]`);
  const table = overviewOf(report) ?? tablesOf(report)[0];
  const { run, environment, findings } = report;
  const controls = run.measurement ? controlVerdict(findings) : null;
  return [
    '',
    ...report.warnings.filter(isAboutAll).map(warning),
    ...report.answers
      .slice(0, 1)
      .flatMap(({ sentences }) => sentences.slice(0, 2))
      .flatMap((one) => wrapped(one, width)),
    '',
    ...(table ? [...textTable(fitted(table, Math.min(width, widest), leftOutFirst)), ''] : []),
    ...(table && findings.some(({ experiment }) => experiment === 'exposure-window')
      ? wrapped(
          '"<": nothing was accepted after the acknowledged revoke; the last instance had rejected it within that time (detection limit).',
          width,
        ).map(dim)
      : []),
    ...(controls ? wrapped(controls.sentence, width).map((line) => (controls.passed ? line : yellow(line))) : []),
    ...unansweredLines(report, width),
    ...report.warnings.filter((one) => !isAboutAll(one)).map(warning),
    dim(
      `${minutesText(run.minutes.used)}, ${run.trials.completed} trials, seed ${run.seed}; Node.js ${environment.node}, ${environment.redis}, ${environment.balancer === 'none' ? 'no balancer' : environment.balancer}; ${environment.placement}.`,
    ),
    ...(run.minutes.budget === null || !run.measurement
      ? []
      : [`Sharper:  npm run bench -- --resume ${directory} --minutes 15`]),
    `Report:   ${directory}/report.html (also report.md, report.json)`,
  ].join('\n');
}

const minutesText = (minutes: number) => `${minutes.toFixed(minutes < 10 ? 1 : 0)} min`;

/** Questions that the budget did not reach, with the minutes that each would take. */
function unansweredLines({ run }: Report, width: number): string[] {
  if (run.unanswered.length === 0) return [];
  const each = run.unanswered.map(({ experiment, minutes }) => `${experiment} (${minutesText(minutes)})`);
  return wrapped(`Not answered yet, or not wholly: ${each.join(', ')}.`, width);
}

/** What has to be known before the first figure is read. */
const isAboutAll = ({ code }: Warning) => code === 'NO_MEASUREMENT';
