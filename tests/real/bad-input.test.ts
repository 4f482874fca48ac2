// What a user can get wrong: each mistake gets one clear line and its exit code, and leaves nothing behind.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appendObservation } from '../../bench/record/journal.ts';
import { start as runStart } from '../unit/samples.ts';
import { commandLine, smallest, testDirectory } from './cli.ts';
import { sessionStrategies, startInstances, testScope } from './rig.ts';

const { bench, leftovers, run } = commandLine();
const directory = testDirectory();
const path = (name: string) => join(directory, name);
mkdirSync(path('empty'));
mkdirSync(path('begun'));
appendObservation(path('begun'), runStart);
writeFileSync(path('a-file'), '');
// A PATH on which there is no Redis.
const bare = { PATH: path('empty') };

test.each([
  ['an unknown experiment', ['--only', 'latency'], {}, 2, 'UNKNOWN_EXPERIMENT'],
  ['an unknown strategy', ['--strategy', 'kerberos'], {}, 2, 'UNKNOWN_STRATEGY'],
  ['a check that a strategy does not take', ['--strategy', 'session+redis-blocklist'], {}, 2, 'UNKNOWN_STRATEGY'],
  ['an unknown profile', ['--profile', 'quik'], {}, 2, 'UNKNOWN_PROFILE'],
  ['an unknown balancer', ['--balancer', 'nginx'], {}, 2, 'UNKNOWN_BALANCER'],
  ['a seed that is no number', ['--seed', 'abc'], {}, 2, 'BAD_NUMBER'],
  ['minutes that are no number', ['--minutes', 'soon'], {}, 2, 'BAD_NUMBER'],
  ['no minutes at all', ['--minutes', '0'], {}, 2, 'BAD_NUMBER'],
  ['no instances at all', ['--instances', '0'], {}, 2, 'BAD_NUMBER'],
  ['a list with a hole', ['--instances', '1,,2'], {}, 2, 'USAGE'],
  ['an unknown option', ['--fast'], {}, 2, 'USAGE'],
  ['an option without its value', ['--seed'], {}, 2, 'USAGE'],
  ['an argument too many', ['now'], {}, 2, 'USAGE'],
  ['choices that leave nothing', ['--only', 'verification-cost', '--strategy', 'session'], {}, 2, 'NOTHING_TO_RUN'],
  ['resuming what is no run', ['--resume', path('empty')], {}, 2, 'NOT_A_RUN'],
  ['resuming what is not there', ['--resume', path('nowhere')], {}, 2, 'NOT_A_RUN'],
  ['resuming with another seed', ['--resume', path('begun'), '--seed', '7'], {}, 2, 'OTHER_PLAN'],
  ['resuming with no number of minutes', ['--resume', path('begun'), '--minutes', 'soon'], {}, 2, 'BAD_NUMBER'],
  ['resuming a run of another plan', ['--resume', path('begun')], {}, 2, 'OTHER_PLAN'],
  ['resuming into another directory', ['--resume', path('begun'), '--out', path('x')], {}, 2, 'USAGE'],
  ['writing beside other files', [...smallest, '--out', 'bench'], {}, 2, 'OUT_NOT_EMPTY'],
  ['writing over a run', [...smallest, '--out', path('begun')], {}, 2, 'OUT_NOT_EMPTY'],
  ['writing to a file', [...smallest, '--out', path('a-file')], {}, 2, 'OUT_NOT_WRITABLE'],
  ['no place for temporary files', smallest, { TMPDIR: '/no-such-directory' }, 2, 'TMPDIR_NOT_WRITABLE'],
  ['numbers of instances that nothing asks for', ['--only', 'login', '--instances', '7'], {}, 2, 'NOTHING_TO_RUN'],
  ['writing below a file', [...smallest, '--out', path('a-file/x')], {}, 2, 'OUT_NOT_WRITABLE'],
  ['writing where no directory can be made', [...smallest, '--out', '/proc/no-such/run'], {}, 2, 'OUT_NOT_WRITABLE'],
  [
    'a strategy that the experiment does not measure',
    ['--only', 'login', '--strategy', 'session-native'],
    {},
    2,
    'NOTHING_TO_RUN',
  ],
  ['no Redis to be found', smallest, bare, 3, 'NO_REDIS'],
  ['a REDIS_URL that is no address', smallest, { REDIS_URL: 'localhost:6379' }, 2, 'BAD_REDIS_URL'],
  ['a Redis that does not answer', smallest, { REDIS_URL: 'redis://127.0.0.1:1' }, 3, 'REDIS_UNREACHABLE'],
  ['a target that is no address', ['--target', 'jwt=balancer'], {}, 2, 'BAD_TARGET'],
  ['a target without the admin secret', ['--target', 'jwt=http://127.0.0.1:1'], {}, 2, 'BAD_TARGET'],
  [
    'a target that does not answer',
    ['--target', 'jwt=http://127.0.0.1:1'],
    { ADMIN_SECRET: 'x' },
    3,
    'TARGET_UNREACHABLE',
  ],
] as const)('%s', async (_name, args, env, code, error) => {
  const out = args.some((arg) => arg === '--out' || arg === '--resume') ? [] : ['--out', path('unused')];
  const result = await bench([...args, ...out], env);
  expect(result.stderr).toMatch(new RegExp(`^auth-bench: .* \\[${error}\\]\\n$`));
  expect([result.code, result.stdout]).toEqual([code, '']);
  expect(readdirSync(directory)).not.toContain('unused');
  expect(leftovers()).toEqual([]);
});

