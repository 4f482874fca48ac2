// All strategies side by side: what each adds to the CPU of a request, how long a revoked credential is still accepted, and what
// happens in an outage of Redis. From several experiments.
import { isOfSame, type Way, waysOf } from '../analyse/ways.ts';
import { longestWindowText } from '../analyse/wording.ts';
import { durationText, eachText, significant, tenthsText, thousands } from '../catalogue/format.ts';
import { combinationOf } from '../plan/strategies.ts';
import type { Finding, Measure, Report } from '../record/report.ts';
import { commandsText, type Table } from './tables.ts';
import { addedCell, barOf } from './way-cells.ts';

/** What a row is put together from. */
interface Parts extends Way {
  /** Of what takes memory, those last that had most of it. */
  readonly sizes: readonly Finding[];
  /** CPU of the costliest row, in seconds: what a whole bar stands for. */
  readonly costliest: number;
}

interface OverviewColumn {
  readonly head: string;
  readonly align?: 'left';
  cell(parts: Parts): string;
}

const bare = (measure: Measure): Measure => ({ ...measure, low: measure.value, high: measure.value });

const ofCost = (head: string, name: string, show: (measure: Measure) => string): OverviewColumn => ({
  head,
  cell: ({ cost: { measures } }) => (measures[name] ? show(measures[name]) : ''),
});

/** What the first of these kinds of item takes that there is. */
const bytesOf = (head: string, tier: 'redis' | 'servers', items: readonly string[]): OverviewColumn => ({
  head,
  cell({ sizes }) {
    for (const item of items) {
      const size = sizes.findLast((one) => itemOf(one) === item && one.measures[`bytesEach.${tier}`]);
      if (size) return `${eachText(size.measures[`bytesEach.${tier}`]?.value ?? 0)} B a ${item}`;
    }
    return '';
  },
});

/** Of what a finding tells the memory; revoked tokens where it does not say. */
const itemOf = ({ factors }: Finding) => String(factors.state ?? 'revoked token');

const columns: readonly OverviewColumn[] = [
  { head: 'strategy', align: 'left', cell: ({ name }) => name },
  { head: 'added CPU, µs', cell: addedCell },
  {
    head: 'server █ authorization ▓ Redis ▒',
    align: 'left',
    cell: ({ costliest, ...way }) => barOf(way, costliest),
  },
  { head: 'still accepted for', cell: windowText },
  { head: 'in a Redis outage', align: 'left', cell: outageText },
  { head: 'Redis commands', align: 'left', cell: ({ cost }) => commandsText(cost) },
  ofCost('of the baseline', 'throughputVsBaseline', ({ value }) => value.toFixed(2)),
  ofCost('server CPU', 'cpuPerRequest.servers', (measure) => durationText(bare(measure))),
  ofCost('authorization CPU', 'cpuPerRequest.authorization', (measure) => durationText(bare(measure))),
  ofCost('Redis CPU', 'cpuPerRequest.redis', (measure) => durationText(bare(measure))),
  ofCost('bytes sent', 'requestBytes', ({ value }) => thousands(value)),
  bytesOf('Redis memory', 'redis', ['session', 'revoked token', 'user']),
  bytesOf('instance memory', 'servers', ['revoked token', 'cached session', 'cached token']),
  { head: 'generations', cell: ({ cost }) => String(cost.trials.completed) },
];

/** "until exp", "3.6 s", "< 35 ms" where nothing was accepted. */
function windowText({ window, revoked }: Parts): string {
  if (window?.kind === 'until exp') return 'until exp';
  const { exposureWindowMax: max, exposureWindowUpperBound: within } = revoked?.measures ?? {};
  return max ? longestWindowText(bare(max), within) : '';
}

/** "works", "while cached", "rejects 99.0 %", "fails closed, back within 0.4 s". */
function outageText({ inOutage, outage }: Way): string {
  if (!inOutage || !outage || inOutage === 'works' || inOutage === 'while cached') return inOutage ?? '';
  const { acceptedWithoutRedis: accepted, recoveryMax: recovery, cutsWithoutRecovery: never } = outage.measures;
  const back = recovery ? `, back ${tenthsText(recovery)}` : never && never.value > 0 ? ', not always back' : '';
  const rejects = inOutage === 'accepts some' && accepted;
  return `${rejects ? `rejects ${significant((1 - accepted.value) * 100)} %` : inOutage}${back}`;
}

/** A revoked token takes the same room whoever remembers the others; null where none is taken back. */
function recordOf({ factors: { strategy } }: Finding): string | null {
  const { check } = combinationOf(String(strategy));
  return check === 'none' ? null : check;
}

/** The table; null where nothing has been compared. */
export function overviewOf({ findings }: Report): Table | null {
  const of = (experiment: string) => findings.filter((finding) => finding.experiment === experiment);
  const sizes = [...of('state-size'), ...of('revocation-impact')];
  const ways = waysOf(findings);
  if (ways.length === 0) return null;
  const costliest = Math.max(...ways.map(({ added }) => added?.value ?? 0));
  const rows = ways.map(
    (way): Parts => ({
      ...way,
      costliest,
      sizes: sizes.filter(
        (size) => isOfSame(size, way.cost) || (recordOf(way.cost) !== null && recordOf(size) === recordOf(way.cost)),
      ),
    }),
  );
  const used = columns.filter(({ cell }) => rows.some((row) => cell(row) !== ''));
  return {
    experiment: 'side by side',
    columns: used.map(({ head, align }) => ({ head, align: align ?? 'right' })),
    rows: rows.map((row) => used.map(({ cell }) => cell(row))),
  };
}
