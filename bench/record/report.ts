// report.json: everything that is derived from a run. Others build on it, so its JSON Schema is committed and versioned.
import { z } from 'zod';
import { factorsSchema, voidCauses } from './facts.ts';
import { choicesSchema, environmentSchema, warningSchema } from './observation.ts';

/** An estimate, its interval, and how many independent replicates stand behind it: fresh processes, never requests. */
export const measureSchema = z.object({
  value: z.number(),
  low: z.number(),
  high: z.number(),
  confidence: z.number(),
  unit: z.string(),
  better: z.enum(['higher', 'lower', 'neither']),
  replicates: z.number().int(),
});
export type Measure = z.infer<typeof measureSchema>;

export const findingSchema = z.object({
  experiment: z.string(),
  factors: factorsSchema,
  measures: z.record(z.string(), measureSchema),
  /** Commands that Redis ran per request, by name, for experiments over HTTP. */
  redisCommands: z.record(z.string(), z.number()).optional(),
  /** Single events behind a measure, in its unit, where a picture shows each of them. */
  samples: z.record(z.string(), z.array(z.number())).optional(),
  trials: z.object({
    completed: z.number().int(),
    void: z.number().int(),
    failed: z.number().int(),
  }),
});
export type Finding = z.infer<typeof findingSchema>;

/** A question that an experiment answers, in sentences that a person can repeat. */
const answerSchema = z.object({
  experiment: z.string(),
  question: z.string(),
  sentences: z.array(z.string()),
});
export type Answer = z.infer<typeof answerSchema>;

export const reportSchema = z.object({
  schemaVersion: z.literal(2),
  run: z.object({
    id: z.string(),
    profile: choicesSchema.shape.profile,
    seed: z.number().int(),
    choices: choicesSchema,
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime(),
    command: z.string(),
    /** Minutes of the budget, over all sittings, and those that its trials took; no budget where the run ends with its plan. */
    minutes: z.object({ budget: z.number().nullable(), used: z.number() }),
    /** Every question of the first pass has been answered. */
    complete: z.boolean(),
    /** No answer was wrong, and no trial failed for good. */
    valid: z.boolean(),
    /** Questions that the budget did not reach, or not wholly, and the minutes that each would take. */
    unanswered: z.array(z.object({ experiment: z.string(), question: z.string(), minutes: z.number() })),
    /** False for `smoke`: its figures only show that everything runs. */
    measurement: z.boolean(),
    trials: z.object({
      completed: z.number().int(),
      /** Trials, and loads within trials, that were discarded, by cause; their facts stay in the journal. */
      void: z.partialRecord(z.enum(voidCauses), z.number().int()),
      failed: z.number().int(),
    }),
  }),
  environment: environmentSchema,
  answers: z.array(answerSchema),
  findings: z.array(findingSchema),
  warnings: z.array(warningSchema),
});
export type Report = z.infer<typeof reportSchema>;
