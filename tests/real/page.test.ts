// A real browser opens the page of the reference run.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../../bench/record/report.ts';
import { charts } from '../../bench/report/charts/index.ts';
import { pageScript } from '../../bench/report/page/bundle.ts';
import { renderHtml } from '../../bench/report/page/page.ts';
import { onPath } from '../../bench/rig/machine.ts';

const executablePath = ['chromium', 'chromium-browser', 'google-chrome'].map(onPath).find((path) => path !== null);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const reference = JSON.parse(
  readFileSync(new URL('../../results/reference/report.json', import.meta.url), 'utf8'),
) as Report;

const directory = mkdtempSync(join(tmpdir(), 'auth-bench-page-'));
const file = join(directory, 'report.html');
const sizes = { desk: { width: 1280, height: 900 }, phone: { width: 390, height: 844 } } as const;
let browser: Browser;

beforeAll(async () => {
  if (!executablePath) throw new Error('no Chromium here: npm run setup -- --browser brings one');
  writeFileSync(file, renderHtml(reference, pageScript()));
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});

afterAll(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true });
});

interface Opened {
  readonly page: Page;
  readonly errors: string[];
  readonly requests: string[];
}

async function open(size: keyof typeof sizes = 'desk', colorScheme: 'light' | 'dark' = 'light'): Promise<Opened> {
  const page = await browser.newPage({ viewport: sizes[size], colorScheme, bypassCSP: true });
  const [errors, requests]: [string[], string[]] = [[], []];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, errors, requests };
}

describe('report.html in a browser', () => {
  test('asks nobody for anything, and has no error', async () => {
    const { page, errors, requests } = await open();
    expect({ errors, requests }).toEqual({ errors: [], requests: [pathToFileURL(file).href] });
    await page.close();
  });

  test('runs its script under its own content security policy', async () => {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    expect(await page.locator('#left li').count()).toBeGreaterThan(0);
    await page.close();
  });

  test.each(Object.keys(sizes) as (keyof typeof sizes)[])('shows every picture at the size of a %s', async (size) => {
    const { page } = await open(size);
    const shown = page.locator('figure svg:visible');
    expect(await shown.count()).toBe(Object.keys(charts).length);
    await page.close();
  });

  test.each(Object.keys(sizes) as (keyof typeof sizes)[])(
    'scrolls in one direction alone at the size of a %s',
    async (size) => {
      const { page } = await open(size);
      const beyond = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(beyond).toBe(0);
      await page.close();
    },
  );

  test.each([
    ['desk', 'dark'],
    ['phone', 'light'],
  ] as const)('axe finds nothing serious at the size of a %s, %s', async (size, scheme) => {
    const { page } = await open(size, scheme);
    await page.evaluate(() => {
      for (const details of document.querySelectorAll('details')) details.open = true;
    });
    await page.evaluate(axe);
    const found = await page.evaluate(async () => {
      const { violations } = await (
        globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
        }
      ).axe.run();
      return violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120)}`);
    });
    expect(found).toEqual([]);
    await page.close();
  });

  test('the slider changes what each way carries', async () => {
    const { page } = await open();
    const share = page
      .locator('#carries li', { hasText: /^session\d|^session/ })
      .first()
      .locator('.share');
    await page.locator('#work').fill('0');
    const idle = Number(await share.textContent());
    await page.locator('#work').fill('10');
    expect(Number(await share.textContent())).toBeGreaterThan(idle);
    await page.close();
  });

  test('an answer rules ways out, and says why', async () => {
    const { page } = await open();
    const before = await page.locator('#left li').count();
    await page.getByLabel('100 ms').check();
    expect(await page.locator('#left li').count()).toBeLessThan(before);
    expect(await page.locator('#out').textContent()).toContain('a revoked credential is accepted until it expires');
    await page.close();
  });

  test('a table sorts by the column that is pressed', async () => {
    const { page } = await open();
    await page.locator('#map details:has(table) summary').click();
    const table = page.locator('#map table');
    await table.locator('th button', { hasText: 'bytes sent' }).click();
    const index = await table
      .locator('th')
      .evaluateAll((heads) => heads.findIndex((head) => head.textContent?.startsWith('bytes sent')));
    const bytes = await table
      .locator('tbody tr')
      .evaluateAll(
        (rows, at) =>
          rows.map((row) => Number((row as HTMLTableRowElement).cells[at]?.textContent?.replaceAll(',', ''))),
        index,
      );
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
    await page.close();
  });

  test('two renders are the same bytes, and fewer than a million', () => {
    const text = renderHtml(reference, pageScript());
    expect(text).toBe(readFileSync(file, 'utf8'));
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
  });
});
