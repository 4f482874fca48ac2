// A process that stood still (suspended, starved of CPU, busy with one long task) finds answers waiting that came in time. It reads
// them before it takes anything for lost.

/** Runs something after what waits in sockets has been read: one round of the event loop reads them, one more what did not fit. */
const afterReading = (then: () => void) => setImmediate(() => setImmediate(then));

/**
 * An answer that has to come in time; when the time is up, what has arrived is read first.
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
