// Pieces of a picture as SVG text: the same input gives the same bytes.
import { escaped } from './escape.ts';

/** Colours that stay apart for the colour-blind (Okabe and Ito, 2008); `var(...)` where a page decides between light and dark. */
export interface Palette {
  readonly paper: string;
  readonly ink: string;
  /** For axes and what is said beside. */
  readonly soft: string;
  readonly line: string;
  readonly band: string;
  readonly servers: string;
  readonly authorization: string;
  readonly redis: string;
  readonly balancer: string;
  readonly accent: string;
}

const hues = { servers: '#0072b2', authorization: '#e69f00', redis: '#009e73', balancer: '#cc79a7', accent: '#d55e00' };

export const palettes = {
  light: { paper: '#ffffff', ink: '#1b1f24', soft: '#57606a', line: '#d0d7de', band: '#eef2f6', ...hues },
  dark: {
    paper: '#0d1117',
    ink: '#e6edf3',
    soft: '#9aa4af',
    line: '#30363d',
    band: '#161d26',
    ...hues,
    servers: '#3b9bdc',
    accent: '#ff7f32',
  },
  page: {
    paper: 'var(--paper)',
    ink: 'var(--ink)',
    soft: 'var(--soft)',
    line: 'var(--line)',
    band: 'var(--band)',
    servers: 'var(--servers)',
    authorization: 'var(--authorization)',
    redis: 'var(--redis)',
    balancer: 'var(--balancer)',
    accent: 'var(--accent)',
  },
} as const satisfies Record<string, Palette>;

/** How a picture is to look: its width in pixels, and its colours. */
export interface Look {
  readonly width: number;
  readonly palette: Palette;
}

export const isNarrow = ({ width }: Look) => width < 600;

const number = (value: number) => String(Math.round(value * 10) / 10);

const attributes = (given: Readonly<Record<string, string | number | undefined>>) =>
  Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? number(value) : escaped(String(value))}"`)
    .join('');

type Given = Readonly<Record<string, string | number | undefined>>;

/** An element without content. */
export const element = (name: string, given: Given) => `<${name}${attributes(given)}/>`;

export interface TextStyle {
  readonly fill: string;
  readonly size?: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly weight?: number;
  /** What lies around the letters, so that a line behind them does not strike them out. */
  readonly halo?: string;
}

/** A line of text, its baseline at `y`. */
export const text = (x: number, y: number, content: string, { fill, size = 12, anchor, weight, halo }: TextStyle) =>
  `<text${attributes({ x, y, fill, 'font-size': size, 'text-anchor': anchor, 'font-weight': weight, ...(halo ? { stroke: halo, 'stroke-width': 4, 'paint-order': 'stroke' } : {}) })}>${escaped(content)}</text>`;

export const line = (x1: number, y1: number, x2: number, y2: number, stroke: string, more: Given = {}) =>
  element('line', { x1, y1, x2, y2, stroke, ...more });

/** About how wide a text is, for placing labels; system fonts differ by some per cent. */
export const textWidth = (content: string, size = 12) => content.length * size * 0.56;

/**
 * A whole picture.
 * @param title what a screen reader says of it; its figures stand in the table beside it.
 */
export function picture(title: string, { width, palette }: Look, height: number, body: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${number(width)} ${number(height)}" width="${number(width)}" height="${number(height)}" role="img" aria-label="${escaped(title)}" font-family="system-ui, -apple-system, 'Segoe UI', sans-serif">`,
    `<title>${escaped(title)}</title>`,
    element('rect', { width, height, fill: palette.paper }),
    ...body,
    '</svg>',
  ].join('\n');
}
