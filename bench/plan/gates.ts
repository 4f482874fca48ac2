// What a comparison is decided by: gates.json, checked once. A name that does not exist is an error, never a gate that passes.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { BenchError } from '../record/errors.ts';
import { strategyNames } from './strategies.ts';

/** What may gate. A ratio of two estimates is held to a margin; a count is the same in every run, and is held to itself. */
export const gateMeasures = {
  cpuPerRequest: { kind: 'ratio' },
  'instructionsPerRequest.servers': { kind: 'ratio' },
  // What happens now and then, such as a poll, is below these; lengths of signatures differ by less than half a byte on average.
  redisCommandsPerRequest: { kind: 'count', tolerance: 0.01 },
  requestBytes: { kind: 'count', tolerance: 0.5 },
  responseBytes: { kind: 'count', tolerance: 0.5 },
} as const;

export type GateMeasure = keyof typeof gateMeasures;

const gateSchema = z
  .strictObject({
    strategy: z.enum(strategyNames as [string, ...string[]]),
    measure: z.enum(Object.keys(gateMeasures) as [GateMeasure, ...GateMeasure[]]),
    /** The smallest change that matters, as a share; a count has none. */
    margin: z.number().positive().max(1).optional(),
  })
  .refine(({ measure, margin }) => (gateMeasures[measure].kind === 'ratio') === (margin !== undefined), {
    path: ['margin'],
    message: 'a measure that is estimated needs a margin, and one that is counted has none',
  });
export type Gate = z.infer<typeof gateSchema>;

const gatesSchema = z.strictObject({
  /** After how many blocks the verdicts are looked at; the last number is the budget. */
  looks: z
    .array(z.number().int().min(2))
    .min(1)
    .refine((looks) => looks.every((look, index) => index === 0 || look > (looks[index - 1] as number)), 'ascending'),
  /** After so long, what has been measured is the last look. */
  seconds: z.number().positive(),
  /** The risk of a wrong "regressed" over all gates and looks together, and of a wrong "improved". */
  risk: z.number().positive().max(0.5),
  gates: z
    .array(gateSchema)
    .min(1)
    .refine(
      (gates) => new Set(gates.map(({ strategy, measure }) => `${strategy} ${measure}`)).size === gates.length,
      'the same strategy and measure twice',
    ),
});
export type Gates = z.infer<typeof gatesSchema>;

/** Minutes that a comparison takes at most. */
export const longestMinutes = 60;

/**
 * The gates within another budget. A longer one has as many more blocks, and its looks as much later: they are fixed before anything is
 * measured. A shorter one ends when its time is up.
 */
export function within(gates: Gates, minutes: number): Gates {
  const seconds = minutes * 60;
  const longer = Math.max(1, seconds / gates.seconds);
  return { ...gates, seconds, looks: gates.looks.map((look) => Math.round(look * longer)) };
}

const gatesFile = fileURLToPath(new URL('./gates.json', import.meta.url));

/**
 * Reads the gates.
 * @throws {BenchError} BAD_GATES with the first entry that is not allowed.
 */
export function readGates(file = gatesFile): Gates {
  const content = readJson(file);
  const parsed = gatesSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path ?? [];
  const given = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], content);
  const where = path.length > 0 ? `${path.join('.')} is ${JSON.stringify(given)}: ` : '';
  throw new BenchError('BAD_GATES', `${file}: ${where}${issue?.message}`);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new BenchError('BAD_GATES', `${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
