// What a run writes down: raw facts of trials, one JSON object a line, never edited.
import { z } from 'zod';
import { type WarningCode, warningCodes } from './errors.ts';
import { answerCountsSchema, factorsSchema, rowSchema, voidCauses } from './facts.ts';

const count = z.number().int().nonnegative();

/** Its rows, and what all answers to its loads were worth, also of those that are in no row. */
const evidence = { rows: z.array(rowSchema), answers: answerCountsSchema.optional() };

/** How a trial ended. Only a `completed` one gives figures; a `void` one is repeated once and keeps its rows as evidence. */
const outcomeSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('completed'), ...evidence }),
  z.object({ status: z.literal('void'), cause: z.enum(voidCauses), reason: z.string(), ...evidence }),
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
  /** How instructions were counted, or why they cannot be here. */
  instructions: z.string(),
  revision: z.string(),
  dependencies: z.record(z.string(), z.string()),
});
export type Environment = z.infer<typeof environmentSchema>;

/** What the user chose, resolved; the plan is a pure function of it. */
export const choicesSchema = z.object({
  /** Which experiments: of the systems, or of the instrument itself. */
  suite: z.enum(['bench', 'selftest']),
  profile: z.enum(['smoke', 'quick', 'full']),
  seed: z.number().int(),
  only: z.array(z.string()).optional(),
  strategies: z.array(z.string()).optional(),
  instances: z.array(z.number().int()).optional(),
  balancer: z.enum(['haproxy', 'none']),
  targets: z.record(z.string(), z.string()).optional(),
  /** The budget of the run's first sitting; absent where the run ends with its plan. */
  minutes: z.number().positive().optional(),
});
export type Choices = z.infer<typeof choicesSchema>;

export const warningSchema = z.object({
  code: z.enum(Object.keys(warningCodes) as [WarningCode, ...WarningCode[]]),
  message: z.string(),
});
export type Warning = z.infer<typeof warningSchema>;

const startSchema = z.object({
  kind: z.literal('start'),
  schemaVersion: z.literal(2),
  id: z.string(),
  choices: choicesSchema,
  /** A digest of the first pass: `--resume` goes on only with the same cells in the same order. */
  plan: z.string(),
  /** The cells of the first pass: how many trials each has in it, and the seconds that one was expected to take. */
  cells: z.array(
    z.object({
      experiment: z.string(),
      factors: factorsSchema,
      first: count,
      isLater: z.boolean(),
      seconds: z.number().nonnegative(),
    }),
  ),
  command: z.string(),
  at: z.iso.datetime(),
  environment: environmentSchema,
  warnings: z.array(warningSchema),
});
export type RunStart = z.infer<typeof startSchema>;

/** A run that was gone on with: what it was given on top. */
const resumeSchema = z.object({
  kind: z.literal('resume'),
  at: z.iso.datetime(),
  minutes: z.number().positive().optional(),
  command: z.string(),
});
export type RunResumed = z.infer<typeof resumeSchema>;

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

export const observationSchema = z.discriminatedUnion('kind', [startSchema, resumeSchema, trialSchema]);
export type Observation = z.infer<typeof observationSchema>;
