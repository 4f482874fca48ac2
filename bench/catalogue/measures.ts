// Every measure of a report, once: tables, gates, the JSON Schema and docs/measures.md are made from here.
import type { Measure } from '../record/report.ts';
import type { Definitions, MeasureDefinition } from './definition.ts';
import { cost, load } from './of-load.ts';
import { checks, exposure } from './of-revocation.ts';
import { selftest } from './of-selftest.ts';
import { derived, state } from './of-state.ts';

const definitions: Definitions = {
  ...cost,
  ...load,
  ...checks,
  ...exposure,
  ...state,
  ...derived,
  ...selftest,
};

/** All measures, by name. */
export const measureNames: readonly string[] = Object.keys(definitions);

/** @throws when there is no such measure: a name that nobody defined is a fault of ours. */
export function definitionOf(name: string): MeasureDefinition {
  const known = Object.hasOwn(definitions, name) ? definitions[name] : undefined;
  if (!known) throw new Error(`no measure is called ${name}`);
  return known;
}

/** An estimate as the measure that it is of. */
export function asMeasure(
  name: string,
  estimate: Pick<Measure, 'value' | 'low' | 'high' | 'confidence'>,
  replicates: number,
): Measure {
  const { value, low, high, confidence } = estimate;
  const { unit, better } = definitionOf(name);
  return { value, low, high, confidence, unit, better, replicates };
}

/** A value that is known without an error. */
export const exactly = (name: string, value: number, replicates: number): Measure =>
  asMeasure(name, { value, low: value, high: value, confidence: 1 }, replicates);

/** docs/measures.md. */
export function measuresPage(): string {
  const ways = {
    median: 'median',
    sum: 'sum',
    'sum with discarded': 'sum, discarded trials included',
    largest: 'largest',
    model: 'see method.md',
  } as const;
  const rows = Object.entries(definitions).map(([name, { unit, better, over, means }]) => {
    const direction = better === 'neither' ? '' : better;
    return `| \`${name}\` | ${means} | ${unit} | ${direction} | ${ways[over]} |`;
  });
  return [
    '# Measures',
    '',
    'What `report.json` calls them. Generated from `bench/catalogue/` by `npm run measures`.',
    '',
    '| measure | meaning | unit | better | over trials |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
