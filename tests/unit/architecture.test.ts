import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** From the ground up; a file may import from its own layer and from those before it. */
const layers = [
  'servers',
  'record',
  'plan',
  'catalogue',
  'analyse',
  'rig',
  'load',
  'measure',
  'report',
  'trial',
  'experiments',
  'selftest',
  'order',
  'run',
  'compare',
  'commands',
  'cli',
];
const layerOf = (path: string) =>
  path.startsWith('servers/') ? 'servers' : (path.split('/')[1] ?? '').replace('.ts', '');

/** Imports of values, and unless told otherwise of types. */
const importsOf = (path: string, types = true) =>
  [...read(path).matchAll(/^(?:import|export) (type )?[^;]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/gms)]
    .filter(([, isType]) => types || !isType)
    .map(([, , fixed, lazy]) => relative(root, join(root, dirname(path), (fixed ?? lazy) as string)))
    .filter((target) => target.startsWith('bench/') || target.startsWith('servers/'));

const files = globSync(['bench/**/*.ts', 'servers/**/*.ts'], { cwd: root });

test('the servers import nothing from the instrument', () => {
  const wrong = files.filter((file) => file.startsWith('servers/') && /from '[^']*bench\//.test(read(file)));
  expect(wrong).toEqual([]);
});

test('no import runs upwards', () => {
  const wrong = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => layers.indexOf(layerOf(target)) > layers.indexOf(layerOf(file)))
      .map((target) => `${file} -> ${target}`),
  );
  expect(wrong).toEqual([]);
});

/** The circles among files below a folder. */
function circlesIn(folder: string, types: boolean): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (done.has(file) || path.includes(file)) return;
    for (const target of importsOf(file, types)) if (target.startsWith(folder)) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) if (file.startsWith(folder)) visit(file, []);
  return circles;
}

test('no imports form a circle in the instrument, of types neither', () => {
  expect(circlesIn('bench/', true)).toEqual([]);
});

// Their settings name the strategies, which are typed by the settings.
test('no imports of values form a circle in the servers', () => {
  expect(circlesIn('servers/', false)).toEqual([]);
});

test('every folder and file belongs to a known layer', () => {
  expect(files.filter((file) => !layers.includes(layerOf(file)))).toEqual([]);
});

test('ARCHITECTURE.md names only paths that exist', () => {
  const text = read('ARCHITECTURE.md');
  const mentioned = [...text.matchAll(/`((?:bench|servers|scripts|tests|docs|deploy)\/[\w./-]*)`/g)].map(
    ([, path]) => path as string,
  );
  const tree = treePaths(text);
  expect(mentioned.length).toBeGreaterThan(10);
  expect(tree.length).toBeGreaterThan(20);
  expect([...mentioned, ...tree].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

/** The paths of the indented map: two levels, the inner one below the last folder named. */
function treePaths(text: string): string[] {
  const map = text.split('## The map')[1]?.split('\n\nImports')[0] ?? '';
  let folder = '';
  return [...map.matchAll(/^ {4}( {2})?([\w.-]+\/?(?:[\w.-]+\/)*) {2,}/gm)].map(([, inner, name = '']) => {
    if (!inner && name.endsWith('/')) folder = name;
    return inner ? folder + name : name;
  });
}
