// The JSON Schema of report.json: its measures are those of the catalogue, and no others.
import { z } from 'zod';
import { findingSchema, measureSchema, reportSchema } from '../record/report.ts';
import { measureNames } from './measures.ts';

const measures = z.partialRecord(z.enum(measureNames as [string, ...string[]]), measureSchema);

/** The JSON Schema (draft 2020-12) of report.json, as committed in bench/record/report.schema.json. */
export function reportJsonSchema(): object {
  const schema = reportSchema.extend({ findings: z.array(findingSchema.extend({ measures })) });
  return { title: 'auth-bench report', ...z.toJSONSchema(schema) };
}
