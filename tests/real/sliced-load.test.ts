// Lanes loaded in cycles of slices, and what becomes of the load when one of them fails.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { usePool } from '../../bench/load/pool.ts';
import { presentEach } from '../../bench/load/slices.ts';
import { type LaneLoad, loadInSlices } from '../../bench/measure/sliced-load.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

usePool('users', { invalidShare: 0, credentials: [{ user: 'ada', header: 'x-user', value: 'ada', valid: true }] });

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const right: RequestListener = (_request, response) => response.end('{"user":"ada"}');

/** Five slices of twenty requests for each lane; the servers are in this process. */
async function loadLanes(urls: readonly string[]) {
  const kernel = { servers: [{ from: 'kernel' as const, pid: process.pid }] };
  const lanes = urls.map((url) => ({ name: url, url, pool: 'users', sources: kernel }));
  const loads = await loadInSlices({ lanes, connections: 4, cycles: 5, requestsPerSlice: 20, seed: 1 });
  return loads as [LaneLoad, LaneLoad];
}
const load = async (...listeners: readonly RequestListener[]) => loadLanes(await Promise.all(listeners.map(serve)));

test('every lane gets the same work, and every slice its cost', async () => {
  const counts = [0, 0];
  const counting =
    (side: number): RequestListener =>
    (request, response) => {
      counts[side] = (counts[side] as number) + 1;
      right(request, response);
    };
  const [one, other] = await load(counting(0), counting(1));
  expect(counts).toEqual([100, 100]);
  for (const side of [one, other]) {
    expect(side).toMatchObject({ requests: 100, errors: 0, falseAccepts: 0, falseRejects: 0 });
    expect(side.cpu.servers).toHaveLength(5);
  }
});

test('loadInSlices: once its seconds are over no further cycle begins, but a tenth of them runs', async () => {
  const url = await serve(right);
  const lanes = [{ name: 'one', url, pool: 'users', sources: {} }];
  const [lane] = await loadInSlices({ lanes, connections: 4, cycles: 30, requestsPerSlice: 20, seconds: 0, seed: 1 });
  expect(lane).toMatchObject({ requests: 60, errors: 0 });
});

test('presentEach: every credential of the pool is presented once', async () => {
  const users = ['ada', 'grace', 'joan', 'mary', 'edith'];
  const credentials = users.map((user) => ({ user, header: 'x-user' as const, value: user, valid: true }));
  usePool('several', { invalidShare: 0, credentials });
  const presented: unknown[] = [];
  const url = await serve((request, response) => {
    presented.push(request.headers['x-user']);
    response.end(JSON.stringify({ user: request.headers['x-user'] }));
  });
  expect(await presentEach({ name: 'one', url, pool: 'several' }, 2)).toBe(5);
  expect(presented.sort()).toEqual([...users].sort());
});

test('answers for somebody else and refusals are told apart', async () => {
  const lie: RequestListener = (_request, response) => response.end('{"user":"eve"}');
  const refuse: RequestListener = (_request, response) => response.writeHead(401, { 'content-length': 0 }).end();
  const [one, other] = await load(lie, refuse);
  expect([one.falseAccepts, other.falseRejects]).toEqual([100, 100]);
});

test('a server that hangs up now and then costs errors, and the load goes on', async () => {
  let count = 0;
  const [one, other] = await load((request, response) => {
    count += 1;
    if (count % 25 === 0) request.socket.destroy();
    else right(request, response);
  }, right);
  expect(one.errors).toBeGreaterThan(0);
  expect(other.errors).toBe(0);
});

test('a server that goes away ends the load at once, with its name', async () => {
  let count = 0;
  const gone = createServer((request, response) => {
    count += 1;
    if (count === 30) {
      gone.close();
      gone.closeAllConnections();
    } else right(request, response);
  }).listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}`;
  const load = loadLanes([url, await serve(right)]);
  await expect(load).rejects.toThrow(new RegExp(`^${url}: \\d+ of 20 requests without an answer, no connection`));
});

test('bytes are those of the lane alone', async () => {
  const [one, other] = await load(right, (_request, response) => {
    response.setHeader('x-padding', 'x'.repeat(100));
    response.end('{"user":"ada"}');
  });
  expect(one.requestBytes).toBe(other.requestBytes);
  expect(other.responseBytes - one.responseBytes).toBeGreaterThan(100 * 100);
});
