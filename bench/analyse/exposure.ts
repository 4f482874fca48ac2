// From the uses of a stolen credential to how long it still worked: the exposure window. Pure.
import type { StolenUse, TheftFacts } from '../record/exposure.ts';

/** When a credential was taken back, or the way to Redis cut or mended, in nanoseconds of the clock of the uses. */
export interface Ending {
  /** When it was asked for; of an `exp`, the earliest that it may have come. */
  readonly called: number;
  /** When it was done; of an `exp`, the latest that it may have come. */
  readonly acknowledged: number;
}

/** The wall clock, and the clock of the uses in nanoseconds just before and just after it was read. */
export interface ClockReading {
  readonly before: number;
  /** Whole milliseconds since the epoch: it may have been almost one more. */
  readonly wall: number;
  readonly after: number;
}

/** When an `exp` comes, in milliseconds since the epoch: no nearer than both clocks tell it. */
export function expiryAt(exp: number, { before, wall, after }: ClockReading): Ending {
  return { called: before + (exp - wall - 1) * 1e6, acknowledged: after + (exp - wall) * 1e6 };
}

/**
 * From the acknowledged revoke to the last answer that accepted the credential. Only uses that were sent after the
 * acknowledgement count: of one that was under way nobody can say which came first. What lies between two uses is not seen:
 * `within` says how long the window may have been.
 * @param instances at how many it was used.
 */
export function exposureOf(
  uses: readonly StolenUse[],
  { called, acknowledged }: Ending,
  instances: number,
): TheftFacts {
  const after = uses.filter(({ sentAt }) => sentAt >= acknowledged);
  const accepted = after.filter(({ status }) => status === 200);
  const last = accepted.reduce((latest, { answeredAt }) => Math.max(latest, answeredAt), acknowledged);
  const refused = Array.from({ length: instances }, (_, instance) => refusedForGood(after, instance));
  return {
    window: last - acknowledged,
    within: refused.includes(null) ? null : Math.max(...(refused as number[])) - acknowledged,
    acceptedAfter: accepted.length,
    revokeTook: acknowledged - called,
    notAcceptedBefore: notAccepted(
      uses.filter(({ answeredAt }) => answeredAt < called),
      instances,
    ),
  };
}

/** What speaks against a credential's having worked before it was taken back: refused uses, and instances that accepted none. */
function notAccepted(before: readonly StolenUse[], instances: number): number {
  const accepted = before.filter(({ status }) => status === 200);
  const acceptedBy = new Set(accepted.map(({ instance }) => instance));
  return before.length - accepted.length + (instances - acceptedBy.size);
}

/** When an instance first refused, never to accept again; null when it was not asked after that. */
function refusedForGood(after: readonly StolenUse[], instance: number): number | null {
  const own = after.filter((use) => use.instance === instance);
  return own[own.findLastIndex(({ status }) => status === 200) + 1]?.answeredAt ?? null;
}

/** Nanoseconds between two uses of a credential at one instance: the median of all that are given; null without two. */
export function useInterval(thefts: readonly (readonly StolenUse[])[]): number | null {
  const gaps = thefts.flatMap((uses) =>
    [...Map.groupBy(uses, ({ instance }) => instance).values()].flatMap((own) =>
      own.slice(1).map(({ sentAt }, index) => sentAt - (own[index] as StolenUse).sentAt),
    ),
  );
  return gaps.length > 0 ? (gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] as number) : null;
}

/** When the way to Redis was cut and mended, for some instances. */
export interface Cut {
  readonly instances: readonly number[];
  readonly cut: Ending;
  readonly mended: Ending;
}

/** How a valid credential fared at instances that were cut off from Redis. */
export interface CutOff {
  /** Of its uses that were sent and answered while they were cut off. */
  readonly accepted: number;
  readonly refused: number;
  /** The longest, in nanoseconds, that a use sent meanwhile waited for its answer, whenever that came; null when none came. */
  readonly longestWait: number | null;
  /**
   * Nanoseconds from the return of Redis until each of them had accepted a use that was sent after it; null when one did
   * not.
   */
  readonly recovery: number | null;
}

/** What the uses of a valid credential tell of a cut. One that was sent while it was made, or mended, may have had Redis: it does not count. */
export function cutOffOf(uses: readonly StolenUse[], { instances, cut, mended }: Cut): CutOff {
  const there = uses.filter(({ instance }) => instances.includes(instance));
  const sentMeanwhile = there.filter(({ sentAt }) => sentAt >= cut.acknowledged && sentAt < mended.called);
  const during = sentMeanwhile.filter(({ answeredAt }) => answeredAt < mended.called);
  const accepted = during.filter(({ status }) => status === 200).length;
  const waits = sentMeanwhile.map(({ sentAt, answeredAt }) => answeredAt - sentAt);
  const back = instances.map((one) =>
    there.find(({ instance, sentAt, status }) => instance === one && sentAt >= mended.acknowledged && status === 200),
  );
  return {
    accepted,
    refused: during.length - accepted,
    longestWait: waits.length > 0 ? Math.max(...waits) : null,
    recovery: back.includes(undefined)
      ? null
      : Math.max(...back.map((use) => use?.answeredAt ?? 0)) - mended.acknowledged,
  };
}
