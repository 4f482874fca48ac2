// A report as one self-contained page: no script, no address outside, light and dark.
import type { Report } from '../record/report.ts';
import { environmentLines, howToRead, sideBySideNote, titleOf } from './about.ts';
import { overviewOf } from './overview.ts';
import { type Table, tablesOf } from './tables.ts';

const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #8882; --warn: #b58900; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 92rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.5rem }
.scroll { overflow-x: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .875rem; margin: 1rem 0 }
th, td { padding: .3rem .55rem; border-bottom: 1px solid var(--line); white-space: nowrap; text-align: right }
th { font-weight: 600 } tbody tr:hover { background: var(--soft) }
.left { text-align: left }
th:first-child, td:first-child { position: sticky; left: 0; background: Canvas }
.warning { border-left: 4px solid var(--warn); padding: .2rem .8rem; margin: .5rem 0; background: var(--soft) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.5rem; font-size: .875rem }
dt { font-weight: 600 } dd { margin: 0 }
`;

/** The whole report as an HTML document; the same report gives the same bytes. */
export function renderHtml(report: Report): string {
  const tables = tablesOf(report);
  const overview = overviewOf(report);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(titleOf(report))}</title>
<style>${style}</style>
</head>
<body>
<h1>${escaped(titleOf(report))}</h1>
${report.warnings.map(({ code, message }) => `<p class="warning"><b>${escaped(code)}</b>: ${escaped(message)}</p>`).join('\n')}
${overview ? `<section id="side-by-side">\n<h2>Side by side</h2>\n${tableHtml(overview)}\n<p>${withCode(sideBySideNote)}</p>\n</section>` : ''}
${report.answers
  .map(
    ({ experiment, question, sentences }) => `<section id="${escaped(experiment)}">
<h2>${escaped(question)}</h2>
<ul>
${sentences.map((sentence) => `<li>${withCode(sentence)}</li>`).join('\n')}
</ul>
${tables
  .filter((table) => table.experiment === experiment)
  .map(tableHtml)
  .join('\n')}
</section>`,
  )
  .join('\n')}
<section>
<h2>How to read this</h2>
<p>${withCode(howToRead(report))}</p>
</section>
<section>
<h2>How and where it was measured</h2>
<dl>
${environmentLines(report)
  .map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`)
  .join('\n')}
</dl>
</section>
</body>
</html>
`;
}

function tableHtml({ columns, rows }: Table): string {
  const cells = (tag: 'th' | 'td', texts: readonly string[]) =>
    texts
      .map(
        (text, index) => `<${tag}${columns[index]?.align === 'left' ? ' class="left"' : ''}>${escaped(text)}</${tag}>`,
      )
      .join('');
  return `<div class="scroll"><table>
<thead><tr>${cells(
    'th',
    columns.map(({ head }) => head),
  )}</tr></thead>
<tbody>
${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('\n')}
</tbody>
</table></div>`;
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => entities[character] as string);

/** Text in which backticks set names apart. */
const withCode = (text: string) => escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>');
