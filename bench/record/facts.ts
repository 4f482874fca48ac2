// The raw facts that trials yield, as they stand in the rows of an observation.
import { z } from 'zod';
import { exposureFactsSchema } from './exposure.ts';
import { sliceFactsSchema } from './slices.ts';

/** What tells one cell from another, flat: `{ strategy: 'jwt', alg: 'HS256', instances: 1 }`. */
export const factorsSchema = z.record(z.string(), z.union([z.string(), z.number()]));
export type Factors = z.infer<typeof factorsSchema>;

const count = z.number().int().nonnegative();

/** Response times in nanoseconds. */
const latencySchema = z.object({
  mean: z.number(),
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
});

/** CPU seconds by tier while the counted requests ran; a tier that cannot be seen is left out. */
const cpuSecondsSchema = z.object({
  servers: z.number().optional(),
  authorization: z.number().optional(),
  redis: z.number().optional(),
  balancer: z.number().optional(),
  generator: z.number(),
});

/** What the tiers and the machine did while a load ran. */
const tierFactsSchema = z.object({
  cpuSeconds: cpuSecondsSchema,
  /** Commands that Redis ran, by name; absent where Redis cannot be asked. */
  redisCommands: z.record(z.string(), count).optional(),
  /** Seconds that the hypervisor kept from those cores. */
  stolenSeconds: z.number().optional(),
  /** CPU seconds of all that ran on the generator's core: the generator, and the balancer where it stands there. */
  generatorCoreSeconds: z.number(),
  /** Seconds in which the generator could have run and its core was not free; absent where the balancer shares that core. */
  generatorWaitSeconds: z.number().optional(),
  /** CPU seconds that processes of others used on the cores that this run may use. */
  foreignCpuSeconds: z.number().optional(),
  /** Core seconds that there were meanwhile: the time, as often as there are cores that this run may use. */
  coreSeconds: z.number(),
});
export type TierFacts = z.infer<typeof tierFactsSchema>;

/** What the machine did for others meanwhile. */
export type MachineFacts = Pick<
  TierFacts,
  'foreignCpuSeconds' | 'stolenSeconds' | 'coreSeconds' | 'generatorWaitSeconds'
>;

/** How the servers were warmed up before the counted load. */
const warmUpSchema = z.object({
  requests: count,
  /** CPU seconds per request of the servers, window by window. */
  windows: z.array(z.number()),
  /** The request from which on they were steady; null when they were not before the warm-up ended. */
  steadyFrom: count.nullable(),
});
export type WarmUp = z.infer<typeof warmUpSchema>;

/** Why a trial is void: what it says of itself shows that it measured something else than it was meant to. */
export const voidCauses = [
  'wrong answer',
  'generator busy',
  'send lag',
  'event-loop delay',
  "Little's law",
  'starved',
  'not accepted before',
] as const;
export type VoidCause = (typeof voidCauses)[number];

/** How often a load, or a round of several, was void and taken again within its trial. */
const voidBeforeSchema = z.partialRecord(z.enum(voidCauses), count);
export type VoidBefore = z.infer<typeof voidBeforeSchema>;

/** A load of requests, all of them answered and checked. */
const httpFactsSchema = z.object({
  type: z.literal('http'),
  requests: count,
  seconds: z.number().nonnegative(),
  /**
   * The middle of each of its turns, in which every connection was busy: what the rate is taken from. `latencyMean` in
   * nanoseconds. Of loads that shared a trial, those of the same place were taken in the same round.
   */
  windows: z.array(z.object({ requests: count, seconds: z.number().nonnegative(), latencyMean: z.number() })).min(1),
  connections: count,
  latency: latencySchema,
  /** Of the longest credential, as the value of its header; absent where none was presented. */
  credentialBytes: count.optional(),
  requestBytes: count,
  responseBytes: count,
  /** How many of them presented a credential that had to be refused. */
  invalid: count,
  falseAccepts: count,
  falseRejects: count,
  /** Answers with another status than 200 or 401, lost connections, time-outs. */
  errors: count,
  warmUp: warmUpSchema.optional(),
  voidBefore: voidBeforeSchema.optional(),
  /** User-space instructions per request of the server, counted in a pass of its own; absent where they cannot be counted. */
  instructionsPerRequest: z.number().optional(),
  ...tierFactsSchema.shape,
});
export type HttpFacts = z.infer<typeof httpFactsSchema>;

