// How the page looks: light and dark, on a phone, on paper.
import { type Palette, palettes } from '../svg.ts';

const variables = (palette: Palette) =>
  Object.entries(palette)
    .map(([name, colour]) => `--${name}: ${colour}`)
    .join('; ');

export const style = `
:root { color-scheme: light dark; ${variables(palettes.light)} }
@media (prefers-color-scheme: dark) { :root { ${variables(palettes.dark)} } }
* { box-sizing: border-box }
body { font: 16px/1.55 system-ui, -apple-system, 'Segoe UI', sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
header p { color: var(--soft); margin: 0 }
h1 { font-size: 1rem; font-weight: 600; margin: 0 }
h2 { font-size: 1.25rem; margin: 3rem 0 .5rem; line-height: 1.3 }
p { max-width: 46rem }
.verdict { font-size: 1.3rem; line-height: 1.45; margin: 1rem 0 }
.caution { border-left: 4px solid var(--accent); padding-left: .8rem }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 1rem; margin: 1.5rem 0; padding: 0; list-style: none }
.figures li { border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem }
.figures b { display: block; font-size: 2.1rem; line-height: 1.2; font-variant-numeric: tabular-nums }
.figures small { color: var(--soft); font-size: 1rem; font-weight: 400 }
nav { font-size: .9rem; margin: 1rem 0 } nav a { display: inline-block; margin: .1rem .9rem .1rem 0 }
a { color: var(--servers) } a:focus-visible, button:focus-visible, input:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
figure { margin: 1rem 0 } figure svg { max-width: 100%; height: auto; display: block }
figure .narrow { display: none }
@media (max-width: 640px) { figure .wide { display: none } figure .narrow { display: block } .verdict { font-size: 1.15rem } }
details { margin: .6rem 0 } summary { cursor: pointer; color: var(--servers) }
.scroll { overflow-x: auto; background: linear-gradient(to left, var(--paper) 40%, transparent) 100% 0 / 48px 100% no-repeat local, linear-gradient(to left, var(--soft), transparent) 100% 0 / 10px 100% no-repeat scroll }
th:first-child, td:first-child { position: sticky; left: 0; background: var(--paper) }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .85rem; margin: .6rem 0 }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); white-space: nowrap; text-align: right }
th button { font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 0; cursor: pointer }
th[aria-sort=ascending] button::after { content: ' ▲' } th[aria-sort=descending] button::after { content: ' ▼' }
.left { text-align: left }
tbody tr:hover { background: var(--band) }
.carries { list-style: none; padding: 0; margin: .6rem 0; display: grid; gap: .25rem; font-size: .9rem }
.carries li { display: grid; grid-template-columns: 15rem 1fr 3rem; gap: .6rem; align-items: center }
.carries .bar { background: color-mix(in srgb, var(--accent) 65%, var(--paper)); height: .9rem } .carries .bar i { display: block; height: 100%; background: var(--servers); width: calc(var(--share) * 100%) }
.carries .share { font-variant-numeric: tabular-nums; text-align: right }
@media (max-width: 640px) { .carries li { grid-template-columns: 1fr 3rem } .carries li span:first-child { grid-column: 1 / -1 } }
input[type=range] { width: min(24rem, 100%); accent-color: var(--servers) }
fieldset { border: 0; padding: 0; margin: .6rem 0 } legend { font-weight: 600; padding: 0 } fieldset label { display: inline-block; margin-right: 1.2rem }
.choice { display: grid; grid-template-columns: repeat(auto-fit, minmax(18rem, 1fr)); gap: 1rem 2rem }
.choice ul { padding-left: 1.1rem; margin: .3rem 0 } #out { color: var(--soft) } #out b { color: var(--ink); font-weight: 500 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; font-size: .875rem } dt { font-weight: 600 } dd { margin: 0; overflow-wrap: anywhere }
code { font-size: .92em }
@media print { nav, input, .choice, #which { display: none } details { break-inside: avoid } body { max-width: none } }
`;
