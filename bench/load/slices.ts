// Lanes loaded in cycles of slices: every lane gets one slice of fixed work per cycle, in an order drawn anew, so that the machine's
// moods, which last 10 to 100 ms, fall on all lanes alike.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, seededRandom, shuffled } from '../plan/random.ts';
import { judge, newVerdicts, type Verdict } from './answers.ts';
import { Connection, type ConnectionObserver, requestHead } from './connection.ts';
import { credentialSequence, headerLine, type PooledCredential } from './credentials.ts';
import { poolNamed } from './pool.ts';
import { countAnswers } from './tally.ts';

/** Where a lane's requests go, and what they present. */
export interface LaneTarget {
  /** What messages call it. */
  readonly name: string;
  readonly url: string;
  /** The name of the pool to draw credentials from. */
  readonly pool: string;
  /** `/me` unless told otherwise. */
  readonly path?: string;
}

/** What the requests of a lane have come to so far. */
interface LaneTally {
  readonly verdicts: Readonly<Record<Verdict, number>>;
  /** How many of the requests presented a credential that had to be rejected. */
  readonly invalid: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
}

export interface LoadedLane {
  /**
   * Sends that many requests over the lane's connections, and waits for all answers.
   * @throws when some have none in time.
   */
  slice(requests: number): Promise<void>;
  tally(): LaneTally;
  close(): void;
}

/** Milliseconds that a slice may take. */
const patience = 20_000;

/** Milliseconds in which a lane that is left alone has done what it put off. */
const settling = 10;

/** The next credential for a request: drawn at random from the pool, or each of the pool in turn. */
function sequenceOf(pool: string, order: 'random' | 'in turn', seed: number): () => PooledCredential {
  if (order === 'random') return credentialSequence(poolNamed(pool), seed);
  const { credentials } = poolNamed(pool);
  let turn = 0;
  return () => credentials[turn++ % credentials.length] as PooledCredential;
}

/**
 * Opens the connections of a lane; they stay open while others have their slices.
 * @throws when one of them cannot be opened.
 */
export async function openLane(
  { name, url, pool, path = '/me' }: LaneTarget,
  connections: number,
  seed: number,
  order: 'random' | 'in turn' = 'random',
): Promise<LoadedLane> {
  const head = requestHead('GET', path, url);
  const next = sequenceOf(pool, order, seed);
  const verdicts = newVerdicts();
  const expected = new Map<Connection, PooledCredential>();
  let [left, underWay, invalid] = [0, 0, 0];
  let finish: () => void = () => {};
  let giveUp: (why: string) => void = () => {};

  const fire = (connection: Connection) => {
    if (left === 0) return;
    // A connection that the server has closed between two slices: opened again, and used then.
    if (!connection.isOpen) {
      reopen(connection);
      return;
    }
    left -= 1;
    underWay += 1;
    const credential = next();
    if (!credential.valid) invalid += 1;
    expected.set(connection, credential);
    connection.send(`${head}${headerLine(credential)}\r\n`, left);
  };
  const reopen = (connection: Connection) => {
    connection.open().then(
      () => fire(connection),
      (error: Error) => giveUp(`no connection any more: ${error.message}`),
    );
  };
  const end = (verdict: Verdict) => {
    verdicts[verdict] += 1;
    underWay -= 1;
    if (left === 0 && underWay === 0) finish();
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
    async slice(requests) {
      left = requests;
      const ended = new Promise<void>((resolve, reject) => {
        finish = resolve;
        giveUp = (why) =>
          reject(new Error(`${name}: ${left + underWay} of ${requests} requests without an answer, ${why}`));
      });
      const impatience = setTimeout(() => giveUp(`after ${patience / 1_000} s`), patience);
      for (const connection of open) fire(connection);
      try {
        await ended;
      } finally {
        clearTimeout(impatience);
      }
    },
    tally: () => ({
      verdicts,
      invalid,
      requestBytes: open.reduce((sum, connection) => sum + connection.bytes().sent, 0),
      responseBytes: open.reduce((sum, connection) => sum + connection.bytes().received, 0),
    }),
    close() {
      for (const connection of open) connection.close();
      countAnswers(verdicts);
    },
  };
}

/** One lane of a cycle: its slice, and what is done just before it. */
export interface CycledLane {
  before(): void | Promise<void>;
  slice(): Promise<void>;
}

/**
 * Runs cycles: every lane once in each, in a drawn order. What a slice cost is read just before the lane's next one, when the others
 * have had theirs: by then the kernel has booked what the lane did, and work that it put off until after its answers is in.
 * @param seconds after which no further cycle begins, once a tenth of them has run.
 * @returns how many cycles were run.
 */
export async function runCycles(
  lanes: readonly CycledLane[],
  cycles: number,
  random: Random,
  seconds = Number.POSITIVE_INFINITY,
): Promise<number> {
  const until = performance.now() + seconds * 1_000;
  let cycle = 0;
  for (; cycle < cycles && (performance.now() < until || cycle < cycles / 10); cycle += 1) {
    for (const lane of shuffled(lanes, random)) {
      await lane.before();
      await lane.slice();
    }
  }
  await sleep(settling);
  for (const lane of lanes) await lane.before();
  return cycle;
}

/** The order of lanes in each cycle, from the seed of a load. */
export const cycleOrder = (seed: number): Random => seededRandom(seed, 'order of lanes');

/**
 * Presents every credential of a lane's pool once, in the pool's order.
 * @throws when some have no answer.
 */
export async function presentEach(target: LaneTarget, connections: number): Promise<number> {
  const lane = await openLane(target, connections, 0, 'in turn');
  const { length } = poolNamed(target.pool).credentials;
  try {
    await lane.slice(length);
    return length;
  } finally {
    lane.close();
  }
}
