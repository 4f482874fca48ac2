// The map: what a way costs across, how long a revoked credential is still accepted up, and which ways no other beats in both. Below the
// detection limit height says nothing, so every way there has a row of its own.
import { scaleLog } from 'd3-scale';
import {
  detectionLimitOf,
  frontierOf,
  longestOf,
  mainWays,
  type Way,
  type Window,
  waysOf,
} from '../../analyse/ways.ts';
import { boundText, roughText } from '../../catalogue/format.ts';
import type { Measure } from '../../record/report.ts';
import { element, isNarrow, line, type Palette, picture, type TextStyle, text, textWidth } from '../svg.ts';
import type { Chart } from './contract.ts';

/** A way that can be drawn. */
interface Drawn {
  readonly way: Way;
  readonly added: Measure;
  readonly window: Window;
}

/** Microseconds that the axis begins with at the latest: less cannot be drawn on a logarithmic axis. */
const leastAdded = 0.5;
const row = 19;
const top = 58;
/** Pixels for windows between the detection limit and "until exp". */
const seenHeight = 120;

export const map: Chart = {
  name: 'map',
  title: 'Added CPU per request, and how long a revoked credential is still accepted',
  draw(report, look) {
    const drawn = mainWays(waysOf(report.findings)).flatMap((way): Drawn[] =>
      way.added && way.window ? [{ way, added: way.added, window: way.window }] : [],
    );
    if (drawn.length === 0) return null;
    const { palette, width } = look;
    const limit = detectionLimitOf(drawn.map(({ way }) => way));
    const {
      forever = [],
      seen = [],
      below = [],
    } = Object.groupBy(drawn, ({ window }) => {
      const length = longestOf(window);
      return length > limit ? (Number.isFinite(length) ? 'seen' : 'forever') : 'below';
    });
    const frame = { left: isNarrow(look) ? 62 : 82, right: width - 14 };
    const bandTop = top + forever.length * row + seenHeight;
    const bottom = bandTop + below.length * row + 24;
    const across = scaleLog(
      [
        Math.max(leastAdded, Math.min(...drawn.map(({ added }) => added.low * 1e6))),
        Math.max(...drawn.map(({ added }) => added.high * 1e6)),
      ],
      [frame.left + 12, frame.right - 12],
    ).clamp(true);
    const longest = Math.max(1, ...seen.map(({ window }) => longestOf(window))) * 2;
    const up = scaleLog([Math.max(limit, 1e-3), longest], [bandTop, top + forever.length * row + 22]).clamp(true);
    const rows = new Map<Drawn, number>([
      ...forever.map((one, index) => [one, top + (index + 0.5) * row] as const),
      ...seen.map((one) => [one, up(longestOf(one.window))] as const),
      ...below.map((one, index) => [one, bandTop + 24 + (index + 0.5) * row - 4] as const),
    ]);
    const frontier = new Set(frontierOf(drawn.map(({ way }) => way)));
    const best = [...rows].filter(([{ way }]) => frontier.has(way));
    return picture(this.title, look, bottom + 46, [
      ...frameOf({
        frame,
        across,
        up,
        bandTop,
        bottom,
        limit,
        longest,
        untilExp: top + (forever.length * row) / 2,
        palette,
      }),
      ...legend(frame.right, palette, isNarrow(look)),
      frontierPath(
        best.map(([{ added }, y]) => ({ x: across(added.value * 1e6), y })),
        palette,
      ),
      ...[...rows].flatMap(([one, y]) => mark(one, y, across, palette)),
      ...[...rows].flatMap(([one, y]) =>
        name(one, y, across, frame.right, {
          fill: frontier.has(one.way) ? palette.accent : palette.ink,
          halo: y > bandTop ? palette.band : palette.paper,
        }),
      ),
    ]);
  },
};

interface Frame {
  readonly frame: { readonly left: number; readonly right: number };
  readonly across: (value: number) => number;
  readonly up: (value: number) => number;
  readonly bandTop: number;
  readonly bottom: number;
  readonly limit: number;
  readonly longest: number;
  readonly untilExp: number;
  readonly palette: Palette;
}

function frameOf({ frame, across, up, bandTop, bottom, limit, longest, untilExp, palette }: Frame): string[] {
  const { left, right } = frame;
  const { soft, line: rule, band } = palette;
  const ticks = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500].filter(
    (value) => across(value) > left + 12 && across(value) < right - 12,
  );
  const spans = [0.1, 1, 10, 60, 600].filter((value) => value > limit && value < longest);
  const dashed = { 'stroke-dasharray': '2 4' };
  return [
    element('rect', { x: left, y: bandTop, width: right - left, height: bottom - bandTop, fill: band }),
    text(
      right - 6,
      bandTop + 14,
      `below ${boundText(limit)}: bounds, which give no order${right - left < 480 ? '' : ' (cheapest on top)'}`,
      { fill: soft, size: 11, halo: band, anchor: 'end' },
    ),
    ...spans.flatMap((value) => [
      line(left, up(value), right, up(value), rule, dashed),
      text(left - 8, up(value) + 4, roughText(value), { fill: soft, size: 11, anchor: 'end' }),
    ]),
    text(left - 8, untilExp + 4, 'until exp', { fill: soft, size: 11, anchor: 'end' }),
    ...ticks.flatMap((value) => [
      line(across(value), bottom, across(value), bottom + 5, soft),
      text(across(value), bottom + 18, String(value), { fill: soft, size: 11, anchor: 'middle' }),
    ]),
    line(left, bottom, right, bottom, soft),
    text((left + right) / 2, bottom + 38, 'added CPU per request, µs (logarithmic)', {
      fill: palette.ink,
      anchor: 'middle',
    }),
    text(8, 20, 'revoked, still accepted for', { fill: palette.ink }),
  ];
}

