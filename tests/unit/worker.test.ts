// The protocol of a worker, with a module of the test's own at its other end.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { startWorker, type Worker } from '../../bench/rig/worker.ts';

interface Api {
  add(a: number, b: number): number;
  fail(): never;
  end(): void;
}

const directory = mkdtempSync(join(tmpdir(), 'worker-test-'));
afterAll(() => rmSync(directory, { recursive: true }));
const module = join(directory, 'module.mjs');
writeFileSync(
  module,
  'export const add = (a, b) => a + b; export const fail = () => { throw new Error("as asked"); }; export const end = () => process.exit(1);',
);

const workers: Worker<Api>[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
});
async function start(): Promise<Worker<Api>> {
  const worker = await startWorker<Api>(pathToFileURL(module), null, { mark: 'worker-test' });
  workers.push(worker);
  return worker;
}

describe('startWorker', () => {
  test('a call has the answer of the function, from another process', async () => {
    const worker = await start();
    expect(await worker.call('add', 2, 3)).toBe(5);
    expect(worker.pid).not.toBe(process.pid);
  });

  test('what the function throws is thrown here, and the worker goes on', async () => {
    const worker = await start();
    await expect(worker.call('fail')).rejects.toMatchObject({
      code: 'PROCESS_FAILED',
      message: expect.stringContaining('as asked'),
    });
    expect(await worker.call('add', 1, 1)).toBe(2);
  });

  test('a process that ends before its answer is told of', async () => {
    const worker = await start();
    await expect(worker.call('end')).rejects.toMatchObject({ message: expect.stringContaining('its process ended') });
  });

  test('a process that cannot be written to any more is told of, and ends nothing else', async () => {
    const worker = await start();
    execFileSync('kill', ['-9', String(worker.pid)]);
    // Its end has not been heard of yet.
    const calls = Array.from({ length: 50 }, () => worker.call('add', 1, 1));
    for (const { status } of await Promise.allSettled(calls)) expect(status).toBe('rejected');
    await expect(worker.call('add', 1, 1)).rejects.toMatchObject({ code: 'PROCESS_FAILED' });
  });

  test('a worker that has been stopped is stopped again without harm', async () => {
    const worker = await start();
    await worker.stop();
    await expect(worker.stop()).resolves.toBeUndefined();
  });
});
