// How fast each way is taken back: every stolen credential a tick, in a normal day and in an outage of Redis.
import { scaleLog } from 'd3-scale';
import { waysOf } from '../../analyse/ways.ts';
import type { Finding } from '../../record/report.ts';
import { element, isNarrow, line, picture, text, textWidth } from '../svg.ts';
import type { Chart } from './contract.ts';

interface Strip {
  readonly strategy: string;
  readonly condition: string;
  readonly finding: Finding;
}

const row = 17;
/** Seconds that stand for "nothing was accepted". */
const least = 1e-3;

const conditions = {
  idle: 'idle',
  loaded: 'loaded',
  'cut off': 'in an outage',
} as const;

export const windows: Chart = {
  name: 'windows',
  title: 'Exposure window of every stolen credential',
  draw(report, look) {
    const strips = stripsOf(report.findings);
    if (strips.length === 0) return null;
    const { palette, width } = look;
    const narrow = isNarrow(look);
    const left = narrow ? 12 : Math.max(...strips.map(({ strategy }) => textWidth(strategy))) + 92;
    const step = narrow ? row + 13 : row;
    const top = 34;
    const bottom = top + strips.length * step;
    const longest = Math.max(...strips.flatMap(({ finding }) => [boundOf(finding), ...windowsOf(finding)]));
    const across = scaleLog([least, longest * 1.5], [left + 34, width - 20]).clamp(true);
    const ticks = [1e-2, 0.1, 1, 10].filter((value) => value < longest * 1.5);
    return picture(this.title, look, bottom + 44, [
      text(
        8,
        16,
        narrow
          ? 'ring: none accepted; tick: last one'
          : 'ring: credentials of which nothing was accepted; tick: when one was last accepted; bar: upper bound',
        {
          fill: palette.soft,
          size: 11,
        },
      ),
      ...ticks.flatMap((value) => [
        line(across(value), top, across(value), bottom, palette.line),
        text(across(value), bottom + 18, value < 1 ? `${value * 1e3} ms` : `${value} s`, {
          fill: palette.soft,
          size: 11,
          anchor: 'middle',
        }),
      ]),
      text(left, bottom + 36, 'after the acknowledged revoke', { fill: palette.soft, size: 11 }),
      ...strips.flatMap(({ strategy, condition, finding }, index) => {
        const y = top + index * step + (narrow ? 22 : row / 2);
        const isFirst = strips[index - 1]?.strategy !== strategy;
        const seen = windowsOf(finding);
        const none = seen.filter((window) => window === 0).length;
        return [
          ...(narrow
            ? [text(left, y - 8, `${strategy}, ${condition}`, { fill: palette.ink, size: 11 })]
            : [
                ...(isFirst && index > 0 ? [line(8, y - row / 2, width - 20, y - row / 2, palette.line)] : []),
                ...(isFirst ? [text(8, y + 4, strategy, { fill: palette.ink })] : []),
                text(left - 8, y + 4, condition, { fill: palette.soft, size: 11, anchor: 'end' }),
              ]),
          line(left, y, across(boundOf(finding)), y, palette.line, { 'stroke-width': 8 }),
          ...(none > 0
            ? [
                element('circle', {
                  cx: left + 7,
                  cy: y,
                  r: 4,
                  fill: palette.paper,
                  stroke: palette.servers,
                  'stroke-width': 1.5,
                }),
                text(left + 14, y + 4, `×${none}`, { fill: palette.soft, size: 10 }),
              ]
            : []),
          ...seen
            .filter((window) => window > 0)
            .map((window) =>
              line(across(window), y - 7, across(window), y + 7, palette.accent, { 'stroke-width': 1.5 }),
            ),
        ];
      }),
    ]);
  },
};

const boundOf = ({ measures }: Finding) => measures.exposureWindowUpperBound?.value ?? least;

/** Every window that was measured; where a report tells none, its median and its longest. */
const windowsOf = ({ samples, measures }: Finding): readonly number[] =>
  samples?.exposureWindow ?? [measures.exposureWindowMedian?.value ?? 0, measures.exposureWindowMax?.value ?? 0];

/** Strategies in the order of what they cost, as everywhere on the page. */
function stripsOf(findings: readonly Finding[]): Strip[] {
  const order = waysOf(findings).map(({ strategy }) => strategy);
  const rankOf = ({ factors }: Finding) => order.indexOf(String(factors.strategy));
  return findings
    .filter(({ experiment, measures }) => experiment === 'exposure-window' && measures.exposureWindowMax)
    .filter(({ factors }) => factors.event !== 'expired' && factors.event !== 'refreshed')
    .sort((a, b) => rankOf(a) - rankOf(b) || conditionOf(a).localeCompare(conditionOf(b)))
    .map((finding) => ({ strategy: String(finding.factors.strategy), condition: conditionOf(finding), finding }));
}

/** Idle, loaded, or while Redis is away. */
const conditionOf = ({ factors: { event, load } }: Finding): string =>
  conditions[event === 'cut off' ? 'cut off' : load === 'loaded' ? 'loaded' : 'idle'];
