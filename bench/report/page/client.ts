/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// What runs in the page: the slider, the five questions, sorting. It is bundled when the page is written, with the code that it imports.
import { carriedShare } from '../../analyse/carried.ts';
import { type Answers, choose, wayOut } from '../../analyse/choose.ts';
import type { PageData } from './data.ts';

const byId = (id: string) => document.getElementById(id);

const data = JSON.parse(byId('data')?.textContent ?? '{}') as PageData;

function startSlider(): void {
  const [slider, told] = [byId('work') as HTMLInputElement | null, byId('work-told')];
  if (!slider || !told || data.baseline === null) return;
  const baseline = data.baseline;
  const show = () => {
    const milliseconds = Number(slider.value);
    told.textContent = `${milliseconds} ms`;
    slider.setAttribute('aria-valuetext', `${milliseconds} ms of work of your own`);
    for (const row of document.querySelectorAll<HTMLElement>('#carries [data-added]')) {
      const share = carriedShare(baseline, Number(row.dataset.added), milliseconds * 1e3);
      row.style.setProperty('--share', String(share));
      const figure = row.querySelector('.share');
      if (figure) figure.textContent = share.toFixed(2);
    }
  };
  slider.addEventListener('input', show);
  show();
}

function startQuestions(): void {
  const form = byId('questions') as HTMLFormElement | null;
  const [left, ruledOut, count] = [byId('left'), byId('out'), byId('left-count')];
  if (!form || !left || !ruledOut || !count) return;
  const item = (name: string, beside: string) => {
    const entry = document.createElement('li');
    const strong = document.createElement('b');
    strong.textContent = name;
    entry.append(strong, ` ${beside}`);
    return entry;
  };
  const show = () => {
    const answers = Object.fromEntries(new FormData(form)) as Answers;
    byId('other-issuer')?.toggleAttribute('hidden', answers.issuer !== 'other');
    const all = choose(data.candidates, answers);
    const remaining = all.filter(({ against }) => against.length === 0);
    const out = wayOut(data.candidates, answers);
    count.textContent =
      remaining.length > 0
        ? `${remaining.length} of ${all.length} are left, cheapest first.`
        : `Nothing is left.${out ? ` Without "${out.text}" there would be ${out.left}.` : ''}`;
    left.replaceChildren(...remaining.map(({ name, added }) => item(name, `${added} µs`)));
    ruledOut.replaceChildren(
      ...all.filter(({ against }) => against.length > 0).map(({ name, against }) => item(name, against.join('; '))),
    );
  };
  form.addEventListener('input', show);
  show();
}

/** What a cell sorts by: the first number in it, its unit counted in; a text by itself. */
function keyOf(cell: string): number | string {
  const found = /([<+-]?)\s?(\d[\d,]*\.?\d*)\s?(µs|ms|min|s|h|days)?/.exec(cell);
  if (!found) return cell;
  const scales: Readonly<Record<string, number>> = { µs: 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, days: 86_400 };
  const sign = found[1] === '-' ? -1 : 1;
  return sign * Number((found[2] as string).replaceAll(',', '')) * (scales[found[3] ?? 's'] ?? 1);
}

function startSorting(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('th button')) {
    button.addEventListener('click', () => {
      const head = button.parentElement as HTMLTableCellElement;
      const body = head.closest('table')?.tBodies[0];
      if (!body) return;
      const isUp = head.getAttribute('aria-sort') !== 'ascending';
      for (const other of head.parentElement?.children ?? []) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', isUp ? 'ascending' : 'descending');
      const key = (row: HTMLTableRowElement) => keyOf(row.cells[head.cellIndex]?.textContent ?? '');
      const rows = [...body.rows].sort((a, b) => {
        const [x, y] = [key(a), key(b)];
        const order = typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y));
        return isUp ? order : -order;
      });
      body.append(...rows);
    });
  }
}

startSlider();
startQuestions();
startSorting();
