// From the moments of an open loop's requests to its times. Pure.
import type { CensoredTimes } from '../record/facts.ts';
import { censoredTimes, newTimes, recordTime } from './censored-times.ts';

/** Nanoseconds on one clock, one value per request: NaN for what was never sent, or had no answer. */
export interface Moments {
  /** Since the start. */
  readonly planned: Float64Array;
  readonly sentAt: Float64Array;
  readonly endedAt: Float64Array;
  /** 1 for a request that found no free connection: its wait is the server's doing, and no lag of the generator's. */
  readonly waited: Uint8Array;
  readonly start: number;
}

/**
 * Response time, service time and send lag of all requests, each in a histogram of its own. None is left out: servers and
 * generator are warmed up by loads of their own, and what is slow after that is what a caller meets.
 */
export function timesOf({
  planned,
  sentAt,
  endedAt,
  waited,
  start,
}: Moments): Record<'response' | 'service' | 'sendLag', CensoredTimes> {
  const [response, service, sendLag] = [newTimes(), newTimes(), newTimes()];
  let unanswered = 0;
  for (let index = 0; index < planned.length; index += 1) {
    const intended = start + (planned[index] as number);
    const [sent, ended] = [sentAt[index] as number, endedAt[index] as number];
    if (!waited[index]) recordTime(sendLag, sent - intended);
    if (Number.isNaN(ended)) unanswered += 1;
    else {
      recordTime(response, ended - intended);
      recordTime(service, ended - sent);
    }
  }
  return {
    response: censoredTimes(response, unanswered),
    service: censoredTimes(service, unanswered),
    sendLag: censoredTimes(sendLag, 0),
  };
}

/**
 * How many requests were under way on average, by Little's law: the sum of all service times over the time; null when a
 * service time is not known.
 */
export function inFlightByTimes({ sentAt, endedAt }: Moments, nanoseconds: number): number | null {
  let sum = 0;
  for (let index = 0; index < sentAt.length; index += 1) sum += (endedAt[index] as number) - (sentAt[index] as number);
  return Number.isNaN(sum) ? null : sum / nanoseconds;
}

/** Nanoseconds of response time over which a request is slow. */
export const slowAfter = 10e6;

/**
 * As many requests in a row may be answered in time without ending a stall: while a queue drains, some are lucky. At the usual rates
 * they are a millisecond's.
 */
export const longestGap = 3;

/**
 * Stalls: runs of neighbouring requests, by planned time, that were slow. A request without an answer is slow, too; a single slow
 * request is a stall of one.
 * @returns how many there were, and how many slow requests the largest holds.
 */
export function stallsIn({ planned, endedAt, start }: Moments): { count: number; largest: number } {
  let [count, largest] = [0, 0];
  /** Slow requests of the stall under way, and those answered in time since the last of them. */
  let [slow, inTime] = [0, 0];
  for (let index = 0; index < planned.length; index += 1) {
    const responseTime = (endedAt[index] as number) - start - (planned[index] as number);
    if (responseTime <= slowAfter) {
      inTime += 1;
      if (inTime > longestGap) slow = 0;
      continue;
    }
    if (slow === 0) count += 1;
    slow += 1;
    inTime = 0;
    largest = Math.max(largest, slow);
  }
  return { count, largest };
}
