// Whole runs, as small as they can be: they end complete, can be interrupted and killed, and leave nothing behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Redis } from 'ioredis';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { reportJsonSchema } from '../../bench/catalogue/report-schema.ts';
import { readJournal } from '../../bench/record/journal.ts';
import type { Report } from '../../bench/record/report.ts';
import { inspectMachine } from '../../bench/rig/machine.ts';
import { freePort } from '../../bench/rig/ports.ts';
import { processesMarked } from '../../bench/rig/process-table.ts';
import { startRig } from '../../bench/rig/rig.ts';
import { commandLine, smallest, testDirectory } from './cli.ts';
import { testScope } from './rig.ts';

const { bench, leftovers, run, start } = commandLine();
const directory = testDirectory();
let out = '';
beforeEach(({ task }) => {
  out = join(directory, task.id);
});
const reportIn = (path: string): Report => JSON.parse(readFileSync(join(path, 'report.json'), 'utf8'));

const untilNothingIsLeft = () => vi.waitFor(() => expect(leftovers()).toEqual([]), { timeout: 60_000, interval: 10 });

/** Starts a run that takes a while. */
function begunRun(args: readonly string[]) {
  const child = start('bench/cli.ts', ['run', ...args]);
  child.stdout?.resume();
  return child;
}

async function untilATrialEnded(child: ReturnType<typeof start>) {
  for await (const line of child.stderr as AsyncIterable<Buffer>) if (String(line).includes('[1]')) break;
}
/** Two trials, and minutes that no machine needs for them. */
const several = [
  ...['--profile', 'smoke', '--only', 'saturation,security', '--strategy', 'session-native'],
  ...['--minutes', '10'],
];

describe('a run', () => {
  const path = join(directory, 'whole');
  let result: Awaited<ReturnType<typeof bench>>;
  beforeAll(async () => {
    const only = ['--only', 'cost,revocation-impact', '--strategy', 'jwt+redis-blocklist'];
    result = await bench(['--profile', 'smoke', ...only, '--minutes', '10', '--out', path]);
  });

  test('ends with a complete report, valid under its schema, and leaves nothing running', () => {
    expect([result.code, result.stderr]).toEqual([0, expect.stringMatching(/^\[2\] revocation-impact, /m)]);
    const report = reportIn(path);
    const validate = addFormats.default(new Ajv2020({ allowUnionTypes: true })).compile(reportJsonSchema());
    expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
    expect(report.run).toMatchObject({ complete: true, valid: true, unanswered: [], trials: { failed: 0 } });
    const files = ['charts', 'observations.jsonl', 'report.html', 'report.json', 'report.md'];
    expect(readdirSync(path).sort()).toEqual(files);
    expect(leftovers()).toEqual([]);
  });

  test('writes down all that a trial told, also when it was written before its end', () => {
    const told = readJournal(path).trials.flatMap(({ experiment, outcome }) =>
      outcome.status === 'completed' && outcome.answers
        ? [{ experiment, facts: new Set(outcome.rows.map(({ facts }) => facts.type)) }]
        : [],
    );
    expect(told).toEqual(
      expect.arrayContaining([
        { experiment: 'cost', facts: new Set(['slices']) },
        { experiment: 'revocation-impact', facts: new Set(['slices']) },
      ]),
    );
  });
});

describe('the smallest run, without a balancer,', () => {
  const path = join(directory, 'smallest');
  let result: Awaited<ReturnType<typeof bench>>;
  beforeAll(async () => {
    result = await bench([...smallest, '--balancer', 'none', '--out', path, '--json']);
  });

  test('drives the instances directly', () => {
    expect([result.code, reportIn(path).environment.balancer]).toEqual([0, 'none']);
    expect(reportIn(path).findings[0]?.measures).not.toHaveProperty('cpuPerRequest.balancer');
  });

  test('prints the report alone on standard output with --json', () => {
    expect(JSON.parse(result.stdout)).toEqual(reportIn(path));
  });

  test('has its report made again from the stored facts, to the byte', async () => {
    const before = readFileSync(join(path, 'report.html'), 'utf8');
    expect((await run('bench/cli.ts', ['report', path])).code).toBe(0);
    expect(readFileSync(join(path, 'report.html'), 'utf8')).toBe(before);
  });
});

