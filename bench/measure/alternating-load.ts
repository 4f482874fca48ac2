// Two servers loaded in turns of a few milliseconds, with the CPU that each turn cost: whatever the machine does meanwhile
// falls on both alike.
import { judge, type Verdict } from '../load/answers.ts';
import { Connection, type ConnectionObserver, requestHead } from '../load/connection.ts';
import { credentialSequence, type PooledCredential } from '../load/credentials.ts';
import { poolNamed } from '../load/pool.ts';
import type { PairSide } from '../record/observation.ts';
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

/** Milliseconds that a turn may take before what is left of it has failed. */
const timeout = 20_000;

/**
 * Sends the same number of `GET /me` to both sides, in turns of fixed work in the order ABBA ABBA.
 * @returns what each side cost, in the order given.
 */
export async function loadInTurns(order: AlternatingOrder): Promise<[PairSide, PairSide]> {
  const loads = (await Promise.all(order.sides.map((side) => openSide(side, order)))) as [OpenSide, OpenSide];
  try {
    for (let slice = 0; slice < order.slices; slice += 1) {
      const turns = slice % 2 === 0 ? loads : loads.toReversed();
      for (const load of turns) await load.turn();
    }
    return loads.map(({ facts }) => facts()) as [PairSide, PairSide];
  } finally {
    for (const { close } of loads) close();
  }
}

/** Sends a number of requests to one side alone. */
export async function loadOne(order: {
  readonly side: LoadedSide;
  readonly connections: number;
  readonly requests: number;
  readonly seed: number;
}): Promise<PairSide> {
  const { side, connections, requests: requestsPerSlice, seed } = order;
  const load = await openSide(side, { connections, requestsPerSlice, seed });
  try {
    await load.turn();
    return load.facts();
  } finally {
    load.close();
  }
}

interface OpenSide {
  turn(): Promise<void>;
  facts(): PairSide;
  close(): void;
}

async function openSide(
  { url, pid, pool }: LoadedSide,
  { connections, requestsPerSlice, seed }: Pick<AlternatingOrder, 'connections' | 'requestsPerSlice' | 'seed'>,
): Promise<OpenSide> {
  const head = requestHead('GET', '/me', url);
  const next = credentialSequence(poolNamed(pool), seed);
  const verdicts: Record<Verdict, number> = { right: 0, falseAccept: 0, falseReject: 0, error: 0 };
  const cpuPerRequest: number[] = [];
  const expected = new Map<Connection, PooledCredential>();
  let left = 0;
  let underWay = 0;
  let finished = () => {};

  const fire = (connection: Connection) => {
    if (left === 0) return;
    left -= 1;
    underWay += 1;
    const credential = next();
    expected.set(connection, credential);
    connection.send(`${head}${credential.header}: ${credential.value}\r\n\r\n`, left);
  };
  const end = (verdict: Verdict) => {
    verdicts[verdict] += 1;
    underWay -= 1;
    if (left === 0 && underWay === 0) finished();
  };
  const observer: ConnectionObserver = {
    answered(connection, status, body) {
      const verdict = judge(expected.get(connection) as PooledCredential, status, body);
      fire(connection);
      end(verdict);
    },
    failed(connection) {
      connection.open().then(
        () => {
          fire(connection);
          end('error');
        },
        () => {
          // A server that takes no connection any more answers nothing of what is left either.
          verdicts.error += left;
          left = 0;
          end('error');
        },
      );
    },
  };
  const open = Array.from({ length: connections }, () => new Connection(url, observer));
  await Promise.all(open.map((connection) => connection.open()));

  return {
    async turn() {
      const before = cpuSecondsOf(pid);
      left = requestsPerSlice;
      const done = new Promise<void>((resolve) => {
        finished = resolve;
      });
      const silence = setTimeout(() => {
        for (const connection of open) connection.close();
        verdicts.error += left + underWay;
        finished();
      }, timeout);
      for (const connection of open) fire(connection);
      await done;
      clearTimeout(silence);
      cpuPerRequest.push((cpuSecondsOf(pid) - before) / requestsPerSlice);
    },
    facts: () => ({
      cpuPerRequest,
      requests: cpuPerRequest.length * requestsPerSlice,
      falseAccepts: verdicts.falseAccept,
      falseRejects: verdicts.falseReject,
      errors: verdicts.error,
    }),
    close() {
      for (const connection of open) connection.close();
    },
  };
}
