// comparison.json: what a comparison of two revisions came to. The blocks that it rests on are beside it, in blocks.jsonl.
import { z } from 'zod';
import { voidCauses } from './facts.ts';
import { environmentSchema } from './observation.ts';

const verdictSchema = z.enum(['pass', 'regressed', 'improved', 'inconclusive', 'invalid']);
export type Verdict = z.infer<typeof verdictSchema>;

const revisionSchema = z.object({ name: z.string(), commit: z.string() });

/** Head over base. */
const ratioSchema = z.object({ value: z.number(), low: z.number(), high: z.number(), confidence: z.number() });
export type Ratio = z.infer<typeof ratioSchema>;

/** One gating cell. */
const gateResultSchema = z.object({
  strategy: z.string(),
  measure: z.string(),
  /** As a share; absent of a count, which is held to itself. */
  margin: z.number().optional(),
  verdict: verdictSchema,
  /** Why, where the figures do not say it. */
  reason: z.string().optional(),
  /** Of an estimate, once it was looked at; the interval is the one that the verdict was read from. */
  ratio: ratioSchema.optional(),
  /** Per request: seconds of CPU, instructions, commands or bytes; the median over blocks. Absent without any. */
  base: z.number().optional(),
  head: z.number().optional(),
  replicates: z.number().int(),
  /** How many blocks it would take to decide, as far as these can tell; null when it is decided. */
  replicatesNeeded: z.number().int().nullable(),
});
export type GateResult = z.infer<typeof gateResultSchema>;

export const comparisonSchema = z.object({
  schemaVersion: z.literal(2),
  base: revisionSchema,
  head: revisionSchema,
  seed: z.number().int(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  command: z.string(),
  /** False while more blocks may still change it. */
  complete: z.boolean(),
  verdict: verdictSchema,
  gates: z.array(gateResultSchema),
  /** Gates that this machine cannot measure, and why; they decide nothing. */
  notAvailable: z.array(z.object({ strategy: z.string(), measure: z.string(), reason: z.string() })),
  /** CPU per request of base over base (A/A): how far the comparison can be trusted; null with fewer than two blocks. */
  control: ratioSchema.nullable(),
  /** The risk of a wrong "regressed" over all gates and looks together. */
  risk: z.number(),
  /** What a block took, set-up and all: the median; null without any. */
  secondsPerBlock: z.number().nullable(),
  /** Blocks that were discarded for their answers and did not count, by cause. */
  void: z.partialRecord(z.enum(voidCauses), z.number().int()),
  environment: environmentSchema,
});
export type Comparison = z.infer<typeof comparisonSchema>;