test('Ctrl-C ends a run with code 130, a report of what there is and nothing running; it can be resumed', async () => {
  const child = begunRun([...several, '--out', out]);
  await untilATrialEnded(child);
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  expect(code).toBe(130);
  expect(leftovers()).toEqual([]);
  expect(reportIn(out).run.complete).toBe(false);
  const resumed = await bench(['--resume', out]);
  expect(resumed.code).toBe(0);
  expect(reportIn(out).run.complete).toBe(true);
});

describe('a run that was ended by kill -9', () => {
  const path = join(directory, 'killed');
  let beside: Awaited<ReturnType<typeof bench>>;
  beforeAll(async () => {
    const child = begunRun([...several, '--out', path]);
    const ended = untilATrialEnded(child);
    await vi.waitFor(() => expect(leftovers()).not.toEqual([]), { timeout: 60_000, interval: 10 });
    beside = await bench(['--resume', path]);
    await ended;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });

  test('could not be resumed while it ran', () => {
    const line = /^auth-bench: .* \[RUN_IN_PROGRESS\]\n$/;
    expect([beside.code, beside.stderr]).toEqual([2, expect.stringMatching(line)]);
  });

  test('a report of what there was can be read', () => {
    const { run: told, findings } = reportIn(path);
    expect(told).toMatchObject({ complete: false, valid: true, trials: { completed: 1 } });
    expect(told.unanswered.map(({ experiment }) => experiment)).toEqual(['security']);
    expect(findings.length).toBeGreaterThan(0);
  });

  test('nothing of the run stays', untilNothingIsLeft);

  test('a run can be resumed without running a trial twice', async () => {
    expect(readJournal(path).trials.length).toBeGreaterThan(0);
    expect((await bench(['--resume', path])).code).toBe(0);
    const { start: begun, trials } = readJournal(path);
    expect(trials).toHaveLength(begun.cells.reduce((sum, { first }) => sum + first, 0));
  });
});

test('a budget ends a run with code 0 and names what it did not reach; more minutes reach it', async () => {
  // Of the two trials one is expected to take 12 s, the other 4: the first does not fit into the 11.4 s.
  const two = ['--profile', 'quick', '--only', 'refresh-cost,security', '--strategy', 'opaque'];
  const begun = await bench([...two, '--minutes', '0.19', '--out', out]);
  expect([begun.code, begun.stdout]).toEqual([0, expect.stringMatching(/^Not answered yet, .*: refresh-cost \(/m)]);
  expect(reportIn(out).run).toMatchObject({
    complete: false,
    valid: true,
    minutes: { budget: 0.19 },
    unanswered: [{ experiment: 'refresh-cost', minutes: 0.2 }],
    trials: { completed: 1 },
  });
  const resumed = await bench(['--resume', out, '--minutes', '0.4']);
  expect([resumed.code, resumed.stdout]).toEqual([0, expect.not.stringContaining('Not answered yet')]);
  const { run: told } = reportIn(out);
  expect(told).toMatchObject({ complete: true, unanswered: [], minutes: { budget: expect.closeTo(0.59, 9) } });
  expect(readJournal(out).resumed.map(({ minutes }) => minutes)).toEqual([0.4]);
});

/** What /proc tells of a process; nothing of one that has ended. */
function told(pid: number, what: 'cmdline' | 'status'): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8');
  } catch {
    return '';
  }
}

