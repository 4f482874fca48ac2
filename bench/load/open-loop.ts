// Open-loop load: requests leave when the plan says, whether or not earlier ones were answered, so that a stall of the
// server is felt by every caller who came meanwhile (what closed loops leave out: Schroeder, Wierman and Harchol-Balter,
// "Open versus closed: a cautionary tale", NSDI 2006). One process that spins on one core.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OpenLoopFacts } from '../record/facts.ts';
import { judge, type Verdict } from './answers.ts';
import { type Arrivals, arrivalTimes } from './arrivals.ts';
import { Connection, requestHead } from './connection.ts';
import { type CredentialPool, credentialSequence, headerLine, type PooledCredential } from './credentials.ts';
import { inFlightByTimes, stallsIn, timesOf } from './open-loop-times.ts';
import { poolNamed } from './pool.ts';
import { countAnswers } from './tally.ts';

export interface OpenLoopOptions {
  readonly urls: readonly string[];
  /** The name of the pool to draw credentials from. */
  readonly pool: string;
  readonly arrivals: Arrivals;
  /** Opened before the first request; a request that finds none of them free waits, and its wait counts. */
  readonly connections: number;
  /** Seconds from the intended send after which a request is given up. */
  readonly timeout: number;
  readonly seed: number;
  /** Whether stalls are counted, so that no quantile is told that one of them decides; not for a server that stalls by a known law. */
  readonly countsStalls?: true;
}

/** What the generator itself saw; what the tiers spent is added by whoever watches them. */
export type OpenLoopLoad = Omit<OpenLoopFacts, 'type' | 'tiers'>;

/** Sends `GET /me` with credentials of the pool at the planned times, and checks every answer. */
export async function loadAtRate(order: OpenLoopOptions): Promise<OpenLoopLoad> {
  const { verdicts, ...facts } = await load(order, poolNamed(order.pool));
  // At a given rate it is a result, and no mistake, that there was no answer.
  countAnswers({ ...verdicts, error: 0 });
  return facts;
}

/**
 * Runs the generator's own code until it is compiled, against a server in this very process: a cold one lags by tens of
 * milliseconds.
 */
export async function warmUpOpenLoop(): Promise<void> {
  const server = createServer((request, response) => response.end(`{"user":"${request.headers['x-user']}"}`));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = [{ user: 'warm-up', header: 'x-user', value: 'warm-up', valid: true } as const];
  const arrivals = { process: 'poisson', rate: 4_000, requests: 8_000 } as const;
  await load(
    { urls: [url], pool: '', arrivals, connections: 16, timeout: 10, seed: 0 },
    { credentials, invalidShare: 0 },
  );
  server.closeAllConnections();
  server.close();
}

/**
 * Nanoseconds between performance.now() and the clock that all processes of a machine share (CLOCK_MONOTONIC). The two are read
 * one after the other, the first time slowly: what passes between the readings only makes the difference smaller.
 */
const clockOffset = Math.max(
  ...Array.from({ length: 100 }, () => Number(process.hrtime.bigint()) - performance.now() * 1e6),
);
const now = () => performance.now() * 1e6 + clockOffset;

/** Nanoseconds between the opening of connections and the first request. */
const leadTime = 20e6;

/** Nanoseconds by which a request may leave late before it is counted as late, and that a turn of the event loop may take. */
const lateAfter = 1e6;

/** Milliseconds after which a connection that was refused is tried again. */
const reopenAfter = 20;

