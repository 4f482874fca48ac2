// comparison.json: what a comparison of two revisions came to. The pairs that it rests on are beside it, in pairs.jsonl.
import { z } from 'zod';
import { voidCauses } from './facts.ts';
import { environmentSchema } from './observation.ts';

const verdictSchema = z.enum(['pass', 'regressed', 'improved', 'inconclusive', 'invalid']);
export type Verdict = z.infer<typeof verdictSchema>;

const revisionSchema = z.object({ name: z.string(), commit: z.string() });

/** One gating cell; a ratio is head over base. */
export const gateResultSchema = z.object({
  strategy: z.string(),
  measure: z.string(),
  better: z.enum(['higher', 'lower']),
  margin: z.number(),
  verdict: verdictSchema,
  /** Why, where the figures do not say it. */
  reason: z.string().optional(),
  /** Absent with fewer than two pairs. The interval is the one that the verdict was read from. */
  ratio: z.object({ value: z.number(), low: z.number(), high: z.number(), confidence: z.number() }).optional(),
  /** Seconds of CPU, or instructions, per request: the median over pairs. */
  base: z.number().optional(),
  head: z.number().optional(),
  /** Head over base, pair by pair, in the order in which they were measured. */
  ratios: z.array(z.number()),
  /** How many pairs it would take to decide, as far as these can tell; null when it is decided. */
  pairsNeeded: z.number().int().nullable(),
});
export type GateResult = z.infer<typeof gateResultSchema>;

export const comparisonSchema = z.object({
  schemaVersion: z.literal(1),
  base: revisionSchema,
  head: revisionSchema,
  seed: z.number().int(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  command: z.string(),
  /** False while more pairs may still change it. */
  complete: z.boolean(),
  verdict: verdictSchema,
  gates: z.array(gateResultSchema),
  /** Gates that this machine cannot measure, and why; they decide nothing. */
  notAvailable: z.array(z.object({ strategy: z.string(), measure: z.string(), reason: z.string() })),
  /** The risk of a wrong "regressed" over all gates and looks together. */
  risk: z.number(),
  /** Seconds of load, warm-up and all. */
  loadSeconds: z.number(),
  /** Pairs whose servers were not steady when they began to count. */
  unsteady: z.number().int(),
  /** Pairs that were void and did not count, by cause. */
  void: z.partialRecord(z.enum(voidCauses), z.number().int()),
  environment: environmentSchema,
});
export type Comparison = z.infer<typeof comparisonSchema>;
