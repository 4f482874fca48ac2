// The end of a run in the terminal: at most 40 lines of 100 columns. The whole is in report.html.
import { styleText } from 'node:util';
import { carriedShare } from '../analyse/carried.ts';
import { controlVerdict } from '../analyse/controls.ts';
import { mainWays, type Way, type Window, waysOf } from '../analyse/ways.ts';
import { boundText, roughText } from '../catalogue/format.ts';
import type { Measure, Report } from '../record/report.ts';
import { answerOf } from './answer.ts';
import { type Table, tablesOf } from './tables.ts';
import { fitted, textTable, wrapped } from './text-table.ts';
import { addedCell, barOf } from './way-cells.ts';

export interface TerminalOptions {
  readonly colour: boolean;
  /** In characters; Infinity for what is not a terminal. */
  readonly width: number;
}

/** What is read at a glance is no wider than this, however wide the terminal. */
const widest = 100;

/** What a narrow terminal does without, least missed first. */
const leftOutFirst = ['commands', 'by tier', 'in an outage'];

/** Of another table what stands last is missed least; what a row is of stands first. */
const lastFirst = ({ columns }: Table): string[] =>
  columns
    .slice(1)
    .map(({ head }) => head)
    .reverse();

/** "Left out for want of width: commands." */
function leftOutSentence(whole: Table, shown: Table): string {
  const left = whole.columns.filter((column) => !shown.columns.includes(column)).map(({ head }) => head);
  return left.length > 0 ? `Left out for want of width: ${left.join(', ')}; the report has them.` : '';
}

/** The text that a finished run prints; without colour it holds no control characters. */
export function renderTerminal(report: Report, directory: string, options: TerminalOptions): string {
  const { colour } = options;
  const width = Math.min(options.width, widest);
  const dim = (text: string) => (colour ? styleText('dim', text) : text);
  const yellow = (text: string) => (colour ? styleText('yellow', text) : text);
  const bold = (text: string) => (colour ? styleText('bold', text) : text);
  const { run, findings } = report;
  const answer = answerOf(report);
  const ways = waysOf(findings);
  const whole = ways.length > 0 ? tableOf(ways) : firstTable(report);
  const table =
    whole && (ways.length > 0 ? fitted(whole, width, leftOutFirst) : fitted(whole, options.width, lastFirst(whole)));
  const controls = run.measurement ? controlVerdict(findings) : null;
  return [
    '',
    ...wrapped(headLine(report), width).map(dim),
    '',
    ...answer.sentences.flatMap((sentence) => wrapped(sentence, width)).map(answer.isVerdict ? bold : yellow),
    '',
    ...(table ? [...textTable(table).slice(0, mostRows), ''] : []),
    ...(ways.length > 0 ? wrapped(legend, width).map(dim) : []),
    ...(whole && table ? wrapped(leftOutSentence(whole, table), width).map(dim) : []),
    '',
    ...(run.measurement ? wrapped(carriesSentence(ways), width) : []),
    ...(controls?.passed ? wrapped(controls.sentence, width) : []),
    ...unansweredLines(report, width),
    ...warningLines(report, width).map(yellow),
    ...(run.minutes.budget === null || !run.measurement
      ? []
      : [`Sharper:  npm run bench -- --resume ${directory} --minutes 15`]),
    `Report:   ${directory}/report.html`,
  ].join('\n');
}

const legend =
  '█ server, ▓ authorization server, ▒ Redis. Still accepted: after an acknowledged revoke; "<": nothing was, and the last instance had rejected it by then. Commands and outage are those of Redis.';

/** Lines of a table, its head and rule among them. */
const mostRows = 24;

/** A run of other questions alone shows the table of the first. */
const firstTable = (report: Report): Table | undefined => tablesOf(report)[0];