test('a Redis that dies in a trial fails that trial, and it is tried once more', async () => {
  const child = start('bench/cli.ts', ['run', ...several, '--out', out]);
  child.stdout?.resume();
  child.stderr?.resume();
  const exit = once(child, 'exit');
  // Its own, for runs of others may stand beside it.
  const ownRedis = () =>
    processesMarked('auth-bench-run-').find(
      (pid) => told(pid, 'cmdline').includes('redis-server') && told(pid, 'status').includes(`PPid:\t${child.pid}\n`),
    );
  // The first that stands is of the first trial; later, one of either trial may stand.
  let redis: number | undefined;
  while (redis === undefined && child.exitCode === null) {
    redis = ownRedis();
    await new Promise(setImmediate);
  }
  process.kill(redis as number, 'SIGKILL');
  await exit;
  expect(child.exitCode).toBe(0);
  expect(reportIn(out).run).toMatchObject({ complete: true, valid: true, trials: { failed: 1, completed: 2 } });
  expect(reportIn(out).warnings).toContainEqual(expect.objectContaining({ code: 'TRIAL_FAILED' }));
  expect(leftovers()).toEqual([]);
});

describe('with a Redis that the user named', () => {
  test('only keys of this run are written, and they are removed; others are left alone', async () => {
    const port = await freePort();
    const redis = spawn(inspectMachine().redisCommand ?? '', [
      '--port',
      String(port),
      '--save',
      '',
      '--dir',
      directory,
    ]);
    const client = new Redis(port, { retryStrategy: () => 20 });
    client.on('error', () => {});
    try {
      await client.set('somebody:else', 'kept');
      const result = await bench([...smallest, '--out', out], { REDIS_URL: `redis://127.0.0.1:${port}` });
      expect(result.code).toBe(0);
      expect(await client.keys('*')).toEqual(['somebody:else']);
    } finally {
      client.disconnect();
      redis.kill('SIGKILL');
      await once(redis, 'exit');
    }
  });
});

describe('with servers that the user runs', () => {
  test('they are loaded where they are, and what cannot be seen is left out', async () => {
    const scope = await testScope();
    const rig = await startRig(
      scope,
      { strategy: 'jwt+redis-blocklist', algorithm: 'HS256', instances: 2, balancer: 'haproxy' },
      null,
    );
    const target = `jwt+redis-blocklist=${rig.entries[0]?.[0]}=${rig.instances[0]?.url}`;
    const args = ['--profile', 'smoke', '--target', target, '--out', out];
    const result = await bench(args, { ADMIN_SECRET: scope.adminSecret });
    expect(result.code, result.stderr).toBe(0);
    const [finding] = reportIn(out).findings;
    expect(finding?.measures.requestsPerSecond?.value).toBeGreaterThan(0);
    expect(finding?.measures).not.toHaveProperty('cpuPerRequest.servers');
    await rig.stop();
  });

  test('a balancer that keeps the admin routes from the bench is told before any load', async () => {
    const scope = await testScope();
    const rig = await startRig(
      scope,
      { strategy: 'none', algorithm: 'HS256', instances: 1, balancer: 'haproxy' },
      null,
    );
    const result = await bench(['--target', `none=${rig.entries[0]?.[0]}`, '--out', out], {
      ADMIN_SECRET: scope.adminSecret,
    });
    expect([result.code, result.stderr]).toEqual([3, expect.stringContaining('keeps /admin')]);
    await rig.stop();
  });

  test('a target that runs another strategy is refused', async () => {
    const scope = await testScope();
    const rig = await startRig(scope, { strategy: 'none', algorithm: 'HS256', instances: 1, balancer: 'none' }, null);
    const result = await bench(['--target', `jwt=${rig.entries[0]?.[0]}`, '--out', out], {
      ADMIN_SECRET: scope.adminSecret,
    });
    expect([result.code, result.stderr]).toEqual([3, expect.stringContaining('TARGET_UNREACHABLE')]);
    await rig.stop();
  });
});
