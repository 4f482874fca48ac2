import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { asMeasure, definitionOf, measureNames, measuresPage } from '../../bench/catalogue/measures.ts';
import { gateMeasures } from '../../bench/plan/gates.ts';
import { reportSchema } from '../../bench/record/report.ts';
import { tablesOf, toldElsewhere } from '../../bench/report/tables.ts';

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

  test('has a column: without a rule of its own the last before the trials', () => {
    const report = reportSchema.parse(JSON.parse(read('results/reference/report.json')));
    const columnsFor = (name: string) => {
      const measures = { [name]: asMeasure(name, { value: 2, low: 2, high: 2, confidence: 1 }, 1) };
      const findings = [
        { experiment: 'one', factors: { carriage: 'cookie' }, measures, trials: { completed: 1, void: 0, failed: 0 } },
      ];
      return tablesOf({ ...report, findings })[0]?.columns.map(({ head }) => head) ?? [];
    };
    expect(columnsFor('regressedRate').slice(-2)).toEqual([definitionOf('regressedRate').label, 'trials']);
    const isElsewhere = (name: string) =>
      toldElsewhere.includes(name.split('.')[0] as string) || name === 'redisCommandsPerRequest';
    const missing = measureNames.filter((name) => !isElsewhere(name) && columnsFor(name).length < 2);
    expect(missing).toEqual([]);
  });

  test('that has no column of its own is told elsewhere', () => {
    const places = globSync(['bench/{analyse,report,experiments,selftest}/*.ts', 'bench/commands/*.ts'], { cwd: root })
      .filter((file) => file !== 'bench/analyse/measures.ts')
      .map(read)
      .join('\n');
    // Once in the list, and once where it is told.
    const isTold = (name: string) => (places.match(new RegExp(`\\b${name}\\b`, 'g')) ?? []).length > 1;
    expect(toldElsewhere.filter((name) => !isTold(name))).toEqual([]);
  });

  test('is made somewhere', () => {
    const makers = globSync('bench/{analyse,experiments,selftest,trial}/*.ts', { cwd: root }).map(read).join('\n');
    // Their parts (tiers, kinds of credential, percentiles) are put to the name by code; any other name stands there in full.
    const assembled = ['addedCpuPerRequest', 'decidedByStall', 'bytesEach', 'beyondLaw', 'beyondServer'].concat([
      'falseAccepts',
      'falseRejects',
      'errors',
      'checkedAnswers',
    ]);
    const textOf = (name: string) => {
      const [family = ''] = name.split('.');
      return (assembled.includes(family) ? family : name).replace(/P\d+$/, '');
    };
    const isMade = (name: string) => new RegExp(`\\b${textOf(name).replaceAll('.', '\\.')}(P\\d|\\b)`).test(makers);
    expect(measureNames.filter((name) => !isMade(name))).toEqual([]);
  });

  test('stands in docs/measures.md as `npm run measures` writes it', () => {
    expect(read('docs/measures.md')).toBe(measuresPage());
  });
});
