// The page's own script as one text: bundled from client.ts when a page is written.
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

let bundled: string | null = null;

/** The script of the page; made once in a process. */
export function pageScript(): string {
  bundled ??= buildSync({
    entryPoints: [fileURLToPath(new URL('./client.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    minify: true,
    target: 'es2022',
    write: false,
    charset: 'utf8',
  }).outputFiles[0]?.text.trim() as string;
  return bundled;
}
