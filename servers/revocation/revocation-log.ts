// The record of revocations in Redis that instances keep copies of: a set of what is revoked, and a stream of how it came to
// be, each entry naming the one before it. Who has read the set and then the whole chain after it has missed nothing; pub/sub
// could not say so.
import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { AuthUnavailable } from '../errors.ts';
import { afterStandstill, answeredWithin } from '../standstill.ts';
import { clockSkew, requireClocks } from '../store/clock-skew.ts';
import type { RevokedToken } from './contract.ts';

/** The stream keeps about so many entries; who has fallen further behind reads the set again. */
const streamLength = 100_000;

/** Entries that are read at once: of the stream and by their end, and of the whole set in its own order. */
const batch = 10_000;
const page = 2_000;

/** Milliseconds that a read of the stream waits for news; its answer, even an empty one, says that the connection stands. */
const patience = 200;

/** Milliseconds after which a read that should have been answered is taken for lost. */
const lostAfter = 500;

/** Milliseconds that the handshake of its connection may take. */
const handshakeWithin = 10_000;

/** Milliseconds between two attempts to read again. */
const retryAfter = 50;

/** What the first entry names as the one before it. */
const beginning = '0-0';

/**
 * Numbers, stores and announces revocations in one step. An entry's id is its number, and a mark that no other call has: a Redis
 * that has lost part of its memory gives numbers again, but not the same ids.
 * What is swept has ended by every clock, not only by that of whoever revokes.
 * KEYS: set, stream. ARGV: clock skew in seconds, length, mark, then jti and exp in turns.
 */
const appendScript = `
  local entry = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
  local newest = entry and entry[1] or '${beginning}'
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', redis.call('TIME')[1] - ARGV[1])
  for i = 4, #ARGV, 2 do
    local id = string.format('%d-%s', string.match(newest, '%d+') + 1, ARGV[3])
    redis.call('ZADD', KEYS[1], ARGV[i + 1], ARGV[i])
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], id, 'after', newest, 'jti', ARGV[i], 'exp', ARGV[i + 1])
    newest = id
  end`;

/** Tokens that one call of the script takes: Lua's stack holds no more arguments than some thousands. */
const perCall = 1_000;

export interface RevocationLog {
  /** Records tokens as revoked; those that are at once are numbered in their order. */
  append(tokens: readonly RevokedToken[]): Promise<void>;
  /** Whether the record holds a token. */
  has(jti: string): Promise<boolean>;
  /** How many revoked tokens expire between two moments, both included, in seconds since the epoch. */
  count(from: number, to: number): Promise<number>;
  /** The revoked tokens that expire between two moments, batch by batch. */
  between(from: number, to: number): AsyncIterable<RevokedToken[]>;
  /**
   * Keeps a copy in step: hands it everything recorded so far, then what comes, until it is closed. Resolves when the copy is
   * in step for the first time.
   */
  follow(copy: Copy): Promise<Follower>;
}

/** A copy of the record. */
interface Copy {
  /** What it is told it may have been told before. */
  add(tokens: readonly RevokedToken[]): void;
  /** Called before everything is read again; what the copy knows stays true. */
  prepare(): Promise<void>;
}

export interface Follower {
  /** Whether the copy is known to hold all that was recorded, up to the delay of a message. */
  readonly inStep: boolean;
  close(): Promise<void>;
}

/** @param prefix what every key begins with. */
export function createRevocationLog(redis: Redis, prefix: string): RevocationLog {
  const keys = { set: `${prefix}revocations`, stream: `${prefix}revocations:log` };
  const asked = <T>(answer: Promise<T>): Promise<T> =>
    answer.catch((cause) => {
      throw new AuthUnavailable('the record of revocations does not answer', { cause });
    });
  return {
    async append(tokens) {
      if (tokens.length > 0) await requireClocks(redis);
      for (let from = 0; from < tokens.length; from += perCall) {
        const pairs = tokens.slice(from, from + perCall).flatMap(({ jti, exp }) => [jti, exp]);
        const options = [clockSkew, streamLength, randomInt(2 ** 48 - 1)];
        await asked(redis.eval(appendScript, 2, keys.set, keys.stream, ...options, ...pairs));
      }
    },
    has: async (jti) => (await asked(redis.zscore(keys.set, jti))) !== null,
    count: (from, to) => asked(redis.zcount(keys.set, from, to)),
    async *between(from, to) {
      // From the end: what leaves meanwhile has expired, and leaves from the beginning, so that nothing moves past the offset.
      for (let offset = 0; ; offset += batch) {
        const members = await asked(
          redis.zrange(keys.set, `${to}`, `${from}`, 'BYSCORE', 'REV', 'LIMIT', offset, batch, 'WITHSCORES'),
        );
        const tokens = tokensOf(members);
        if (tokens.length > 0) yield tokens;
        if (tokens.length < batch) return;
      }
    },
    async follow(copy) {
      const follower = new StreamFollower(redis, keys, copy);
      await follower.first;
      return follower;
    },
  };
}

interface Keys {
  readonly set: string;
  readonly stream: string;
}

