// Lines over a few given places on an axis, each named at its end.
import { scaleLinear, scaleLog } from 'd3-scale';
import { element, isNarrow, type Look, line, picture, text, textWidth } from '../svg.ts';
import { placeLabels } from './labels.ts';

export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly low?: number; readonly high?: number }[];
}

export interface LinesOptions {
  readonly title: string;
  /** The places across, in order, with what stands under each. */
  readonly across: readonly { readonly x: number; readonly label: string }[];
  readonly acrossAxis: string;
  readonly upAxis: string;
  /** What stands beside a value of the axis up. */
  readonly upText: (value: number) => string;
  /** Whether the axis up is logarithmic; it begins at zero otherwise. */
  readonly isLog?: boolean;
  readonly series: readonly Series[];
}

const dashes = ['', '6 3', '2 3', '8 3 2 3', '1 2', '10 4', '4 4'];

/** Draws lines; they differ by dash as well as by hue, and are named where they end. */
export function drawLines(options: LinesOptions, look: Look): string {
  const { title, across, acrossAxis, upAxis, upText, isLog = false, series } = options;
  const { palette, width } = look;
  const narrow = isNarrow(look);
  const nameWidth = Math.max(...series.map(({ name }) => textWidth(name, 11)));
  const keyHeight = narrow ? series.length * 16 + 8 : 0;
  const frame = { left: 64, right: width - (narrow ? 16 : nameWidth + 24), top: 34, bottom: narrow ? 280 : 300 };
  const values = series.flatMap(({ points }) => points.flatMap(({ y, low = y, high = y }) => [low, y, high]));
  const places = across.map(({ x }) => x);
  const right = scaleLinear([Math.min(...places), Math.max(...places)], [frame.left + 14, frame.right - 8]);
  const up = isLog
    ? scaleLog(
        [Math.min(...values.filter((value) => value > 0)) / 1.3, Math.max(...values) * 1.3],
        [frame.bottom, frame.top],
      )
    : scaleLinear([0, Math.max(...values) * 1.08], [frame.bottom, frame.top]);
  const hues = [
    palette.servers,
    palette.accent,
    palette.authorization,
    palette.balancer,
    palette.redis,
    palette.ink,
    palette.soft,
  ];
  const ends = series.map(({ name, points }) => {
    const last = points.at(-1) ?? { x: 0, y: 0 };
    return { x: right(last.x), y: up(last.y), width: textWidth(name, 11), height: 14 };
  });
  const labels = placeLabels(ends, { left: frame.right - 4, right: width, top: 0, bottom: frame.bottom + 10 });
  return picture(title, look, frame.bottom + 48 + keyHeight, [
    ...ticksOf(up, isLog).flatMap((value) => [
      line(frame.left, up(value), frame.right, up(value), palette.line),
      text(frame.left - 6, up(value) + 4, upText(value), { fill: palette.soft, size: 11, anchor: 'end' }),
    ]),
    ...apart(
      across.map(({ x, label }) => ({ x: right(x), label })),
      width,
    ).map(({ x, label }) => text(x, frame.bottom + 18, label, { fill: palette.soft, size: 11, anchor: 'middle' })),
    text(frame.left, frame.bottom + 38, acrossAxis, { fill: palette.soft, size: 11 }),
    text(8, 16, upAxis, { fill: palette.ink }),
    ...series.flatMap(({ name, points }, index) => {
      const stroke = hues[index % hues.length] as string;
      const dash = dashes[index % dashes.length];
      const d = points
        .map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${right(x).toFixed(1)} ${up(y).toFixed(1)}`)
        .join('');
      const place = labels[index] ?? { x: 0, y: 0 };
      const keyY = frame.bottom + 60 + index * 16;
      return [
        element('path', { d, fill: 'none', stroke, 'stroke-width': 2, 'stroke-dasharray': dash || undefined }),
        ...points.flatMap(({ x, y, low, high }) => [
          ...(low !== undefined && high !== undefined ? [line(right(x), up(low), right(x), up(high), stroke)] : []),
          element('circle', { cx: right(x), cy: up(y), r: 3, fill: stroke }),
        ]),
        ...(narrow
          ? [
              line(12, keyY - 4, 36, keyY - 4, stroke, { 'stroke-width': 2, 'stroke-dasharray': dash || undefined }),
              text(42, keyY, name, { fill: palette.ink, size: 11 }),
            ]
          : [text(place.x, place.y + 4, name, { fill: palette.ink, size: 11 })]),
      ];
    }),
  ]);
}

interface Tick {
  readonly x: number;
  readonly label: string;
}

/** Those labels of an axis that have room, from the last one on; none leaves the picture. */
function apart(ticks: readonly Tick[], width: number): Tick[] {
  const kept: Tick[] = [];
  let free = width;
  for (const { x, label } of [...ticks].reverse()) {
    const half = textWidth(label, 11) / 2;
    const place = Math.min(x, width - half - 2);
    if (place + half > free) continue;
    kept.push({ x: place, label });
    free = place - half - 6;
  }
  return kept;
}

/** Of a logarithmic axis only the powers of ten and their halves. */
function ticksOf(scale: { ticks(count: number): number[] }, isLog: boolean): number[] {
  const all = scale.ticks(isLog ? 10 : 5);
  if (!isLog) return all;
  const tens = all.filter((value) => value.toExponential().startsWith('1e'));
  return tens.length > 3 ? tens : all.filter((value) => /^[125]/.test(value.toExponential()));
}
