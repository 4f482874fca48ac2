// `npm run schema`: writes the JSON Schema of report.json from the types that the code itself uses.
import { writeFileSync } from 'node:fs';
import { reportJsonSchema } from '../bench/catalogue/report-schema.ts';

const file = new URL('../bench/record/report.schema.json', import.meta.url);
writeFileSync(file, `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
