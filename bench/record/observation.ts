// What a run writes down: raw facts of trials, one JSON object a line, never edited.
import { z } from 'zod';
import { type WarningCode, warningCodes } from './errors.ts';

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
  redis: z.number().optional(),
  balancer: z.number().optional(),
  generator: z.number(),
});

/** A load of requests, all of them answered and checked. */
export const httpFactsSchema = z.object({
  type: z.literal('http'),
  requests: count,
  seconds: z.number().nonnegative(),
  /** The middle of the load, in which every connection was busy: what the rate is taken from. */
  window: z.object({ requests: count, seconds: z.number().nonnegative() }),
  connections: count,
  latency: latencySchema,
  cpuSeconds: cpuSecondsSchema,
  /** Commands that Redis ran, by name; absent where Redis cannot be asked. */
  redisCommands: z.record(z.string(), count).optional(),
  requestBytes: count,
  responseBytes: count,
  falseAccepts: count,
  falseRejects: count,
  /** Answers with another status than 200 or 401, lost connections, time-outs. */
  errors: count,
  /** 99th percentile of the event-loop delay of the busiest instance, in nanoseconds. */
  eventLoopDelayP99: z.number().optional(),
  /** Seconds that the hypervisor kept from this machine, over all cores. */
  stolenSeconds: z.number().optional(),
  /** CPU seconds of all that ran on the generator's core: the generator, and the balancer where it stands there. */
  generatorCoreSeconds: z.number(),
});
export type HttpFacts = z.infer<typeof httpFactsSchema>;

/** An operation timed by itself, in nanoseconds; every timed result was checked. */
export const operationFactsSchema = z.object({
  type: z.literal('operation'),
  samples: count,
  mean: z.number().positive(),
  /** Absent where only a mean is told, as by openssl. */
  p50: z.number().positive().optional(),
  p99: z.number().positive().optional(),
});
export type OperationFacts = z.infer<typeof operationFactsSchema>;

/** One row of a trial: the factors that vary inside the trial, and the facts. */
export const rowSchema = z.object({
  factors: factorsSchema,
  facts: z.discriminatedUnion('type', [httpFactsSchema, operationFactsSchema]),
});
export type Row = z.infer<typeof rowSchema>;

/** How a trial ended. Only a `completed` one gives figures; an `invalid` one keeps its rows as evidence. */
export const outcomeSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('completed'), rows: z.array(rowSchema) }),
  z.object({ status: z.literal('invalid'), reason: z.string(), rows: z.array(rowSchema) }),
  z.object({ status: z.literal('failed'), reason: z.string() }),
]);
export type Outcome = z.infer<typeof outcomeSchema>;

export const environmentSchema = z.object({
  node: z.string(),
  cpuModel: z.string(),
  cores: z.number().int(),
  memoryBytes: z.number().int(),
  kernel: z.string(),
  redis: z.string(),
  balancer: z.string(),
  /** Which cores the generator and the systems ran on. */
  placement: z.string(),
  /** How each instance was held to its share of a core, or why that cannot be done here. */
  cpuQuota: z.string(),
  revision: z.string(),
  dependencies: z.record(z.string(), z.string()),
});
export type Environment = z.infer<typeof environmentSchema>;

/** What the user chose, resolved; the plan is a pure function of it. */
export const choicesSchema = z.object({
  profile: z.enum(['smoke', 'quick', 'full']),
  seed: z.number().int(),
  only: z.array(z.string()).optional(),
  strategies: z.array(z.string()).optional(),
  instances: z.array(z.number().int()).optional(),
  balancer: z.enum(['haproxy', 'none']),
  targets: z.record(z.string(), z.string()).optional(),
});
export type Choices = z.infer<typeof choicesSchema>;

export const warningSchema = z.object({
  code: z.enum(Object.keys(warningCodes) as [WarningCode, ...WarningCode[]]),
  message: z.string(),
});
export type Warning = z.infer<typeof warningSchema>;

const startSchema = z.object({
  kind: z.literal('start'),
  schemaVersion: z.literal(1),
  id: z.string(),
  choices: choicesSchema,
  /** A digest of the plan: `--resume` goes on only with the same cells in the same order. */
  plan: z.string(),
  trials: count,
  command: z.string(),
  at: z.iso.datetime(),
  environment: environmentSchema,
  warnings: z.array(warningSchema),
});
export type RunStart = z.infer<typeof startSchema>;

const trialSchema = z.object({
  kind: z.literal('trial'),
  experiment: z.string(),
  factors: factorsSchema,
  block: count,
  at: z.iso.datetime(),
  /** How long the whole trial took, with its set-up. */
  seconds: z.number(),
  outcome: outcomeSchema,
});
export type TrialObservation = z.infer<typeof trialSchema>;

export const observationSchema = z.discriminatedUnion('kind', [startSchema, trialSchema]);
export type Observation = z.infer<typeof observationSchema>;
