// All strategies side by side: of each what it costs, what it weighs, and how it is taken back, from several experiments.

import {
  durationText,
  eachText,
  longestWindowText,
  ratioText,
  roughText,
  significant,
  strategyLabel,
  tenthsText,
  thousands,
  windowText,
} from '../analyse/wording.ts';
import { combinationOf } from '../plan/strategies.ts';
import type { Finding, Measure, Report } from '../record/report.ts';
import { commandsText, type Table } from './tables.ts';

/** What a row is put together from; each is missing where its experiment was not run. */
interface Parts {
  /** Of `throughput`: the row is one of its cells. */
  readonly load: Finding;
  readonly revoked?: Finding | undefined;
  readonly cutOff?: Finding | undefined;
  /** Of what takes memory, those last that had most of it. */
  readonly sizes: readonly Finding[];
}

interface OverviewColumn {
  readonly head: string;
  readonly align?: 'left';
  cell(parts: Parts): string;
}

const bare = (measure: Measure): Measure => ({ ...measure, low: measure.value, high: measure.value });

const ofLoad = (head: string, name: string, show: (measure: Measure) => string): OverviewColumn => ({
  head,
  cell: ({ load: { measures } }) => (measures[name] ? show(measures[name]) : ''),
});

/** The first of these measures that there is, with what each of them is the memory of. */
const bytesOf = (head: string, items: Readonly<Record<string, string>>): OverviewColumn => ({
  head,
  cell({ sizes }) {
    for (const [name, item] of Object.entries(items)) {
      const measure = sizes.findLast(({ measures }) => measures[name])?.measures[name];
      if (measure) return `${eachText(measure.value)} B a ${item}`;
    }
    return '';
  },
});

const window = (
  head: string,
  name: string,
  show: (measure: Measure, all: Finding['measures']) => string,
): OverviewColumn => ({
  head,
  cell({ revoked }) {
    const measure = revoked?.measures[name];
    if (!measure) return '';
    return revoked?.factors.event === 'expired' ? 'until exp' : show(bare(measure), revoked?.measures ?? {});
  },
});

const columns: readonly OverviewColumn[] = [
  { head: 'strategy', align: 'left', cell: ({ load }) => strategyLabel(load.factors) },
  ofLoad('ratio to none', 'throughputRatio', ratioText),
  ofLoad('server CPU', 'cpuPerRequest.servers', (measure) => durationText(bare(measure))),
  ofLoad('authorization CPU', 'cpuPerRequest.authorization', (measure) => durationText(bare(measure))),
  ofLoad('Redis CPU', 'cpuPerRequest.redis', (measure) => durationText(bare(measure))),
  ofLoad('balancer CPU', 'cpuPerRequest.balancer', (measure) => durationText(bare(measure))),
  { head: 'Redis commands', align: 'left', cell: ({ load }) => commandsText(load) },
  ofLoad('bytes sent', 'requestBytes', ({ value }) => thousands(value)),
  window('window p50', 'exposureWindowMedian', windowText),
  window('window max', 'exposureWindowMax', (max, all) => longestWindowText(max, all.exposureWindowWithin)),
  { head: 'accepted after', cell: ({ revoked }) => (revoked ? acceptedAfter(revoked) : '') },
  bytesOf('Redis memory', {
    'bytesPerSession.redis': 'session',
    'bytesPerRevokedToken.redis': 'revoked token',
    'bytesPerUser.redis': 'user',
  }),
  bytesOf('instance memory', {
    'bytesPerRevokedToken.servers': 'revoked token',
    'bytesPerCachedSession.servers': 'kept session',
    'bytesPerCachedToken.servers': 'kept token',
  }),
  { head: 'without Redis', align: 'left', cell: ({ cutOff }) => (cutOff ? withoutRedis(cutOff) : '') },
];

/** "0", "201, tried every 40 ms": how many got through depends on how often they are sent. */
function acceptedAfter({
  factors,
  measures: { acceptedAfterRevoke: accepted, useInterval: interval },
}: Finding): string {
  if (factors.event !== 'revoked' || !accepted) return '';
  if (accepted.value === 0) return '0';
  return `${significant(accepted.value)}${interval ? `, tried every ${roughText(interval)}` : ''}`;
}

/** "goes on", "refuses, back within 0.4 s". */
function withoutRedis({ measures }: Finding): string {
  const { acceptedWithoutRedis: accepted, recoveryMax: recovery, cutsWithoutRecovery: never } = measures;
  if (!accepted && !recovery && !never) return '';
  if (accepted?.value === 1) return 'goes on';
  const back = recovery ? `, back ${tenthsText(recovery)}` : never && never.value > 0 ? ', not always back' : '';
  if (!accepted) return `no answer${back}`;
  const refuses = accepted.value > 0 ? `refuses ${significant((1 - accepted.value) * 100)} %` : 'refuses';
  return `${refuses}${back}`;
}

/** A revoked token takes the same room whoever remembers the others; null where none is taken back. */
function recordOf({ factors: { strategy } }: Finding): string | null {
  const { check } = combinationOf(String(strategy));
  return check === 'none' ? null : check;
}

/** The table; null where there is nothing to lay side by side. */
export function overviewOf({ findings }: Report): Table | null {
  const of = (experiment: string) => findings.filter((finding) => finding.experiment === experiment);
  const exposures = of('exposure-window');
  const sizes = [...of('state-size'), ...of('revocation-impact')];
  const loads = of('throughput');
  if (loads.length === 0 || (exposures.length === 0 && of('state-size').length === 0)) return null;
  const rows = loads.map((load): Parts => {
    const isOf = ({ factors: { strategy, alg } }: Finding) =>
      strategy === load.factors.strategy && (alg ?? 'HS256') === (load.factors.alg ?? 'HS256');
    const own = exposures.filter((finding) => isOf(finding) && finding.factors.load !== 'idle');
    const ended = [...own, ...exposures.filter(isOf)].find(({ factors }) =>
      ['revoked', 'expired'].includes(String(factors.event)),
    );
    return {
      load,
      revoked: ended,
      cutOff: [...own, ...exposures.filter(isOf)].find(({ factors }) => factors.event === 'cut off'),
      sizes: sizes.filter((size) => isOf(size) || (recordOf(load) !== null && recordOf(size) === recordOf(load))),
    };
  });
  const used = columns.filter(({ cell }) => rows.some((row) => cell(row) !== ''));
  return {
    experiment: 'side by side',
    columns: used.map(({ head, align }) => ({ head, align: align ?? 'right' })),
    rows: rows.map((row) => used.map(({ cell }) => cell(row))),
  };
}
