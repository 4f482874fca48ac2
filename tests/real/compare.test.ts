// Comparisons of revisions of a copy of this project, in a repository of its own.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { comparisonSchema } from '../../bench/record/comparison.ts';
import { install } from '../../bench/rig/revisions.ts';
import { commandLine, testDirectory } from './cli.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { leftovers, run } = commandLine();
const directory = testDirectory();
const copy = join(directory, 'copy');
const outside = ['node_modules', 'results', '.git'];
cpSync(root, copy, { recursive: true, filter: (path) => !outside.some((name) => path === join(root, name)) });
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test', ...args], { cwd: copy, encoding: 'utf8' });
const commitAll = (message: string) => {
  git('add', '--all');
  git('commit', '--quiet', '--no-verify', '--message', message);
};
/** Changes a file of the copy; the text must be there. */
function change(file: string, from: string, to: string): void {
  const text = readFileSync(join(copy, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(copy, file), text.replace(from, to));
}

git('init', '--quiet', '--initial-branch', 'main');
writeFileSync(join(copy, '.git/info/exclude'), 'node_modules\n');
// What is tested is how a comparison ends, not how surely.
change('bench/trial/sides.ts', 'warmUpRequests: 4_000, seconds: 2.5', 'warmUpRequests: 2_000, seconds: 2');
commitAll('As it is, with little load');
git('tag', 'sound');

// With the whole environment but for its temporary files: npm may be told in it where to install from.
const { TMPDIR: _, ...environment } = process.env as Record<string, string>;
const compare = (...args: string[]) => run(join(copy, 'bench/cli.ts'), ['compare', ...args], environment);

test.each([
  ['no base', [], 'USAGE'],
  ['a base that does not exist', ['--base', 'no-such-branch'], 'BAD_REVISION'],
  ['a head that does not exist', ['--base', 'sound', '--head', 'no-such-branch'], 'BAD_REVISION'],
  ['a base that is an option of git', ['--base', '--all'], 'BAD_REVISION'],
  ['a seed that is no number', ['--base', 'sound', '--seed', 'x'], 'BAD_NUMBER'],
])('%s is refused in one line', async (_what, args, code) => {
  const result = await compare(...args);
  expect(result.stderr).toMatch(new RegExp(`^auth-bench: .* \\[${code}\\]\\n$`));
  expect([result.code, result.stdout]).toEqual([2, '']);
});

test('a gate that names no strategy is refused before anything is laid out', async () => {
  change('bench/plan/gates.json', '"strategy": "jwt"', '"strategy": "jwtt"');
  const result = await compare('--base', 'sound');
  git('checkout', '--quiet', '.');
  expect(result.stderr).toMatch(/^auth-bench: .*gates\.0\.strategy.* \[BAD_GATES\]\n$/);
  expect(result.code).toBe(2);
});

test('install brings what the lock file of a tree names, or says why it cannot', async () => {
  const [tree, revision] = [join(directory, 'small'), { name: 'small', commit: '0' }];
  const part = { name: 'part', version: '1.0.0' };
  const small = { name: 'small', version: '1.0.0', dependencies: { part: 'file:part' } };
  mkdirSync(join(tree, 'part'), { recursive: true });
  writeFileSync(join(tree, 'part/package.json'), JSON.stringify(part));
  writeFileSync(join(tree, 'package.json'), JSON.stringify(small));
  const { signal } = new AbortController();
  await expect(install(tree, revision, signal)).rejects.toThrow(
    /^small could not be laid out: npm says: .*package-lock\.json/,
  );
  const packages = { '': small, part, 'node_modules/part': { resolved: 'part', link: true } };
  const lock = { name: 'small', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  writeFileSync(join(tree, 'package-lock.json'), JSON.stringify(lock));
  await install(tree, revision, signal);
  expect(readdirSync(join(tree, 'node_modules'))).toContain('part');
});

test('a revision without servers cannot be compared', async () => {
  git('checkout', '--quiet', '-b', 'empty', 'sound');
  rmSync(join(copy, 'servers/token-server.ts'));
  commitAll('Without a server');
  git('checkout', '--quiet', 'main');
  const result = await compare('--base', 'empty', '--out', join(directory, 'empty'));
  expect(result.stderr).toMatch(/holds no servers\/token-server\.ts: it cannot be compared \[REVISION_UNFIT\]\n$/);
  expect(result.code).toBe(3);
  expect(leftovers()).toEqual([]);
});

test('a file of which only the time has changed is no change', async () => {
  utimesSync(join(copy, 'README.md'), 1, 1);
  const result = await compare('--base', 'empty', '--out', join(directory, 'touched'));
  expect(result.stderr).toMatch(/\[REVISION_UNFIT\]\n$/);
});

test('a directory that holds a run is left alone', async () => {
  const out = join(directory, 'a-run');
  mkdirSync(out);
  writeFileSync(join(out, 'observations.jsonl'), '');
  const result = await compare('--base', 'sound', '--out', out);
  expect(result.stderr).toMatch(/^auth-bench: .* \[OUT_NOT_EMPTY\]\n$/);
  expect([result.code, readdirSync(out)]).toEqual([2, ['observations.jsonl']]);
});

/** The changed copy, held against `sound` by one strategy in two blocks. */
function compareShortly(out: string) {
  const cpu = { strategy: 'jwt', measure: 'cpuPerRequest', margin: 0.5 };
  const gates = {
    looks: [2],
    seconds: 60,
    risk: 0.025,
    gates: [cpu, { strategy: 'jwt', measure: 'redisCommandsPerRequest' }],
  };
  writeFileSync(join(copy, 'bench/plan/gates.json'), JSON.stringify(gates));
  return compare('--base', 'sound', '--out', out);
}

test('a head with a setting and a route that base does not have gets a verdict', { timeout: 360_000 }, async () => {
  change('servers/settings.ts', '  HOST: z.string()', '  NEW_SETTING: z.string(),\n  HOST: z.string()');
  change('bench/rig/instances.ts', "      HOST: '127.0.0.1',", "      NEW_SETTING: 'given',\n      HOST: '127.0.0.1',");
  change('servers/admin/routes.ts', "'/admin/credentials'", "'/admin/credentials-of-users'");
  change('bench/rig/admin.ts', "'/admin/credentials'", "'/admin/credentials-of-users'");
  const out = join(directory, 'new-setting');
  const result = await compareShortly(out);
  git('checkout', '--quiet', '.');
  expect(result.stderr).not.toContain('failed');
  const { verdict, gates } = comparisonSchema.parse(JSON.parse(readFileSync(join(out, 'comparison.json'), 'utf8')));
  expect([result.code, verdict, gates.map((gate) => gate.verdict)]).toEqual([0, 'pass', ['pass', 'pass']]);
  expect(leftovers()).toEqual([]);
});

test('one Redis command more a request is a regression', { timeout: 360_000 }, async () => {
  const recognised = 'const claims = accept(headers[carriage.header]);';
  change('servers/strategies/bearer.ts', recognised, `void redis.get('one more');\n        ${recognised}`);
  const result = await compareShortly(join(directory, 'one-more'));
  git('checkout', '--quiet', '.');
  expect([result.code, result.stdout]).toEqual([1, expect.stringContaining('jwt redisCommandsPerRequest +1.00')]);
});

test('a tree that accepts every credential is invalid, never improved', { timeout: 360_000 }, async () => {
  change(
    'servers/strategies/jwt.ts',
    'const claims = await verify(header);',
    "const claims = JSON.parse(Buffer.from(header?.split('.')[1] ?? '', 'base64url').toString());",
  );
  const out = join(directory, 'accepts-all');
  const result = await compareShortly(out);
  git('checkout', '--quiet', '.');
  expect([result.code, result.stdout]).toEqual([
    3,
    expect.stringMatching(/^\ninvalid: .* head accepted \d+ credentials/),
  ]);
  const comparison = comparisonSchema.parse(JSON.parse(readFileSync(join(out, 'comparison.json'), 'utf8')));
  expect(comparison.verdict).toBe('invalid');
  expect(comparison.head.name).toBe('uncommitted changes');
  expect(leftovers()).toEqual([]);
});

test('a head whose server does not start is invalid, and the comparison is written down', {
  timeout: 360_000,
}, async () => {
  change('servers/token-server.ts', "await serve('token-server');", "throw new Error('it does not start');");
  const out = join(directory, 'no-start');
  const result = await compareShortly(out);
  git('checkout', '--quiet', '.');
  expect([result.code, result.stdout]).toEqual([3, expect.stringMatching(/^\ninvalid: /)]);
  expect(readdirSync(out).sort()).toEqual(['blocks.jsonl', 'comparison.json', 'comparison.md']);
  expect(leftovers()).toEqual([]);
});
