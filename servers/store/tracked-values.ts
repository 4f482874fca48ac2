// Values of Redis kept in the instance, dropped when Redis says that they changed (client-side caching, CLIENT TRACKING with
// REDIRECT): a connection that reads, and one that is told. While either is lost nothing is kept.
import type { Redis } from 'ioredis';
import { answeredWithin } from '../standstill.ts';

/** Milliseconds between two questions whether a connection still stands, and after which nothing is kept without an answer. */
const beat = 200;
const answerWithin = 300;

/** Milliseconds that the handshake of a connection may take. */
const handshakeWithin = 10_000;

const invalidations = '__redis__:invalidate';

/** A key whose value is kept: whoever holds it looks at the value without looking for the key. */
export interface Tracked<T> {
  readonly key: string;
  /** Null when nothing is kept. */
  value: T | null;
  /** When the value ends, in milliseconds since the epoch. */
  endsAt: number;
  /** The answer of a read under way, for all who ask meanwhile. */
  answer: Promise<T | null> | null;
  /** How often it was heard that the value may have changed: a read that began before that may bring an old one. */
  changes: number;
}

export interface TrackedValues<T> {
  /** From now on its value may be kept. A key is tracked once: what was tracked under it before keeps nothing any more. */
  track(key: string): Tracked<T>;
  /**
   * The value, from here or from Redis; null when there is none, or it has ended.
   * @throws {Error} when Redis has to be asked and does not answer.
   */
  get(tracked: Tracked<T>): T | null | Promise<T | null>;
  /** To be told of what was changed here, for Redis says so only later. */
  changed(key: string): void;
  /** Keeps nothing of it any more; it can be asked for still. */
  release(tracked: Tracked<T>): void;
  close(): Promise<void>;
}

/**
 * @param redis where the values are; two connections like it are opened.
 * @param read what a stored text means; null when it means nothing.
 */
export async function trackValues<T extends object>(
  redis: Redis,
  read: (text: string) => T | null,
): Promise<TrackedValues<T>> {
  const byKey = new Map<string, Tracked<T>>();
  const forget = (tracked: Tracked<T>) => {
    tracked.value = null;
    tracked.answer = null;
    tracked.changes += 1;
  };
  const changed = (key: string) => {
    const tracked = byKey.get(key);
    if (tracked) forget(tracked);
  };
  const { reader, isTracking, close } = await openTracking(redis, {
    changed,
    allChanged() {
      for (const tracked of byKey.values()) forget(tracked);
    },
  });

  const hearsOfChanges = (tracked: Tracked<T>) => isTracking() && byKey.get(tracked.key) === tracked;

  const ask = async (tracked: Tracked<T>): Promise<T | null> => {
    const { key, changes } = tracked;
    try {
      const answers = await reader.pipeline().get(key).pttl(key).exec();
      const [[failure, text] = [null, null], [, milliseconds] = [null, 0]] = answers ?? [];
      if (failure) throw failure;
      const value = typeof text === 'string' ? read(text) : null;
      if (tracked.changes === changes && hearsOfChanges(tracked) && Number(milliseconds) > 0) {
        tracked.value = value;
        tracked.endsAt = Date.now() + Number(milliseconds);
      }
      return value;
    } finally {
      if (tracked.changes === changes) tracked.answer = null;
    }
  };
  const release = (tracked: Tracked<T>) => {
    forget(tracked);
    if (byKey.get(tracked.key) === tracked) byKey.delete(tracked.key);
  };
  return {
    track(key) {
      const before = byKey.get(key);
      if (before) release(before);
      const tracked: Tracked<T> = { key, value: null, endsAt: 0, answer: null, changes: 0 };
      byKey.set(key, tracked);
      return tracked;
    },
    get(tracked) {
      if (tracked.value !== null && tracked.endsAt > Date.now()) return tracked.value;
      // A read that began before a change must not answer who asks after it.
      if (!hearsOfChanges(tracked)) return ask(tracked);
      tracked.answer ??= ask(tracked);
      return tracked.answer;
    },
    changed,
    release,
    close,
  };
}

/** Which run of Redis a connection has reached: behind one address there may be several, one after the other. */
const runOf = async (connection: Redis) => /^run_id:(\w+)/m.exec(await connection.info('server'))?.[1];

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
    // Guards the handshake; questions have a limit of their own, which a standstill of this process does not run out.
    commandTimeout: handshakeWithin,
    // One that is given up may never say goodbye.
    disconnectTimeout: 0,
  } as const;
  // Only the older protocol lets a connection be told by a subscription.
  const told = redis.duplicate({ ...options, protocol: 2 });
  const reader = redis.duplicate({ ...options, commandTimeout: 2_000 });
  /** The number of the connection that is told, and at which Redis it has that number. */
  let tellTo: { readonly id: number; readonly run: string | undefined } | null = null;
  let tracking = false;
  let attempts = 0;

  const lose = () => {
    tracking = false;
    listener.allChanged();
  };
  const track = async () => {
    const to = tellTo;
    if (to === null || reader.status !== 'ready') return;
    attempts += 1;
    const attempt = attempts;
    if ((await runOf(reader)) !== to.run) {
      // Another Redis has taken the place of one of the two, and there the number is a stranger's.
      for (const connection of [told, reader]) connection.disconnect(true);
      return;
    }
    await reader.client('TRACKING', 'OFF');
    await reader.client('TRACKING', 'ON', 'REDIRECT', to.id);
    // What was read before was not remembered.
    listener.allChanged();
    // Who was to be told may have been lost meanwhile, and another attempt may have begun by turning it off.
    tracking = tellTo === to && attempt === attempts;
  };
  const subscribe = async () => {
    const seen = { id: Number(await told.client('ID')), run: await runOf(told) };
    await told.subscribe(invalidations);
    tellTo = seen;
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
    answeredWithin(told.ping(), answerWithin).catch(() => {
      lose();
      // An answer that did not come in time may never come on this connection.
      told.disconnect(true);
    });
  /** Its reads may take longer than the answer here: while it is late nothing is kept, and what is asked is waited for. */
  const askReader = async () => {
    const answer = reader.ping();
    answeredWithin(answer, answerWithin).catch(lose);
    try {
      await answer;
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
