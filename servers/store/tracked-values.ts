// Values of Redis kept in the instance, dropped when Redis says that they changed (client-side caching, CLIENT TRACKING with
// REDIRECT): a connection that reads, and one that is told. While either is lost nothing is kept.
import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';

/** Milliseconds between two questions whether a connection still stands, and after which nothing is kept without an answer. */
const beat = 200;
const answerWithin = 300;

const invalidations = '__redis__:invalidate';

/** A value, and when it ends, in milliseconds since the epoch. */
export interface TrackedValue<T> {
  readonly value: T;
  readonly endsAt: number;
}

export interface TrackedValues<T> {
  /**
   * The value of a key, from here or from Redis; null when there is none, or it has ended.
   * @throws {Error} when Redis has to be asked and does not answer.
   */
  get(key: string): T | null | Promise<T | null>;
  close(): Promise<void>;
}

/**
 * @param redis where the values are; two connections like it are opened.
 * @param most how many values are kept at most; the one that was not asked for longest goes first.
 * @param read what a stored text means; null when it means nothing.
 */
export async function trackValues<T extends object>(
  redis: Redis,
  most: number,
  read: (text: string) => T | null,
): Promise<TrackedValues<T>> {
  const kept = new LRUCache<string, TrackedValue<T>>({ max: most });
  /** Reads under way: when a key changes meanwhile, their answer may be old before it is here. */
  const underWay = new Map<string, Reading<T>>();
  const { reader, isTracking, close } = await openTracking(redis, {
    changed(key) {
      kept.delete(key);
      const reading = underWay.get(key);
      if (reading) reading.isOld = true;
    },
    allChanged() {
      kept.clear();
      for (const reading of underWay.values()) reading.isOld = true;
    },
  });

  const ask = async (key: string, reading: Reading<T>): Promise<T | null> => {
    try {
      const answers = await reader.pipeline().get(key).pttl(key).exec();
      const [[failure, text] = [null, null], [, milliseconds] = [null, 0]] = answers ?? [];
      if (failure) throw failure;
      const value = typeof text === 'string' ? read(text) : null;
      if (value !== null && !reading.isOld && isTracking() && Number(milliseconds) > 0) {
        kept.set(key, { value, endsAt: Date.now() + Number(milliseconds) });
      }
      return value;
    } finally {
      if (underWay.get(key) === reading) underWay.delete(key);
    }
  };
  return {
    get(key) {
      const found = kept.get(key);
      if (found && found.endsAt > Date.now()) return found.value;
      const other = underWay.get(key);
      if (other?.answer && !other.isOld) return other.answer;
      const reading: Reading<T> = { isOld: !isTracking(), answer: null };
      underWay.set(key, reading);
      reading.answer = ask(key, reading);
      return reading.answer;
    },
    close,
  };
}

interface Reading<T> {
  isOld: boolean;
  answer: Promise<T | null> | null;
}

interface Listener {
  changed(key: string): void;
  allChanged(): void;
}

/** Opens a connection whose reads Redis remembers, and one on which it says when what was read has changed. */
async function openTracking(redis: Redis, listener: Listener) {
  const options = {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    commandTimeout: answerWithin,
    // One that is given up may never say goodbye.
    disconnectTimeout: 0,
  } as const;
  // Only the older protocol lets a connection be told by a subscription.
  const told = redis.duplicate({ ...options, protocol: 2 });
  const reader = redis.duplicate({ ...options, commandTimeout: 2_000 });
  let tellTo: unknown = null;
  let tracking = false;

  const lose = () => {
    tracking = false;
    listener.allChanged();
  };
  const track = async () => {
    const to = tellTo;
    if (to === null || reader.status !== 'ready') return;
    await reader.client('TRACKING', 'OFF');
    await reader.client('TRACKING', 'ON', 'REDIRECT', to as number);
    // What was read before was not remembered.
    listener.allChanged();
    // Who was to be told may have been lost meanwhile.
    tracking = tellTo === to;
  };
  const subscribe = async () => {
    const id = await told.client('ID');
    await told.subscribe(invalidations);
    tellTo = id;
    await track();
  };
  told.on('messageBuffer', (_channel: Buffer, keys: Buffer[] | null) => {
    // Without keys Redis was flushed, or has forgotten what it remembered.
    if (keys === null) listener.allChanged();
    else for (const key of keys) listener.changed(key.toString());
  });
  for (const connection of [told, reader]) connection.on('error', () => {}).on('close', lose);
  told.on('close', () => {
    tellTo = null;
  });
  await told.connect();
  await reader.connect();
  await subscribe();
  told.on('ready', () => void subscribe().catch(() => told.disconnect(true)));
  reader.on('ready', () => void track().catch(() => reader.disconnect(true)));

  const askTold = () =>
    told.ping().catch(() => {
      lose();
      // An answer that did not come in time may never come on this connection.
      told.disconnect(true);
    });
  /** Its reads may take longer than the answer here: while it is late nothing is kept, and what is asked is waited for. */
  const askReader = async () => {
    const late = setTimeout(lose, answerWithin);
    try {
      await reader.ping().finally(() => clearTimeout(late));
      if (!tracking) await track();
    } catch {
      lose();
      if (reader.status === 'ready') reader.disconnect(true);
    }
  };
  const timer = setInterval(() => {
    if (told.status === 'ready') void askTold();
    if (reader.status === 'ready') void askReader();
  }, beat);
  timer.unref();
  const close = async () => {
    clearInterval(timer);
    told.disconnect();
    reader.disconnect();
  };
  return { reader, isTracking: () => tracking, close };
}