/** Quantiles in nanoseconds; null where so many requests had no answer that the quantile is among them. */
const censoredTimesSchema = z.object({
  /** Of those that were answered. */
  mean: z.number(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p99: z.number().nullable(),
  p999: z.number().nullable(),
  max: z.number().nullable(),
  answered: count,
  censored: count,
});
export type CensoredTimes = z.infer<typeof censoredTimesSchema>;

/** A load of requests sent at planned times, whether or not earlier ones had been answered. */
export const openLoopFactsSchema = z.object({
  type: z.literal('openLoop'),
  /** `start` is the moment of the first planned send in nanoseconds of the machine's monotonic clock. */
  arrivals: z.object({ process: z.enum(['constant', 'poisson']), rate: z.number().positive(), start: z.number() }),
  requests: count,
  seconds: z.number().nonnegative(),
  /** From the intended send, from the actual send, and what lies between the two for requests that found a free connection. */
  response: censoredTimesSchema,
  service: censoredTimesSchema,
  sendLag: censoredTimesSchema,
  /**
   * Runs of neighbouring requests with response times over 10 ms, and how many such requests the largest holds; absent where they
   * were not counted: in older journals, and where the server stalls by a known law.
   */
  stalls: z.object({ count, largest: count }).optional(),
  /** Sent more than a millisecond late or not at all, for whatever reason; and how many found no free connection. */
  late: count,
  waited: count,
  timeouts: count,
  errors: count,
  falseAccepts: count,
  falseRejects: count,
  /** Mean number of requests under way, counted over time and not from their times. */
  inFlightMean: z.number(),
  /** The same by Little's law, from the service times; null when one of them is not known. */
  inFlightByTimes: z.number().nullable(),
  /** Share of the time in which the generator had something to do. */
  generatorBusyShare: z.number(),
  /** Share of the time that the generator's event loop spent in turns of over a millisecond. */
  generatorStalledShare: z.number(),
  requestBytes: count,
  responseBytes: count,
  /** How the server was warmed up before; absent where it has nothing to warm up. */
  warmUp: warmUpSchema.optional(),
  /** Absent where nothing but the generator was watched. */
  tiers: tierFactsSchema.optional(),
  /** Loads before this one in the same trial that were void and are not counted, by cause. */
  voidBefore: voidBeforeSchema.optional(),
});
export type OpenLoopFacts = z.infer<typeof openLoopFactsSchema>;

/** Quantiles of response time as somebody tells them, in nanoseconds; null where they tell none. */
const quantileFactsSchema = z.object({
  type: z.literal('quantiles'),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p99: z.number().nullable(),
  p999: z.number().nullable(),
});
export type QuantileFacts = z.infer<typeof quantileFactsSchema>;

/** How many requests a generator got through. */
const rateFactsSchema = z.object({
  type: z.literal('rate'),
  requests: count,
  seconds: z.number().positive(),
  /** CPU seconds of the balancer that answered them. */
  balancerCpuSeconds: z.number(),
});
export type RateFacts = z.infer<typeof rateFactsSchema>;

/** An operation timed by itself, in nanoseconds; every timed result was checked. */
const operationFactsSchema = z.object({
  type: z.literal('operation'),
  samples: count,
  mean: z.number().positive(),
  /** Absent where only a mean is told, as by openssl. */
  p50: z.number().positive().optional(),
  p99: z.number().positive().optional(),
});
export type OperationFacts = z.infer<typeof operationFactsSchema>;

/** How many answers there were, and how many of them were wrong. */
export const answerCountsSchema = z.object({
  requests: count,
  falseAccepts: count,
  falseRejects: count,
  errors: count,
});
export type AnswerCounts = z.infer<typeof answerCountsSchema>;

/** Answers that were checked and not timed: of all together, and by the kind of the credential. */
const answerFactsSchema = z.object({
  type: z.literal('answers'),
  ...answerCountsSchema.shape,
  kinds: z.record(z.string(), answerCountsSchema),
});
export type AnswerFacts = z.infer<typeof answerFactsSchema>;

/** Credentials that had to be refused, and controls that had to be accepted, each answer checked. */
const caseFactsSchema = z.object({
  type: z.literal('cases'),
  cases: count,
  ...answerCountsSchema.shape,
  /** The cases whose answer was wrong, each with its status. */
  wrong: z.array(z.string()),
});
export type CaseFacts = z.infer<typeof caseFactsSchema>;

/** What was in memory at a moment, in bytes; a tier that was not looked at is left out. */
const memoryFactsSchema = z.object({
  type: z.literal('memory'),
  /** How many there were then of what the memory is asked of, counted where they are. */
  items: count,
  /** Used by Redis, by its own account. */
  redis: z.number().optional(),
  /** Kept by one instance after a full garbage collection: heap without compiled code, and array buffers. */
  instance: z.number().optional(),
});
export type MemoryFacts = z.infer<typeof memoryFactsSchema>;

/** A filter that was asked for what is not in it, and how often it had to ask further; `stated` is the share of that to be expected. */
const filterFactsSchema = z.object({
  type: z.literal('filter'),
  asked: count,
  confirmed: count,
  stated: z.number(),
});
export type FilterFacts = z.infer<typeof filterFactsSchema>;

/** What could not be measured on this machine, and why, in words that go on after "left out: ". */
const leftOutFactsSchema = z.object({ type: z.literal('leftOut'), reason: z.string() });

/** One row of a trial: the factors that vary inside the trial, and the facts. */
export const rowSchema = z.object({
  factors: factorsSchema,
  facts: z.discriminatedUnion('type', [
    answerFactsSchema,
    caseFactsSchema,
    exposureFactsSchema,
    filterFactsSchema,
    httpFactsSchema,
    openLoopFactsSchema,
    leftOutFactsSchema,
    memoryFactsSchema,
    operationFactsSchema,
    quantileFactsSchema,
    rateFactsSchema,
    sliceFactsSchema,
  ]),
});
export type Row = z.infer<typeof rowSchema>;
