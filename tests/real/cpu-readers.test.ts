// Where the kernel does not tell CPU finely, processes tell their own: what they tell agrees with the kernel, where both can be asked.
import { afterAll, describe, expect, test } from 'vitest';
import { cost } from '../../bench/experiments/cost.ts';
import { usePool } from '../../bench/load/pool.ts';
import { openCpuReader } from '../../bench/measure/cpu-readers.ts';
import { loadInSlices } from '../../bench/measure/sliced-load.ts';
import { profiles } from '../../bench/plan/profiles.ts';
import { userNames } from '../../bench/plan/users.ts';
import { issueCredentials } from '../../bench/rig/admin.ts';
import { detectCpuClock } from '../../bench/rig/cpu-clock.ts';
import { type CpuSource, cpuSourcesOf } from '../../bench/rig/cpu-sources.ts';
import { inspectMachine } from '../../bench/rig/machine.ts';
import { openRunScope } from '../../bench/rig/run-scope.ts';
import { startInstances } from './rig.ts';

/** As on a machine whose kernel tells no CPU in nanoseconds. */
const machine = { ...inspectMachine(), cpuClock: 'processes' } as const;
const scope = await openRunScope(machine, { redisUrl: null, adminSecret: null });
afterAll(() => scope.close());

/** What the CPU of a tier's only process is read from, by the one clock and the other. */
const sourceOf = (sources: readonly CpuSource[] | undefined) => (sources as readonly [CpuSource])[0];

describe.skipIf(detectCpuClock() !== 'kernel')('processes that tell their own CPU', () => {
  test('a server and Redis agree with the kernel within 2 % over the same load', async () => {
    const rig = await startInstances(scope, 'session', 1);
    const issued = await issueCredentials(rig, userNames(100));
    usePool('sessions', { invalidShare: 0, credentials: issued.map((one) => ({ ...one, valid: true })) });
    const [told, counted] = [cpuSourcesOf(rig, 'processes'), cpuSourcesOf(rig, 'kernel')];
    expect([told.servers, told.redis]).toEqual([
      [{ from: 'probe', host: '127.0.0.1', port: expect.any(Number) }],
      [{ from: 'redis', url: rig.redis?.url }],
    ]);
    const sources = [told.servers, counted.servers, told.redis, counted.redis].map(sourceOf);
    const readers = await Promise.all(sources.map(openCpuReader));
    const read = async () => {
      const values: number[] = [];
      for (const reader of readers) values.push(await reader.read());
      return values;
    };
    // Connected and read once: what that costs is in neither figure.
    await read();

    const before = await read();
    const [url] = rig.entries[0] as string[];
    const lanes = [{ name: 'sessions', url: url as string, pool: 'sessions', sources: {} }];
    const [lane] = await loadInSlices({ lanes, connections: 16, cycles: 30, requestsPerSlice: 500, seed: 1 });
    const after = await read();

    expect(lane).toMatchObject({ requests: 15_000, errors: 0, falseRejects: 0 });
    const [server, serverByKernel, redis, redisByKernel] = after.map((value, index) => value - (before[index] ?? 0));
    const ratios = [(server as number) / (serverByKernel as number), (redis as number) / (redisByKernel as number)];
    for (const ratio of ratios) expect(Math.abs(ratio - 1)).toBeLessThan(0.02);
    for (const reader of readers) reader.close();
    await rig.stop();
  });

  test('lanes say who told their CPU, and leave out the tier that cannot tell its own', async () => {
    const context = {
      scope,
      profile: profiles.smoke,
      chosen: ['none', 'opaque'],
      balancer: 'none' as const,
      targets: null,
      instances: null,
      riders: [],
      block: 0,
      seed: 1,
      signal: new AbortController().signal,
    };
    const result = await cost.run({ lanes: 'strategies', part: 1 }, context, cost.workloads.smoke);
    const outcome = 'outcome' in result ? result.outcome : result;
    const rows = outcome.status === 'completed' ? outcome.rows : [];
    const opaque = rows.find(({ factors }) => factors.strategy === 'opaque')?.facts;
    expect(opaque).toMatchObject({ type: 'slices', clock: 'processes', errors: 0 });
    expect(opaque?.type === 'slices' && Object.keys(opaque.cpu).sort()).toEqual(['authorization', 'redis', 'servers']);
  });
});
