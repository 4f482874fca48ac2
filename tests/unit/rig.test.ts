import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describePlacement, type Machine, placementOn, requireCommands } from '../../bench/rig/machine.ts';
import { createQuota, detectQuota } from '../../bench/rig/quota.ts';
import { balancerConfiguration } from '../../bench/rig/topology.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cgroup-test-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const written = (name: string, file: string) => readFileSync(join(root, name, file), 'utf8');

test('cgroup v2 is used where its cpu controller is delegated', () => {
  writeFileSync(join(root, 'cgroup.subtree_control'), 'cpuset cpu io\n');
  expect(detectQuota(root)).toEqual({ kind: 'available', version: 2, parent: root });
});

test('cgroup v2 without the cpu controller gives no quota, and says why', () => {
  writeFileSync(join(root, 'cgroup.subtree_control'), 'memory\n');
  expect(detectQuota(root)).toEqual({
    kind: 'unavailable',
    reason: 'the cpu controller of cgroup v2 is not delegated',
  });
});

test('cgroup v1 is used where it has the cpu controller', () => {
  mkdirSync(join(root, 'cpu'));
  writeFileSync(join(root, 'cpu', 'cpu.cfs_quota_us'), '-1');
  expect(detectQuota(root)).toEqual({ kind: 'available', version: 1, parent: join(root, 'cpu') });
});

test('without cgroups there is no quota', () => {
  expect(detectQuota(root).kind).toBe('unavailable');
});

test('a share of a core becomes quota and period, at least the 1 ms that the kernel wants', () => {
  const two = createQuota({ kind: 'available', version: 2, parent: root }, 'two');
  two.add(42);
  two.limit(0.15);
  expect([written('two', 'cgroup.procs'), written('two', 'cpu.max')]).toEqual(['42', '7500 50000']);
  const one = createQuota({ kind: 'available', version: 1, parent: root }, 'one');
  one.limit(0.15);
  expect([written('one', 'cpu.cfs_quota_us'), written('one', 'cpu.cfs_period_us')]).toEqual(['7500', '50000']);
});

test('placement: the generator has the first core to itself, the systems share the second', () => {
  expect(placementOn([2, 3, 5])).toEqual({ generator: '2', systems: '3' });
});

test('on one core nothing is placed, and the report says so', () => {
  expect(describePlacement(placementOn([0]))).toContain('not placed');
});

const machine = (commands: Partial<Machine>): Machine => ({
  redisCommand: '/usr/bin/redis-server',
  balancerCommand: '/usr/sbin/haproxy',
  placement: { generator: null, systems: null },
  quota: { kind: 'unavailable', reason: 'a test' },
  instructions: { kind: 'unavailable', reason: 'a test' },
  cpuClock: 'kernel',
  ...commands,
});

test('a Redis server is needed only when none is named', () => {
  const without = machine({ redisCommand: null });
  expect(() => requireCommands(without, { redis: true, balancer: true })).toThrow(
    expect.objectContaining({ code: 'NO_REDIS' }),
  );
  expect(() => requireCommands(without, { redis: false, balancer: true })).not.toThrow();
});

test('HAProxy is needed only when it stands in front', () => {
  const without = machine({ balancerCommand: null });
  expect(() => requireCommands(without, { redis: true, balancer: true })).toThrow(
    expect.objectContaining({ code: 'NO_BALANCER' }),
  );
  expect(() => requireCommands(without, { redis: true, balancer: false })).not.toThrow();
});

test('the balancer has one thread, and one listener per service', () => {
  const text = balancerConfiguration([
    { name: 'a', bind: '127.0.0.1:1', servers: ['server x 127.0.0.1:2'] },
    { name: 'b', bind: '127.0.0.1:3', servers: ['server y 127.0.0.1:4'] },
  ]);
  expect(text).toContain('nbthread 1');
  expect(text.match(/^listen /gm)).toHaveLength(2);
});
