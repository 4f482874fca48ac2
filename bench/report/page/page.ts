// A report as one self-contained page: no address outside, light and dark. The same report and script give the same bytes.
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { carriedShare } from '../../analyse/carried.ts';
import { questions } from '../../analyse/choose.ts';
import { controlVerdict } from '../../analyse/controls.ts';
import { meaningsOf } from '../../analyse/wording.ts';
import type { Report } from '../../record/report.ts';
import { environmentLines, howToRead, sideBySideNote, titleOf } from '../about.ts';
import { answerOf } from '../answer.ts';
import { charts } from '../charts/index.ts';
import { escaped, withCode } from '../escape.ts';
import { overviewOf } from '../overview.ts';
import { palettes } from '../svg.ts';
import { type Table, tablesOf } from '../tables.ts';
import { type PageData, pageDataOf } from './data.ts';
import { type Section, sections } from './sections.ts';
import { style } from './style.ts';

/** Pixels of a picture on a screen, and on a phone. */
const widths = { wide: 960, narrow: 360 } as const;

/** Milliseconds of work of one's own at which the slider begins. */
const initialWork = 2;

/**
 * The whole report as an HTML document.
 * @param script of the page, as bundled.
 */
export function renderHtml(report: Report, script: string): string {
  const data = pageDataOf(report);
  const hash = createHash('sha256').update(script).digest('base64');
  const tables = tablesOf(report);
  const drawn = sections.map((section) => ({ section, html: sectionHtml(section, report, tables) }));
  const told = new Set(sections.flatMap(({ experiments }) => experiments));
  const others = tables.filter(({ experiment }) => !told.has(experiment));
  const shown = drawn.filter(({ html }) => html !== '');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'">
<title>${escaped(titleOf(report))}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escaped(titleOf(report))}</h1>
<p>${escaped(measuredOn(report))}</p>
</header>
<main>
${answerHtml(report)}
<nav aria-label="Sections">${shown.map(({ section }) => `<a href="#${section.id}">${escaped(section.title)}</a>`).join(' ')} <a href="#which">Which one for me?</a> <a href="#method">Method and trust</a></nav>
${shown.map(({ section, html }) => (section.id === 'cost' ? `${html}\n${carriesHtml(data)}` : html)).join('\n')}
${whichHtml(data)}
${methodHtml(report, others)}
</main>
<script type="application/json" id="data">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** "5 min · 3 generations · Node.js 24.21.0, Redis 7.0.15 · 2 cores · seed 1". */
function measuredOn({ run, environment, findings }: Report): string {
  const generations = Math.max(
    0,
    ...findings.filter(({ experiment }) => experiment === 'cost').map(({ trials }) => trials.completed),
  );
  return [
    `${Math.round(run.minutes.used)} min`,
    ...(generations > 0 ? [`baseline in ${generations} blocks`] : []),
    `Node.js ${environment.node}, ${environment.redis}`,
    `${environment.cores} cores`,
    `seed ${run.seed}`,
    // Not to be broken at its hyphens.
    run.startedAt.slice(0, 10).replaceAll('-', '\u2011'),
  ].join(' · ');
}

function answerHtml(report: Report): string {
  const { isVerdict, sentences, figures } = answerOf(report);
  const list = figures.map(
    ({ value, interval, what }) =>
      `<li><b>${escaped(value)} <small>${escaped(interval)}</small></b>${escaped(what)}</li>`,
  );
  return [
    `<p class="verdict${isVerdict ? '' : ' caution'}">${sentences.map(withCode).join(' ')}</p>`,
    ...(figures.length > 0
      ? [
          `<ul class="figures">${list.join('')}</ul>`,
          '<p>Added CPU per request over a server that authenticates nobody; ± is a 95 % interval over fresh processes.</p>',
        ]
      : []),
  ].join('\n');
}

function sectionHtml(
  { id, title, charts: names, experiments, sentences }: Section,
  report: Report,
  tables: readonly Table[],
): string {
  const pictures = names
    .map((name) => figureHtml(name, report))
    .join('\n')
    .trim();
  const own = experiments.flatMap((experiment) => tables.filter((table) => table.experiment === experiment));
  const overview = id === 'map' ? overviewOf(report) : null;
  const told = sentences(report);
  if (pictures === '' && own.length === 0 && !overview) return '';
  return [
    `<section id="${id}">`,
    `<h2>${escaped(title)}</h2>`,
    pictures,
    ...told.map((sentence) => `<p>${withCode(sentence)}</p>`),
    ...(overview ? [folded('What each name means', namesHtml(report))] : []),
    ...(overview ? [folded('All ways side by side', `${tableHtml(overview)}<p>${withCode(sideBySideNote)}</p>`)] : []),
    ...own.map((table) => experimentHtml(table, report)),
    '</section>',
  ]
    .filter(Boolean)
    .join('\n');
}

/** Each strategy and each revocation check of the report, in a line. */
function namesHtml({ findings }: Report): string {
  const names = findings
    .filter(({ experiment }) => experiment === 'cost')
    .map(({ factors }) => String(factors.strategy));
  const told = meaningsOf([...new Set(names)]);
  return `<dl>${told.map(([name, meaning]) => `<dt>${escaped(name)}</dt><dd>${escaped(meaning)}</dd>`).join('\n')}</dl>`;
}

/** The table of an experiment, and its answer in words, folded under its question. */
function experimentHtml(table: Table, { answers }: Report): string {
  const answer = answers.find(({ experiment }) => experiment === table.experiment);
  const words = answer?.sentences.map((sentence) => `<li>${withCode(sentence)}</li>`).join('\n') ?? '';
  return folded(
    `Table: ${answer?.question ?? table.experiment}`,
    `${tableHtml(table)}\n${words ? `<ul>\n${words}\n</ul>` : ''}`,
  );
}