class StreamFollower implements Follower {
  inStep = false;
  readonly first: Promise<void>;
  readonly #redis: Redis;
  readonly #reader: Redis;
  readonly #keys: Keys;
  readonly #copy: Copy;
  readonly #forget: () => void;
  #closed = false;
  /** When the read was sent that waits for an answer; while none does, never. */
  #askedAt = Number.POSITIVE_INFINITY;
  /** The step that is being made. */
  #step = Promise.withResolvers<void>();
  /** The id of the entry up to which the copy has been told everything; null before it has been told all there is. */
  #told: string | null = null;

  constructor(redis: Redis, keys: Keys, copy: Copy) {
    this.#redis = redis;
    this.#keys = keys;
    this.#copy = copy;
    this.#forget = afterStandstill((seenAt) => this.#catchUp(seenAt));
    // A connection of its own: a read that waits would hold up everything behind it.
    this.#reader = redis.duplicate({
      // Guards the handshake; what is read has a limit of its own, which a standstill of this process does not run out.
      commandTimeout: handshakeWithin,
      // One that is given up may never say goodbye.
      disconnectTimeout: 0,
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
    });
    this.#reader.on('error', () => {});
    this.#reader.on('close', () => {
      this.inStep = false;
    });
    this.first = new Promise((resolve, reject) => void this.#run(resolve).catch(reject));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#forget();
    this.#reader.disconnect();
  }

  async #run(arrived: () => void): Promise<void> {
    while (!this.#closed) {
      try {
        if (this.#reader.status === 'wait') await this.#reader.connect();
        await this.#read();
        if (this.inStep) arrived();
      } catch {
        this.inStep = false;
        // An answer that did not come in time may never come on this connection.
        if (this.#reader.status === 'ready') this.#reader.disconnect(true);
        await sleep(retryAfter);
      }
      const { resolve } = this.#step;
      this.#step = Promise.withResolvers();
      resolve();
    }
  }

  /**
   * Until the copy has been told all that is recorded by now, or is known not to be in step. A read that waited all through a standstill
   * has missed nothing; between two reads there may have been news.
   */
  async #catchUp(seenAt: number): Promise<void> {
    if (this.#askedAt < seenAt) return;
    const [[newest] = [beginning]] = await inTime(this.#redis.xrevrange(this.#keys.stream, '+', '-', 'COUNT', 1));
    while (this.inStep && numberOf(this.#told ?? beginning) < numberOf(newest)) await this.#step.promise;
  }

  /** One step: reads what is new, and looks whether it is what comes next. */
  async #read(): Promise<void> {
    this.#told ??= await this.#tellAll();
    const told = this.#told;
    const from = ['STREAMS', this.#keys.stream, told] as const;
    this.#askedAt = performance.now();
    // Who is behind does not wait for news.
    const news = (await inTime(
      this.inStep
        ? this.#reader.xread('COUNT', batch, 'BLOCK', patience, ...from)
        : this.#reader.xread('COUNT', batch, ...from),
    )) as StreamAnswer;
    this.#askedAt = Number.POSITIVE_INFINITY;
    const entries = entriesOf(news).map(([id, [, after, , jti = '', , exp]]) => ({ id, after, jti, exp: Number(exp) }));
    const follows = entries.every(({ after }, index) => after === (entries[index - 1]?.id ?? told));
    // Silence says nothing of a Redis that no longer has what the copy was told last.
    if (!follows || (entries.length === 0 && !(await this.#has(told)))) {
      this.inStep = false;
      this.#told = null;
      return;
    }
    this.#copy.add(entries);
    this.#told = entries.at(-1)?.id ?? told;
    // A full batch says that more is waiting.
    this.inStep = entries.length < batch;
  }

  async #has(id: string): Promise<boolean> {
    return id === beginning || (await inTime(this.#reader.xrange(this.#keys.stream, id, id))).length > 0;
  }

  /** Tells the copy all that is recorded; gives the id after which the stream has to be read. */
  async #tellAll(): Promise<string> {
    const [[newest] = [beginning]] = await inTime(this.#reader.xrevrange(this.#keys.stream, '+', '-', 'COUNT', 1));
    await this.#copy.prepare();
    const scan = (cursor: string) => inTime(this.#reader.zscan(this.#keys.set, cursor, 'COUNT', page));
    for (let answer = scan('0'); ; ) {
      const [next, members] = await answer;
      // Redis looks for the next page while the copy takes this one.
      if (next !== '0') answer = scan(next);
      this.#copy.add(tokensOf(members));
      if (next === '0') return newest;
    }
  }
}

const numberOf = (id: string): number => Number.parseInt(id, 10);

const inTime = <T>(answer: Promise<T>): Promise<T> => answeredWithin(answer, lostAfter);

type StreamEntry = readonly [id: string, fields: readonly string[]];

/** RESP2 answers a list of stream and entries, RESP3 a map of them; null when nothing came in time. */
type StreamAnswer = readonly (readonly [string, StreamEntry[]])[] | Record<string, StreamEntry[]> | null;

function entriesOf(answer: StreamAnswer): StreamEntry[] {
  if (answer === null) return [];
  return Array.isArray(answer) ? (answer[0]?.[1] ?? []) : (Object.values(answer)[0] ?? []);
}

/** RESP2 answers member, score, member, ...; RESP3 answers pairs. */
function tokensOf(members: readonly unknown[]): RevokedToken[] {
  const flat = members.flat();
  return Array.from({ length: flat.length / 2 }, (_, index) => {
    return { jti: String(flat[2 * index]), exp: Number(flat[2 * index + 1]) };
  });
}
