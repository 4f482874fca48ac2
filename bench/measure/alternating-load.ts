// Two servers loaded in turns of a few milliseconds, with the CPU that each turn cost: whatever the machine does meanwhile
// falls on both alike.
import { setTimeout as sleep } from 'node:timers/promises';
import { judge, type Verdict } from '../load/answers.ts';
import { Connection, type ConnectionObserver, requestHead } from '../load/connection.ts';
import { credentialSequence, headerLine, type PooledCredential } from '../load/credentials.ts';
import { poolNamed } from '../load/pool.ts';
import type { PairSide } from '../record/facts.ts';
import { cpuSecondsOf } from './cpu.ts';

export interface AlternatingOrder {
  readonly sides: readonly [LoadedSide, LoadedSide];
  /** To each side, kept open while the other has its turn. */
  readonly connections: number;
  /** Turns of each side, and requests in a turn. */
  readonly slices: number;
  readonly requestsPerSlice: number;
  readonly seed: number;
}

export interface LoadedSide {
  readonly url: string;
  readonly pid: number;
  /** The name of the pool to draw credentials from. */
  readonly pool: string;
}

/** Milliseconds that a turn may take; a side that takes longer has failed, and the load ends. */
const patience = 20_000;

/** Milliseconds in which a side that is left alone has done what it put off. */
const settling = 10;

/**
 * Sends the same number of `GET /me` to both sides, in turns of fixed work. What a turn cost is read just before the side's
 * next one, when the other has had its turn: by then the kernel has booked what the side did, and work that it put off until
 * after its answers is in. The side that goes first was seen to cost half a percent more, for
 * reasons that are not known: each goes first in one half of the load. A side that fails ends the load; what it did not answer then counts as errors.
 * @returns what each side cost, in the order given.
 */
export async function loadInTurns(order: AlternatingOrder): Promise<[PairSide, PairSide]> {
  const [first, second] = await Promise.all(order.sides.map((side) => openSide(side, order)));
  const sides = [first as OpenSide, second as OpenSide] as const;
  try {
    const half = Math.ceil(order.slices / 2);
    halves: for (const [inTurn, slices] of [
      [sides, half],
      [sides.toReversed(), order.slices - half],
    ] as const) {
      await sleep(settling);
      for (let slice = 0; slice < slices; slice += 1) {
        for (const side of inTurn) {
          side.read();
          if (!(await side.turn())) break halves;
        }
      }
    }
    await sleep(settling);
    for (const side of sides) side.read();
    return [sides[0].facts(), sides[1].facts()];
  } finally {
    for (const side of sides) side.close();
  }
}

/** Sends a number of requests to one side alone, in one turn. */
export async function loadOne(
  order: Omit<AlternatingOrder, 'sides' | 'slices'> & { readonly side: LoadedSide },
): Promise<PairSide> {
  const side = await openSide(order.side, { ...order, slices: 1 });
  try {
    side.read();
    await side.turn();
    await sleep(settling);
    side.read();
    return side.facts();
  } finally {
    side.close();
  }
}

interface OpenSide {
  /** Reads the CPU that the server has used so far. */
  read(): void;
  /** Sends one turn's requests; false when the side has failed. */
  turn(): Promise<boolean>;
  facts(): PairSide;
  close(): void;
}

async function openSide(
  { url, pid, pool }: LoadedSide,
  { connections, slices, requestsPerSlice, seed }: Omit<AlternatingOrder, 'sides'>,
): Promise<OpenSide> {
  const head = requestHead('GET', '/me', url);
  const next = credentialSequence(poolNamed(pool), seed);
  const verdicts: Record<Verdict, number> = { right: 0, falseAccept: 0, falseReject: 0, error: 0 };
  const readings: number[] = [];
  const expected = new Map<Connection, PooledCredential>();
  let left = 0;
  let underWay = 0;
  let finish: (alive: boolean) => void = () => {};

  const fire = (connection: Connection) => {
    if (left === 0) return;
    // A connection that the server has closed between two turns: opened again, and used then.
    if (!connection.isOpen) {
      reopen(connection);
      return;
    }
    left -= 1;
    underWay += 1;
    const credential = next();
    expected.set(connection, credential);
    connection.send(`${head}${headerLine(credential)}\r\n`, left);
  };
  const reopen = (connection: Connection) => {
    connection.open().then(
      () => fire(connection),
      () => finish(false),
    );
  };
  const end = (verdict: Verdict) => {
    verdicts[verdict] += 1;
    underWay -= 1;
    if (left === 0 && underWay === 0) finish(true);
  };
  const observer: ConnectionObserver = {
    answered(connection, status, body) {
      const verdict = judge(expected.get(connection) as PooledCredential, status, body);
      fire(connection);
      end(verdict);
    },
    failed(connection) {
      end('error');
      reopen(connection);
    },
  };
  const open = Array.from({ length: connections }, () => new Connection(url, observer));
  await Promise.all(open.map((connection) => connection.open()));

  return {
    read: () => void readings.push(cpuSecondsOf(pid)),
    async turn() {
      left = requestsPerSlice;
      const ended = new Promise<boolean>((resolve) => {
        finish = resolve;
      });
      const impatience = setTimeout(() => finish(false), patience);
      for (const connection of open) fire(connection);
      const alive = await ended;
      clearTimeout(impatience);
      return alive;
    },
    facts() {
      const requests = slices * requestsPerSlice;
      const { right, falseAccept, falseReject } = verdicts;
      return {
        cpuPerRequest: readings
          .slice(1)
          .map((reading, turn) => (reading - (readings[turn] as number)) / requestsPerSlice),
        requests,
        falseAccepts: falseAccept,
        falseRejects: falseReject,
        errors: requests - right - falseAccept - falseReject,
      };
    },
    close() {
      for (const connection of open) connection.close();
    },
  };
}