/** Steps from way to way: to be rejected sooner, one pays more. */
function frontierPath(points: readonly { readonly x: number; readonly y: number }[], { accent }: Palette): string {
  const d = [...points]
    .sort((a, b) => a.x - b.x)
    .map(({ x, y }, index) => (index === 0 ? `M${x.toFixed(1)} ${y.toFixed(1)}` : `H${x.toFixed(1)}V${y.toFixed(1)}`))
    .join('');
  return element('path', { d, fill: 'none', stroke: accent, 'stroke-width': 2, 'stroke-opacity': '0.6' });
}

type Across = (value: number) => number;

const ends = ({ added }: Drawn, across: Across) =>
  [across(Math.max(leastAdded, added.low * 1e6)), across(added.high * 1e6)] as const;

/** A filled square works in an outage, an open one in part, as its label says; a ring fails closed, a dot was not asked. */
function mark(drawn: Drawn, y: number, across: Across, { soft, servers, paper }: Palette): string[] {
  const [low, high] = ends(drawn, across);
  const x = across(drawn.added.value * 1e6);
  const { inOutage } = drawn.way;
  return [
    line(low, y, high, y, soft),
    inOutage === 'works' || (inOutage !== null && inOutage in besideName)
      ? element('rect', {
          ...{ x: x - 5, y: y - 5, width: 10, height: 10 },
          fill: inOutage === 'works' ? servers : paper,
          ...(inOutage === 'works' ? {} : { stroke: servers, 'stroke-width': 2 }),
        })
      : inOutage === null
        ? element('circle', { cx: x, cy: y, r: 3, fill: servers })
        : element('circle', { cx: x, cy: y, r: 5, fill: paper, stroke: servers, 'stroke-width': 2 }),
  ];
}

/** What a mark alone would not say. */
const besideName: Readonly<Record<string, string>> = {
  'while cached': ', works while cached',
  'accepts some': ', accepts some in an outage',
};

/** To the right of its interval, or to the left where there is no room. */
function name(
  drawn: Drawn,
  y: number,
  across: Across,
  right: number,
  style: Pick<TextStyle, 'fill' | 'halo'>,
): string[] {
  const [low, high] = ends(drawn, across);
  const { window, way } = drawn;
  const beside = (way.inOutage && besideName[way.inOutage]) ?? '';
  const length =
    window.kind === 'until exp'
      ? ''
      : `: ${window.kind === 'below' ? `< ${boundText(window.within)}` : roughText(longestOf(window))}${beside}`;
  const room = Math.max(right - high, low);
  const told = textWidth(way.name + length, 11) + 10 < room ? way.name + length : way.name;
  const fits = high + 10 + textWidth(told, 11) < right;
  return [text(fits ? high + 9 : low - 9, y + 4, told, { ...style, size: 11, anchor: fits ? 'start' : 'end' })];
}

function legend(right: number, palette: Palette, narrow: boolean): string[] {
  const { servers, paper, soft, accent } = palette;
  const [x, y] = narrow ? [8, 38] : [right - 472, 20];
  const label = (at: number, words: string) => text(at, y, words, { fill: soft, size: 11 });
  const square = (at: number, fill: string) =>
    element('rect', { x: at, y: y - 8, width: 8, height: 8, fill, stroke: servers, 'stroke-width': 2 });
  const ring = (at: number) =>
    element('circle', { cx: at, cy: y - 4, r: 4.5, fill: paper, stroke: servers, 'stroke-width': 2 });
  const rule = (at: number) => line(at, y - 4, at + 18, y - 4, accent, { 'stroke-width': 2 });
  return narrow
    ? [
        ...[square(x, servers), label(x + 14, 'works in an outage'), ring(x + 134), label(x + 143, 'fails closed')],
        ...[rule(x + 216), label(x + 239, 'no other beats it')],
      ]
    : [
        ...[square(x, servers), label(x + 14, 'works in a Redis outage'), square(x + 154, paper)],
        ...[label(x + 168, 'in part'), ring(x + 226), label(x + 235, 'fails closed')],
        ...[rule(x + 312), label(x + 337, 'no other beats it in both')],
      ];
}
