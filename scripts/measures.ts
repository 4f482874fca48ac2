// Writes docs/measures.md from the catalogue.
import { writeFileSync } from 'node:fs';
import { measuresPage } from '../bench/catalogue/measures.ts';

writeFileSync(new URL('../docs/measures.md', import.meta.url), measuresPage());
