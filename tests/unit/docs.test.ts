import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const documents = globSync(
  ['*.md', 'docs/*.md', 'results/*.md', 'results/{reference,intervals,fixes,containers,selftest}/*.md'],
  { cwd: root },
);

/** Paths of this repository that a document links to or shows. */
const linksIn = (document: string): string[] =>
  [...readFileSync(join(root, document), 'utf8').matchAll(/(?:\]\(|src="|srcset=")([^)"#:\s]+)(?=[)"#])/g)].map(
    ([, path]) => path as string,
  );

test('documents link to files', () => {
  expect(documents.flatMap(linksIn).length).toBeGreaterThan(30);
});

test.each(documents)('%s links only to files that exist', (document) => {
  expect(linksIn(document).filter((path) => !existsSync(join(root, dirname(document), path)))).toEqual([]);
});
