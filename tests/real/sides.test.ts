import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { shareInstalled } from '../../bench/rig/revisions.ts';
import { sidesWorks, startSidesOnce } from '../../bench/trial/sides.ts';
import { testScope } from './rig.ts';

const scope = await testScope();
const root = fileURLToPath(new URL('../../', import.meta.url));

test('startSidesOnce: V8 has kept what it compiled of a tree before its first block', async () => {
  const tree = join(scope.directory, 'tree');
  mkdirSync(tree);
  for (const part of ['bench', 'servers', 'package.json'])
    cpSync(join(root, part), join(tree, part), { recursive: true });
  shareInstalled(tree);
  const kept = join(tree, 'node_modules', '.cache', 'auth-bench');
  expect(existsSync(kept)).toBe(false);
  const order = { strategies: ['session'], work: sidesWorks.smoke, base: { tree }, head: { tree } };
  await startSidesOnce(order, { scope, balancer: 'none', targets: null, signal: new AbortController().signal });
  // Node.js makes a directory of its version at once; what it compiled comes when a server says so.
  const files = readdirSync(kept, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(100);
});
