// `npm run compose:secrets`, run for real in a directory of its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { composeFile } from '../../bench/rig/compose.ts';
import { readSettings } from '../../servers/settings.ts';
import { importKeys } from '../../servers/tokens/keys.ts';

const script = fileURLToPath(new URL('../../scripts/secrets.ts', import.meta.url));
const writeSecrets = () => spawnSync(process.execPath, [script, file], { encoding: 'utf8' });

let directory = '';
let file = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'secrets-test-'));
  file = join(directory, '.env');
});
afterEach(() => rmSync(directory, { recursive: true }));

test('every secret that docker-compose.yml asks for is written, in a file for its owner alone', () => {
  expect(writeSecrets()).toMatchObject({ status: 0, stdout: `wrote ${file}\n`, stderr: '' });
  const asked = new Set([...composeFile().matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name));
  expect(parseEnv(readFileSync(file, 'utf8'))).toMatchObject(
    Object.fromEntries([...asked].map((name) => [name, expect.stringMatching(/.{32}/)])),
  );
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('the servers take what is written', async () => {
  writeSecrets();
  const environment = {
    ...parseEnv(readFileSync(file, 'utf8')),
    AUTH_STRATEGY: 'jwt',
    REDIS_URL: 'redis://redis:6379',
  };
  const { TOKEN_KEY, TOKEN_ALGORITHM } = readSettings(environment, ['jwt']);
  await expect(importKeys(TOKEN_KEY as string, TOKEN_ALGORITHM)).resolves.toHaveProperty('kid');
});

test('the key stands in single quotes and holds nothing that would end them', () => {
  writeSecrets();
  expect(readFileSync(file, 'utf8')).toMatch(/^TOKEN_KEY='[^'$\\]+'$/m);
});

test('an option is no file to write secrets to', () => {
  const { status, stderr } = spawnSync(process.execPath, [script, '--help'], { encoding: 'utf8', cwd: directory });
  expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(/^auth-bench: .* \[USAGE\]\n$/) });
  expect(readdirSync(directory)).toEqual([]);
});

test('two runs make different secrets', () => {
  writeSecrets();
  const first = parseEnv(readFileSync(file, 'utf8'));
  rmSync(file);
  writeSecrets();
  const second = parseEnv(readFileSync(file, 'utf8'));
  for (const name of ['ADMIN_SECRET', 'SESSION_SECRET', 'TOKEN_KEY']) expect(second[name]).not.toBe(first[name]);
});

test('secrets that exist are kept, with one line that says so and exit code 2', () => {
  writeSecrets();
  const before = readFileSync(file, 'utf8');
  const { status, stderr } = writeSecrets();
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: `auth-bench: ${file} exists already and is kept; delete it first if you want new secrets [SECRETS_EXIST]\n`,
  });
  expect(readFileSync(file, 'utf8')).toBe(before);
});
