import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { asMeasure, definitionOf, measureNames, measuresPage } from '../../bench/catalogue/measures.ts';
import { gateMeasures } from '../../bench/plan/gates.ts';
import { reportSchema } from '../../bench/record/report.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (file: string) => readFileSync(`${root}${file}`, 'utf8');

describe('definitionOf', () => {
  test('a measure that nobody defined is a fault', () => {
    expect(() => definitionOf('requestsPerMinute')).toThrow('no measure is called requestsPerMinute');
    expect(() => definitionOf('toString')).toThrow('no measure is called toString');
  });

  test.each(Object.keys(gateMeasures))('the gate %s is a measure', (name) => {
    expect(definitionOf(name).better).toBe('lower');
  });
});

test('asMeasure: an estimate takes unit and direction from its name', () => {
  const estimate = { value: 2, low: 1, high: 3, confidence: 0.95 };
  expect(asMeasure('requestBytes', estimate, 4)).toEqual({ ...estimate, unit: 'B', better: 'lower', replicates: 4 });
});

describe('every measure', () => {
  test('of the committed reference report is defined, with its unit and direction', () => {
    const { findings } = reportSchema.parse(JSON.parse(read('results/reference/report.json')));
    for (const { measures } of findings)
      for (const [name, { unit, better }] of Object.entries(measures))
        expect([name, { unit, better }]).toEqual([
          name,
          { unit: definitionOf(name).unit, better: definitionOf(name).better },
        ]);
  });

  test('is met by a reader: in a table, or in a sentence', () => {
    const places = globSync(['bench/{analyse,report,experiments,selftest}/*.ts', 'bench/commands/*.ts'], { cwd: root })
      .filter((file) => file !== 'bench/analyse/measures.ts')
      .map(read)
      .join('\n');
    // Parts of a measure (tiers, kinds of credential, quantiles) are told by the code that tells the others.
    const isTold = (name: string) => new RegExp(`\\b${name.split('.')[0]}\\b`).test(places);
    expect(measureNames.filter((name) => !isTold(name))).toEqual([]);
  });

  test('stands in docs/measures.md as it is defined', () => {
    expect(read('docs/measures.md')).toBe(measuresPage());
  });
});
