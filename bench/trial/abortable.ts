// Work that ends early when the run is interrupted, and work of which a part fails.
import { BenchError } from '../record/errors.ts';
import type { Outcome } from '../record/observation.ts';

/** Rejects with the signal's reason as soon as it aborts; the work itself is ended by whoever stops its process. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}

/** What a trial came to: its own outcome, or that a part of it failed. Anything but a failure of a part is thrown on. */
export function outcomeOrFailure<T>(trial: Promise<T>, signal: AbortSignal): Promise<T | Outcome> {
  return trial.catch((error: Error): Outcome => {
    signal.throwIfAborted();
    if (!(error instanceof BenchError)) throw error;
    return { status: 'failed', reason: error.message };
  });
}
