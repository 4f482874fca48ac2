// From the uses of a stolen credential to how long it still worked: the exposure window. Pure.
import type { TheftFacts } from '../record/observation.ts';

/** One use of a stolen credential that was answered; times in nanoseconds of the machine's monotonic clock. */
export interface StolenUse {
  /** Counts from 0. */
  readonly instance: number;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly status: number;
}

/** When a credential was taken back; where it ends by itself, both are that moment. */
export interface Ending {
  /** When the revoke was sent. */
  readonly called: number;
  /** When its answer arrived. */
  readonly acknowledged: number;
}

/**
 * From the acknowledged revoke to the last answer that accepted the credential. Only uses that were sent after the
 * acknowledgement count: of one that was under way nobody can say which came first. The answer's time stands for the moment at
 * which the server accepted, so that the window comes out too long rather than too short, by a service time at most.
 */
export function exposureOf(uses: readonly StolenUse[], { called, acknowledged }: Ending): TheftFacts {
  const accepted = uses.filter(({ sentAt, status }) => sentAt >= acknowledged && status === 200);
  const last = accepted.reduce((latest, { answeredAt }) => Math.max(latest, answeredAt), acknowledged);
  return {
    window: last - acknowledged,
    acceptedAfter: accepted.length,
    usesAfter: uses.filter(({ sentAt }) => sentAt >= acknowledged).length,
    revokeTook: acknowledged - called,
    notAcceptedBefore: uses.filter(({ answeredAt, status }) => answeredAt < called && status !== 200).length,
  };
}

/** Nanoseconds between two uses at one instance, the median of those that were sent after a moment: how finely it was looked. */
export function useInterval(uses: readonly StolenUse[], after: number): number | null {
  const gaps = [...Map.groupBy(uses, ({ instance }) => instance).values()].flatMap((own) => {
    const sent = own.map(({ sentAt }) => sentAt).filter((at) => at >= after);
    return sent.slice(1).map((at, index) => at - (sent[index] as number));
  });
  return gaps.length > 0 ? (gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] as number) : null;
}

/** When the way from an instance to Redis was cut and mended. */
export interface Cut {
  readonly instance: number;
  readonly cutAt: number;
  readonly mendedAt: number;
}

/** How a valid credential fared at an instance that was cut off from Redis. */
export interface CutOff {
  /** Of its uses while it was cut off. */
  readonly accepted: number;
  readonly refused: number;
  /** Nanoseconds from the return of Redis to the first accepted use that was sent after it; null when there was none. */
  readonly recovery: number | null;
}

/** What the uses of a valid credential tell of a cut. */
export function cutOffOf(uses: readonly StolenUse[], { instance, cutAt, mendedAt }: Cut): CutOff {
  const there = uses.filter((use) => use.instance === instance);
  const during = there.filter(({ sentAt, answeredAt }) => sentAt >= cutAt && answeredAt < mendedAt);
  const recovered = there.find(({ sentAt, status }) => sentAt >= mendedAt && status === 200);
  const accepted = during.filter(({ status }) => status === 200).length;
  return {
    accepted,
    refused: during.length - accepted,
    recovery: recovered ? recovered.answeredAt - mendedAt : null,
  };
}
