// Horizontal bars, one a row, in parts where a whole has parts, with intervals and lines to hold them against.
import { scaleLinear } from 'd3-scale';
import { element, isNarrow, type Look, line, picture, text, textWidth } from '../svg.ts';

interface Part {
  readonly value: number;
  readonly fill: string;
}

export interface Bar {
  readonly label: string;
  readonly parts: readonly Part[];
  /** Ends of the interval of the whole. */
  readonly interval?: readonly [number, number] | undefined;
  /** What stands behind the bar. */
  readonly told: string;
}

export interface BarsOptions {
  readonly title: string;
  /** What the axis measures, with its unit. */
  readonly axis: string;
  readonly bars: readonly Bar[];
  readonly legend?: readonly { readonly name: string; readonly fill: string }[];
  /** Values that bars are held against. */
  readonly marks?: readonly { readonly value: number; readonly name: string }[];
}

const row = 26;
const thickness = 14;

/** Draws bars that share one axis from zero. On a phone a label stands above its bar. */
export function drawBars({ title, axis, bars, legend = [], marks = [] }: BarsOptions, look: Look): string {
  const { palette, width } = look;
  const narrow = isNarrow(look);
  const step = narrow ? row + 16 : row;
  const left = narrow ? 12 : Math.min(300, Math.max(...bars.map(({ label }) => textWidth(label))) + 20);
  const toldWidth = Math.max(...bars.map(({ told }) => textWidth(told))) + 14;
  const top = legend.length > 0 ? 34 : 14;
  const bottom = top + bars.length * step + marks.length * 15;
  const most = Math.max(
    ...bars.map(({ parts, interval }) => Math.max(sum(parts), interval?.[1] ?? 0)),
    ...marks.map(({ value }) => value),
  );
  const across = scaleLinear([0, most || 1], [left, width - toldWidth]);
  return picture(title, look, bottom + 42, [
    ...keyOf(legend, left, palette.soft),
    ...across.ticks(narrow ? 3 : 6).flatMap((value) => [
      line(across(value), top, across(value), bottom, palette.line),
      text(across(value), bottom + 16, value.toLocaleString('en-US'), {
        fill: palette.soft,
        size: 11,
        anchor: 'middle',
      }),
    ]),
    text(left, bottom + 34, axis, { fill: palette.soft, size: 11 }),
    ...bars.flatMap(({ label, parts, interval, told }, index) => {
      const y = top + index * step + (narrow ? 16 : 0) + (row - thickness) / 2;
      let from = 0;
      const drawn = parts.map(({ value, fill }) => {
        const size = Math.max(0, value);
        const piece = element('rect', {
          x: across(from),
          y,
          width: across(from + size) - across(from),
          height: thickness,
          fill,
        });
        from += size;
        return piece;
      });
      const end = Math.max(across(from), interval ? across(interval[1]) : 0) + 8;
      return [
        narrow
          ? text(left, y - 5, label, { fill: palette.ink })
          : text(left - 8, y + 11, label, { fill: palette.ink, anchor: 'end' }),
        ...drawn,
        ...(interval
          ? whisker(across(Math.max(0, interval[0])), across(interval[1]), y + thickness / 2, palette.ink)
          : []),
        text(end, y + 11, told, { fill: palette.ink, size: 11 }),
      ];
    }),
    ...marks.flatMap(({ value, name }, index) => [
      line(across(value), top, across(value), bottom, palette.accent, { 'stroke-dasharray': '4 3' }),
      text(across(value) + 4, bottom - 4 - index * 15, name, { fill: palette.accent, size: 11 }),
    ]),
  ]);
}

const sum = (parts: readonly Part[]) => parts.reduce((total, { value }) => total + Math.max(0, value), 0);

const whisker = (low: number, high: number, y: number, stroke: string) =>
  high - low < 1
    ? []
    : [line(low, y, high, y, stroke), line(low, y - 3, low, y + 3, stroke), line(high, y - 3, high, y + 3, stroke)];

function keyOf(legend: NonNullable<BarsOptions['legend']>, left: number, ink: string): string[] {
  let x = left;
  return legend.flatMap(({ name, fill }) => {
    const pieces = [
      element('rect', { x, y: 8, width: 10, height: 10, fill }),
      text(x + 15, 17, name, { fill: ink, size: 11 }),
    ];
    x += textWidth(name, 11) + 34;
    return pieces;
  });
}