test.each([
  ['an unknown self-test', ['--only', 'cost'], 2, 'UNKNOWN_EXPERIMENT'],
  ['resuming a run of the bench as a self-test', ['--resume', path('begun')], 2, 'OTHER_PLAN'],
] as const)('%s', async (_name, args, code, error) => {
  const result = await run('bench/cli.ts', ['selftest', ...args]);
  expect(result.stderr).toMatch(new RegExp(`^auth-bench: .* \\[${error}\\]\\n$`));
  expect([result.code, result.stdout]).toEqual([code, '']);
});

test('rendering what is no run', async () => {
  const result = await run('bench/cli.ts', ['report', path('empty')]);
  expect(result.stderr).toMatch(/^auth-bench: .* \[NOT_A_RUN\]\n$/);
  expect(result.code).toBe(2);
});

const server = { AUTH_STRATEGY: 'session', SESSION_SECRET: 's'.repeat(32), REDIS_URL: 'redis://127.0.0.1:1' };

test.each([
  ['a setting that is wrong', { ...server, PORT: 'http' }, 2, /^session-server: environment variable PORT: .*\n$/],
  [
    'a strategy of the other twin',
    { ...server, AUTH_STRATEGY: 'jwt' },
    2,
    new RegExp(`^session-server: .*offers ${['none', ...sessionStrategies].join(', ')}, not jwt\\n$`),
  ],
  ['a Redis that does not answer', server, 3, /^session-server: Redis does not answer at redis:\/\/127.0.0.1:1\n$/],
])('a server with %s', async (_name, env, code, line) => {
  const result = await run('servers/session-server.ts', [], env);
  expect(result.stderr).toMatch(line);
  expect(result.code).toBe(code);
});

test('a server whose port is taken', async () => {
  const scope = await testScope();
  const rig = await startInstances(scope, 'none', 1);
  const env = {
    AUTH_STRATEGY: 'none',
    REDIS_URL: `redis://127.0.0.1:${rig.redis?.client.options.port}`,
    PORT: new URL(rig.instances[0]?.url ?? '').port,
  };
  const result = await run('servers/token-server.ts', [], env);
  expect([result.code, result.stderr]).toEqual([
    3,
    expect.stringMatching(/^token-server: .*address already in use.*\n$/),
  ]);
  await rig.stop();
});