async function load(
  order: OpenLoopOptions,
  pool: CredentialPool,
): Promise<OpenLoopLoad & { readonly verdicts: Record<Verdict, number> }> {
  const { arrivals, timeout, seed } = order;
  const head = requestHead('GET', '/me', order.urls[0] as string);
  const planned = arrivalTimes(arrivals, seed);
  const next = credentialSequence(pool, seed);
  const idle: Connection[] = [];
  /** Requests that found no free connection, in their order; those before `served` have left it again. */
  const waiting: number[] = [];
  let served = 0;
  const { requests } = arrivals;
  const sentAt = new Float64Array(requests).fill(Number.NaN);
  const endedAt = new Float64Array(requests).fill(Number.NaN);
  const waited = new Uint8Array(requests);
  const expected: (PooledCredential | undefined)[] = new Array(requests);
  const verdicts: Record<Verdict, number> = { right: 0, falseAccept: 0, falseReject: 0, error: 0 };
  let [due, oldest, ended, inFlight, timeouts] = [0, 0, 0, 0, 0];
  let [active, busy, stalled] = [false, 0, 0];
  let [inFlightTime, inFlightBefore] = [0, 0];
  /**
   * When the first of the answers was read that the event loop's last look found; null until then. All of that look had
   * arrived by then, and none is charged for the reading of those before it.
   */
  let found: number | null = null;

  const end = (index: number) => {
    active = true;
    ended += 1;
    if (!Number.isNaN(sentAt[index] as number)) inFlight -= 1;
    expected[index] = undefined;
  };
  const fire = (connection: Connection, index: number) => {
    const credential = next();
    expected[index] = credential;
    sentAt[index] = now();
    inFlight += 1;
    connection.send(`${head}${headerLine(credential)}\r\n`, index);
  };
  const connections = Array.from(
    { length: order.connections },
    (_, number) =>
      new Connection(order.urls[number % order.urls.length] as string, {
        answered(connection, status, body) {
          found ??= now();
          const index = connection.busyWith;
          const verdict = judge(expected[index] as PooledCredential, status, body);
          verdicts[verdict] += 1;
          // An error is no answer: however soon it came, its request counts as one that had none.
          if (verdict !== 'error') endedAt[index] = found;
          end(index);
          free(connection);
        },
        failed(connection) {
          verdicts.error += 1;
          end(connection.busyWith);
          reopen(connection);
        },
      }),
  );
  /** Opened again before it is used again, as soon as the server lets it; the load goes on without it until then. */
  const reopen = (connection: Connection) => {
    connection.open().then(
      () => free(connection),
      () => {
        if (ended < requests) setTimeout(reopen, reopenAfter, connection);
      },
    );
  };
  /** Takes a connection back: for who has waited longest, or for later. */
  const free = (connection: Connection) => {
    if (ended === requests) return connection.close();
    // Those that were given up while they waited are passed over.
    while (served < waiting.length && (waiting[served] as number) < oldest) served += 1;
    const longest = waiting[served];
    if (!connection.isOpen) reopen(connection);
    else if (longest === undefined) idle.push(connection);
    else {
      served += 1;
      fire(connection, longest);
    }
  };
  /** A free connection; those that the server has closed meanwhile are opened again. */
  const takeIdle = (): Connection | undefined => {
    for (let connection = idle.pop(); connection; connection = idle.pop()) {
      if (connection.isOpen) return connection;
      reopen(connection);
    }
    return undefined;
  };
  /** Gives up what has been under way, or has waited to be sent, for too long. */
  const giveUp = (time: number) => {
    const limit = time - timeout * 1e9;
    for (; oldest < due && start + (planned[oldest] as number) < limit; oldest += 1) {
      if (!Number.isNaN(endedAt[oldest] as number)) continue;
      const index = oldest;
      const connection = connections.find(({ busyWith }) => busyWith === index);
      const failed = !connection && !Number.isNaN(sentAt[index] as number);
      if (failed) continue;
      timeouts += 1;
      end(index);
      if (!connection) continue;
      connection.busyWith = -1;
      connection.close();
      reopen(connection);
    }
  };

  await Promise.all(connections.map((connection) => connection.open()));
  idle.push(...connections);
  const start = now() + leadTime;
  let last = start;
  await new Promise<void>((resolve) => {
    const turn = () => {
      const time = now();
      if (time >= start) {
        if (active) busy += time - last;
        // Between two turns requests end; when exactly is not asked here, or the audit would only repeat their times.
        inFlightTime += ((inFlight + inFlightBefore) / 2) * (time - last);
        if (time - last > lateAfter) stalled += time - last;
        last = time;
        active = false;
        for (; due < requests && start + (planned[due] as number) <= time; due += 1) {
          active = true;
          const connection = takeIdle();
          if (connection) fire(connection, due);
          else {
            waited[due] = 1;
            waiting.push(due);
          }
        }
        giveUp(time);
        inFlightBefore = inFlight;
      }
      if (ended < requests) setImmediate(turn);
      else resolve();
      found = null;
    };
    turn();
  });
  for (const connection of connections) connection.close();
  const bytes = connections.map((connection) => connection.bytes());

  const seconds = (last - start) / 1e9;
  const moments = { planned, sentAt, endedAt, waited, start };
  return {
    verdicts,
    arrivals: { process: arrivals.process, rate: arrivals.rate, start },
    requests,
    seconds,
    ...timesOf(moments),
    ...(order.countsStalls ? { stalls: stallsIn(moments) } : {}),
    late: sentAt.reduce(
      (count, at, index) => count + (at - start - (planned[index] as number) <= lateAfter ? 0 : 1),
      0,
    ),
    waited: waited.reduce((count, one) => count + one, 0),
    timeouts,
    errors: verdicts.error,
    falseAccepts: verdicts.falseAccept,
    falseRejects: verdicts.falseReject,
    inFlightMean: inFlightTime / (last - start),
    inFlightByTimes: inFlightByTimes(moments, last - start),
    generatorBusyShare: busy / (last - start),
    generatorStalledShare: stalled / (last - start),
    requestBytes: bytes.reduce((sum, { sent }) => sum + sent, 0),
    responseBytes: bytes.reduce((sum, { received }) => sum + received, 0),
  };
}