function headLine({ run, environment }: Report): string {
  const minutes = run.minutes.used < 10 ? run.minutes.used.toFixed(1) : run.minutes.used.toFixed(0);
  return `auth-bench · ${minutes} min · ${run.trials.completed} ${run.trials.completed === 1 ? 'trial' : 'trials'} · Node.js ${environment.node}, ${environment.redis} · ${environment.cores} cores · seed ${run.seed}`;
}

/** One row a way; other algorithms and lives of a cache are on the page. */
function tableOf(all: readonly Way[]): Table {
  const ways = [...all.filter(({ strategy }) => strategy === 'none'), ...mainWays(all)];
  const costliest = Math.max(...ways.map(({ added }) => added?.value ?? 0));
  const columns = [
    { head: '', align: 'left', cell: ({ name }: Way) => (name === 'none' ? 'none: the baseline' : name) },
    { head: 'added CPU, µs', align: 'right', cell: addedCell },
    { head: 'by tier', align: 'left', cell: (way: Way) => barOf(way, costliest) },
    { head: 'still accepted', align: 'right', cell: ({ window }: Way) => (window ? windowText(window) : '') },
    { head: 'commands', align: 'right', cell: commandsCell },
    { head: 'in an outage', align: 'left', cell: ({ inOutage }: Way) => inOutage ?? '' },
  ] as const;
  const used = columns.filter(({ cell }) => ways.some((way) => cell(way) !== ''));
  return {
    experiment: 'side by side',
    columns: used.map(({ head, align }) => ({ head, align })),
    rows: ways.map((way) => used.map(({ cell }) => cell(way))),
  };
}

function commandsCell({ cost: { redisCommands } }: Way): string {
  if (!redisCommands) return '';
  const rate = Object.values(redisCommands).reduce((sum, one) => sum + one, 0);
  return rate.toFixed(2).replace(/\.?0+$/, '');
}

/** "until exp", "< 35 ms" where nothing was accepted, "4.8 s" as the longest that was seen. */
const windowText = (window: Window): string =>
  window.kind === 'until exp'
    ? 'until exp'
    : window.kind === 'below'
      ? `< ${boundText(window.within)}`
      : roughText(window.longest);

/** With 2 ms of work of one's own most of the difference is gone. */
function carriesSentence(all: readonly Way[]): string {
  const baseline = all.find(({ strategy }) => strategy === 'none')?.cost.measures.cpuPerRequest;
  const costs = mainWays(all).map(({ added }) => (added as Measure).value);
  if (!baseline || costs.length < 2) return '';
  const share = (cost: number) => carriedShare(baseline.value, cost, 2e-3).toFixed(2);
  return `With 2 ms of work of your own in each request, they carry between ${share(Math.max(...costs))} and ${share(Math.min(...costs))} of the baseline.`;
}

/** Questions that the budget did not reach, with the minutes that each would take. */
function unansweredLines({ run: { unanswered } }: Report, width: number): string[] {
  if (unanswered.length === 0) return [];
  const minutes = unanswered.reduce((sum, one) => sum + one.minutes, 0);
  const names = unanswered.map(({ experiment }) => experiment);
  const shown = names.slice(0, 4).join(', ');
  const rest = names.length > 4 ? ` and ${names.length - 4} more` : '';
  const inAll = minutes < 0.5 ? 'under a minute' : `${minutes.toFixed(0)} min`;
  return wrapped(`Not answered yet, or not wholly: ${shown}${rest} (${inAll} in all).`, width);
}

/** Warnings by their count: the page has their texts. */
function warningLines({ warnings, run }: Report, width: number): string[] {
  const counted = warnings.filter(({ code }) => code !== 'NO_MEASUREMENT' || run.measurement);
  if (counted.length === 0) return [];
  const byCode = [...Map.groupBy(counted, ({ code }) => code)].map(([code, own]) => `${own.length} ${code}`);
  return wrapped(`Warnings: ${byCode.join(', ')}; their texts are in the report.`, width);
}
