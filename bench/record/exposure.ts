// What a run writes down of stolen credentials. Times in nanoseconds.
import { z } from 'zod';

const count = z.number().int().nonnegative();
const nanoseconds = z.number().nonnegative();

/** One use of a stolen credential that was answered; times of the machine's monotonic clock. */
export interface StolenUse {
  /** Counts from 0. */
  readonly instance: number;
  readonly sentAt: number;
  readonly answeredAt: number;
  readonly status: number;
}

/** What became of one stolen credential. */
const theftSchema = z.object({
  /** From the acknowledged revoke, or the end of its life, to the last answer that accepted it; 0 when there was none. */
  window: nanoseconds,
  /** From there to the first refusal by the last instance to refuse it for good: no window was longer. Null when one was not asked. */
  within: nanoseconds.nullable(),
  /** Uses sent after that moment that were accepted. */
  acceptedAfter: count,
  /** What the revoke itself took; null where nobody revoked it. */
  revokeTook: nanoseconds.nullable(),
  /** Uses before the revoke that were not accepted, and instances that had accepted none: with one of them the window says nothing. */
  notAcceptedBefore: count,
});
export type TheftFacts = z.infer<typeof theftSchema>;

/** Stolen credentials, used at every instance while each is revoked at one. */
export const exposureFactsSchema = z.object({
  type: z.literal('exposure'),
  thefts: z.array(theftSchema),
  /** Between two uses of a credential at one instance, the median. */
  useInterval: nanoseconds.nullable(),
  /** Uses, after all was over, of credentials that had been taken back: how many were asked for and accepted. */
  checkedAtEnd: count,
  falseAccepts: count,
  /** Where the way to Redis was cut meanwhile. */
  cut: z
    .object({
      /** How long, each time. */
      lasted: z.array(nanoseconds),
      /** From the return of Redis to the last answer that accepted a credential revoked during the cut; 0 when there was none. */
      beyondReturn: z.array(nanoseconds),
      /** Uses of valid credentials that were answered where Redis could not be reached, while it could not. */
      accepted: count,
      refused: count,
      /** The longest that a use of a valid credential, sent there meanwhile, waited for its answer; absent where none was answered. */
      longestWait: nanoseconds.optional(),
      /** From each return of Redis until valid credentials were accepted there again; null when they were not. */
      recoveries: z.array(nanoseconds.nullable()),
    })
    .optional(),
});
export type ExposureFacts = z.infer<typeof exposureFactsSchema>;
