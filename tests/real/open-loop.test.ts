// The open loop against servers that answer, stay silent, hang up, or tell lies.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { loadAtRate, type OpenLoopOptions } from '../../bench/load/open-loop.ts';
import { usePool } from '../../bench/load/pool.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

usePool('users', {
  invalidShare: 0,
  credentials: ['ada', 'bob', 'eve'].map((user) => ({ user, header: 'x-user', value: user, valid: true })),
});

/** Loads a server of its own with 200 requests at 2,000/s. */
async function load(listener: RequestListener, changes: Partial<OpenLoopOptions> = {}) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return loadAtRate({
    urls: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`],
    pool: 'users',
    arrivals: { process: 'poisson', rate: 2_000, requests: 200 },
    connections: 20,
    timeout: 5,
    seed: 1,
    ...changes,
  });
}
const right: RequestListener = (request, response) => response.end(JSON.stringify({ user: request.headers['x-user'] }));

/** A listener that does something else on every tenth request. */
const everyTenth = (other: RequestListener): RequestListener => {
  let count = 0;
  return (request, response) => {
    count += 1;
    (count % 10 === 0 ? other : right)(request, response);
  };
};

test('every request is sent once, answered and found right', async () => {
  let received = 0;
  const facts = await load((request, response) => {
    received += 1;
    right(request, response);
  });
  expect(received).toBe(200);
  expect(facts).toMatchObject({ requests: 200, timeouts: 0, errors: 0, falseAccepts: 0, falseRejects: 0 });
  expect(facts.response).toMatchObject({ answered: 200, censored: 0 });
});

test('an answer for somebody else is a false accept, a refusal a false reject, an error an error', async () => {
  const lie: RequestListener = (_request, response) => response.end('{"user":"mallory"}');
  expect((await load(everyTenth(lie))).falseAccepts).toBe(20);
  const refuse: RequestListener = (_request, response) => response.writeHead(401, { 'content-length': 2 }).end('{}');
  expect((await load(everyTenth(refuse))).falseRejects).toBe(20);
  const fail: RequestListener = (_request, response) => response.writeHead(503, { 'content-length': 2 }).end('{}');
  const failed = await load(everyTenth(fail));
  expect(failed.errors).toBe(20);
  expect(failed.response).toMatchObject({ answered: 180, censored: 20 });
});

test('a request that is never answered is given up, and counts as worse than any answer', async () => {
  const facts = await load(
    everyTenth(() => {}),
    { timeout: 2 },
  );
  expect(facts.timeouts).toBe(20);
  expect(facts.response).toMatchObject({ answered: 180, censored: 20, p99: null, max: null });
  expect(facts.response.p50).not.toBeNull();
});

test('a server that hangs up costs the request under way, and the load goes on', async () => {
  const facts = await load(everyTenth((request) => request.socket.destroy()));
  expect(facts.errors).toBe(20);
  expect(facts.response).toMatchObject({ answered: 180, censored: 20 });
});

test('a connection that the server closed while nothing was under way is opened again', async () => {
  const facts = await load((request, response) => {
    right(request, response);
    response.on('finish', () => setImmediate(() => request.socket.destroy()));
  });
  expect(facts.requests).toBe(200);
  // Far more than there are connections; what comes while one is being opened again may be lost.
  expect(facts.response.answered).toBeGreaterThan(100);
});

test('an answer that comes in pieces is put together', async () => {
  const facts = await load((request, response) => {
    const body = JSON.stringify({ user: request.headers['x-user'] });
    response.setHeader('content-length', body.length);
    response.write(body.slice(0, 5));
    setImmediate(() => response.end(body.slice(5)));
  });
  expect(facts).toMatchObject({ errors: 0, falseAccepts: 0 });
  expect(facts.response.answered).toBe(200);
});

test('an answer in chunks is not understood, and is an error rather than a figure', async () => {
  const facts = await load(
    everyTenth((_request, response) => {
      response.write('{"user":');
      response.end('"ada"}');
    }),
  );
  expect(facts.errors).toBe(20);
});

test('a request that finds no free connection waits for one, and is counted', async () => {
  const facts = await load((request, response) => void setTimeout(right, 5, request, response), { connections: 1 });
  expect(facts.waited).toBeGreaterThan(100);
  expect(facts.response.answered).toBe(200);
});

test('who waits for a connection is served first when one is opened again', async () => {
  let first = true;
  const facts = await load(
    (request, response) => {
      if (!first) return right(request, response);
      first = false;
      setTimeout(() => request.socket.destroy(), 50);
    },
    { connections: 1, arrivals: { process: 'constant', rate: 1_000, requests: 10 } },
  );
  expect(facts).toMatchObject({ errors: 1, timeouts: 0 });
  expect(facts.response.answered).toBe(9);
});

test('a request that waits for a connection too long is given up without having been sent', async () => {
  let received = 0;
  const silent: RequestListener = () => {
    received += 1;
  };
  const facts = await load(silent, { connections: 2, timeout: 0.1 });
  expect(facts).toMatchObject({ timeouts: 200 });
  expect(received).toBeLessThan(200);
});

test('bytes are counted on the wire', async () => {
  const facts = await load(right);
  expect(facts.requestBytes).toBeGreaterThan(200 * 'GET /me HTTP/1.1\r\nhost: 127.0.0.1\r\nx-user: ada\r\n\r\n'.length);
  expect(facts.responseBytes).toBeGreaterThan(200 * '{"user":"ada"}'.length);
});