function figureHtml(name: keyof typeof charts, report: Report): string {
  const draw = (width: number) => charts[name].draw(report, { width, palette: palettes.page });
  const [wide, narrow] = [draw(widths.wide), draw(widths.narrow)];
  if (wide === null || narrow === null) return '';
  return `<figure>\n<div class="wide">${wide}</div>\n<div class="narrow">${narrow}</div>\n</figure>`;
}

/** What each way carries of the baseline, with one slider for the work of one's own. */
function carriesHtml({ baseline, candidates }: PageData): string {
  if (baseline === null || candidates.length === 0) return '';
  const rows = candidates.map(({ name, added }) => {
    const share = carriedShare(baseline, added, initialWork * 1e3);
    return `<li data-added="${added}" style="--share: ${share.toFixed(4)}"><span>${escaped(name)}</span><span class="bar"><i></i></span><span class="share">${share.toFixed(2)}</span></li>`;
  });
  return `<section id="carries-section">
<h2>And with work of your own?</h2>
<p><label for="work">CPU that your handler takes in each request: <b id="work-told">${initialWork} ms</b></label><br>
<input type="range" id="work" min="0" max="10" step="0.5" value="${initialWork}"></p>
<p>${escaped(carriedText(baseline, candidates))} Throughput relative to the baseline on the same core; the rest of each bar is what is lost:</p>
<ul class="carries" id="carries">
${rows.join('\n')}
</ul>
</section>`;
}

/** How much the choice matters, without work of one's own and with some. */
function carriedText(baseline: number, candidates: PageData['candidates']): string {
  const costs = candidates.map(({ added }) => added);
  const between = (milliseconds: number) =>
    [Math.max(...costs), Math.min(...costs)]
      .map((added) => carriedShare(baseline, added, milliseconds * 1e3).toFixed(2))
      .join(' and ');
  return `With ${initialWork} ms of your own the ways carry between ${between(initialWork)} of the baseline; with none, between ${between(0)}.`;
}

function whichHtml({ candidates, otherIssuer }: PageData): string {
  if (candidates.length === 0) return '';
  const fields = questions.map(
    ({ id, text, choices }) =>
      `<fieldset><legend>${escaped(text)}</legend>${choices
        .map(
          (choice, index) =>
            `<label><input type="radio" name="${id}" value="${choice.id}"${index === 0 ? ' checked' : ''}> ${escaped(choice.text)}</label>`,
        )
        .join(' ')}</fieldset>`,
  );
  return `<section id="which">
<h2>Which one for me?</h2>
<noscript><p>The questions need JavaScript; the table "All ways side by side" has what they ask of.</p></noscript>
<form id="questions">
${fields.join('\n')}
</form>
${otherIssuer === null ? '' : `<p id="other-issuer" hidden>${escaped(otherIssuer)}</p>`}
<div class="choice">
<div><h3 id="left-count" aria-live="polite"></h3><ul id="left"></ul></div>
<div><h3>Out, and why</h3><ul id="out"></ul></div>
</div>
</section>`;
}

function methodHtml(report: Report, others: readonly Table[]): string {
  const controls = controlVerdict(report.findings);
  const { unanswered } = report.run;
  const raw = gzipSync(JSON.stringify(report), { level: 9 }).toString('base64');
  return `<section id="method">
<h2>Method and trust</h2>
${controls ? `<p>${escaped(controls.sentence)}</p>` : ''}
<p>Added CPU and its order are what a run shows best. What has no interval was measured once: it says how large something is, not what differs.
Servers, Redis and load share one machine over loopback, so no network is in any of it.</p>
<p>${withCode(howToRead(report))}</p>
${
  unanswered.length > 0
    ? `<p>Not answered yet, or not wholly: ${escaped(unanswered.map(({ experiment, minutes }) => `${experiment} (${minutes.toFixed(1)} min)`).join(', '))}.</p>`
    : ''
}
${report.warnings.length > 0 ? folded(`Warnings (${report.warnings.length})`, warningsHtml(report)) : ''}
${others.map((table) => experimentHtml(table, report)).join('\n')}
<h3>How and where it was measured</h3>
<dl>
${environmentLines(report)
  .map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`)
  .join('\n')}
</dl>
<p><a download="report.json.gz" href="data:application/gzip;base64,${raw}">Raw data: report.json, compressed</a></p>
</section>`;
}

/** Warnings by code, each with its count and its messages. */
function warningsHtml({ warnings }: Report): string {
  const rows = [...Map.groupBy(warnings, ({ code }) => code)].map(([code, own]) => [
    code,
    String(own.length),
    own.map(({ message }) => message).join(' · '),
  ]);
  const cell = (text: string) => `<td class="left" style="white-space: normal">${escaped(text)}</td>`;
  return `<div class="scroll" tabindex="0"><table><thead><tr><th class="left">warning</th><th class="left">count</th><th class="left">what</th></tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map(cell).join('')}</tr>`)
    .join('')}</tbody></table></div>`;
}

const folded = (summary: string, content: string) =>
  `<details><summary>${escaped(summary)}</summary>\n${content}\n</details>`;

function tableHtml({ columns, rows }: Table): string {
  const isLeft = (index: number) => (columns[index]?.align === 'left' ? ' class="left"' : '');
  const heads = columns.map(
    ({ head }, index) => `<th scope="col"${isLeft(index)}><button type="button">${escaped(head)}</button></th>`,
  );
  const body = rows.map(
    (row) => `<tr>${row.map((text, index) => `<td${isLeft(index)}>${escaped(text)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll" tabindex="0" role="region" aria-label="table"><table>
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table></div>`;
}
