import { describe, expect, test } from 'vitest';
import { relativeWidth, widthOf } from '../../bench/analyse/width.ts';
import type { Factors } from '../../bench/record/facts.ts';
import type { Finding, Measure } from '../../bench/record/report.ts';
import { measureOf } from './samples.ts';

const finding = (factors: Factors, measures: Record<string, Measure> = {}, completed = 2): Finding => ({
  experiment: 'x',
  factors,
  measures,
  trials: { completed, void: 0, failed: 0 },
});

describe('relativeWidth', () => {
  test('it is the half width over the value', () => {
    expect(relativeWidth(measureOf(50, 45, 55))).toBeCloseTo(0.1, 12);
  });

  test('it does not go beyond 1', () => {
    expect(relativeWidth(measureOf(1, -9, 11))).toBe(1);
  });

  test('a value below 0 counts by its size', () => {
    expect(relativeWidth(measureOf(-50, -55, -45))).toBeCloseTo(0.1, 12);
  });

  test('a single replicate without an interval is fully open', () => {
    expect(relativeWidth(measureOf(50, 50, 50, 1))).toBe(1);
  });

  test('a single replicate with an interval counts by it', () => {
    expect(relativeWidth(measureOf(50, 45, 55, 1))).toBeCloseTo(0.1, 12);
  });

  test('replicates that agree are decided', () => {
    expect(relativeWidth(measureOf(50, 50, 50, 3))).toBe(0);
  });

  test('a value of 0 is decided: there is nothing to be relative to', () => {
    expect(relativeWidth(measureOf(0, -1, 1))).toBe(0);
  });
});

describe('widthOf', () => {
  const cell = { experiment: 'x', factors: { strategy: 'jwt' } };

  test('a cell without a finding is fully open', () => {
    expect(widthOf([], cell, 'cost')).toBe(1);
  });

  test('findings of other experiments say nothing of it', () => {
    expect(widthOf([{ ...finding(cell.factors), experiment: 'y' }], cell, 'cost')).toBe(1);
  });

  test('it is the mean over the findings of the cell', () => {
    const findings = [
      finding({ strategy: 'jwt', alg: 'HS256' }, { cost: measureOf(10, 9, 11) }),
      finding({ strategy: 'jwt', alg: 'RS256' }, { cost: measureOf(10, 7, 13) }),
      finding({ strategy: 'session' }, { cost: measureOf(10, 1, 19) }),
    ];
    expect(widthOf(findings, cell, 'cost')).toBeCloseTo(0.2, 12);
  });

  test('a cell whose factors are in no finding is a part of all of them', () => {
    const findings = [
      finding({ strategy: 'jwt' }, { cost: measureOf(10, 9, 11) }),
      finding({ strategy: 'session' }, { cost: measureOf(10, 7, 13) }),
    ];
    expect(widthOf(findings, { experiment: 'x', factors: { part: 1 } }, 'cost')).toBeCloseTo(0.2, 12);
  });

  test('without a measure that leads, replicates alone count', () => {
    expect(widthOf([finding(cell.factors, {}, 3)], cell, undefined)).toBe(0.5);
  });

  test('a finding that lacks the leading measure counts by its replicates', () => {
    expect(widthOf([finding(cell.factors, {}, 3)], cell, 'cost')).toBe(0.5);
  });
});
