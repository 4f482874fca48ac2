// A process that stood still (suspended, starved of CPU) finds requests, and what should have reached it before them, waiting side by
// side. It first reads all of it: no request is answered, and no connection is given up, for what has arrived already.

/** Milliseconds between two looks at the clock, and how late one has to be to count as a standstill. */
const beat = 50;
const tooLate = 50;

/** Runs something after what waits in sockets has been read: one round of the event loop reads them, one more what did not fit. */
const afterReading = (then: () => void) => setImmediate(() => setImmediate(then));

// Made apart: the way that all requests take makes nothing anew, not even a function.
const later =
  <Given extends unknown[]>(then: (...given: Given) => void, given: Given) =>
  () =>
    then(...given);

/** What has to be done before anybody is answered after a standstill. */
const catchingUp = new Set<CatchUp>();

/** @param seenAt when the process was last known to run, by `performance.now()`. */
type CatchUp = (seenAt: number) => Promise<void>;

/**
 * Has something done after each standstill, before requests are answered that waited: a copy asks whether it has missed anything.
 * @returns what ends that.
 */
export function afterStandstill(catchUp: CatchUp): () => void {
  catchingUp.add(catchUp);
  return () => void catchingUp.delete(catchUp);
}

export interface Standstill {
  /** Calls `then` now, or after a standstill when everything that waited beside it has been read, and copies have caught up. */
  settled<Given extends unknown[]>(then: (...given: Given) => void, ...given: Given): void;
  close(): void;
}

/** Watches this process' event loop. */
export function watchStandstill(now = () => performance.now()): Standstill {
  let seenAt = now();
  let waiting: (() => void)[] | null = null;
  const goOn = () => {
    const released = waiting ?? [];
    waiting = null;
    seenAt = now();
    for (const then of released) then();
  };
  const look = () => {
    if (waiting || now() - seenAt <= beat + tooLate) return;
    waiting = [];
    const since = seenAt;
    afterReading(() => void Promise.allSettled([...catchingUp].map((catchUp) => catchUp(since))).then(goOn));
  };
  const timer = setInterval(() => {
    look();
    if (!waiting) seenAt = now();
  }, beat);
  timer.unref();
  return {
    settled(then, ...given) {
      // The loop may come back to its sockets before it comes to its timers.
      look();
      if (waiting) waiting.push(later(then, given));
      else then(...given);
    },
    close: () => clearInterval(timer),
  };
}

/**
 * An answer that has to come in time; after a standstill what has arrived is read first.
 * @throws {Error} when none came.
 */
export async function answeredWithin<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => afterReading(() => reject(new Error(`no answer within ${milliseconds} ms`))),
      milliseconds,
    );
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
