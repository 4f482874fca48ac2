import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isInstalledHere } from '../../bench/rig/revisions.ts';

/** The packages of a lock file: jose with this hash, the pinned Node.js with that one. */
const packages = (jose: string, node: string) => ({
  '': { name: 'auth-bench' },
  'node_modules/jose': { integrity: jose },
  'node_modules/vitest': { integrity: 'v', dev: true },
  'node_modules/node-here': { integrity: node, optional: true, os: [process.platform], cpu: [process.arch] },
  'node_modules/node-elsewhere': { integrity: 'e', optional: true, os: ['beos'] },
});

describe('isInstalledHere', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'auth-bench-test-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A tree whose lock file names these hashes, with others, or nothing, installed. */
  function layOut(name: string, locked: readonly [string, string], installed: readonly string[] | null = null): string {
    const tree = join(directory, name);
    mkdirSync(join(tree, 'node_modules'), { recursive: true });
    writeFileSync(join(tree, 'package-lock.json'), JSON.stringify({ packages: packages(...locked) }));
    if (installed === null) return tree;
    const [jose, node] = installed.map((integrity) => ({ integrity }));
    const record = { packages: { 'node_modules/jose': jose, 'node_modules/node-here': node } };
    writeFileSync(join(tree, 'node_modules/.package-lock.json'), JSON.stringify(record));
    return tree;
  }

  test.each([
    ['a lock file that is the same, and all of it installed: nothing to install', 'j1', ['j1', 'n1'], true],
    ['another version in the lock file of the tree', 'j2', ['j1', 'n1'], false],
    ['a checkout that has installed another version than its lock file names', 'j1', ['j2', 'n1'], false],
    ['a checkout that has installed another Node.js', 'j1', ['j1', 'n2'], false],
    ['a checkout without the optional Node.js of this machine', 'j1', ['j1'], false],
    ['a checkout that has installed nothing', 'j1', null, false],
  ] as const)('%s', (_, wanted, installed, is) => {
    expect(isInstalledHere(layOut('tree', [wanted, 'n1']), layOut('checkout', ['j1', 'n1'], installed))).toBe(is);
  });
});
