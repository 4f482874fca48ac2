import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mainWays, waysOf } from '../../bench/analyse/ways.ts';
import type { Finding, Report } from '../../bench/record/report.ts';
import { answerOf, bestCached } from '../../bench/report/answer.ts';

const reference = JSON.parse(
  readFileSync(new URL('../../results/reference/report.json', import.meta.url), 'utf8'),
) as Report;
const withRun = (run: Partial<Report['run']>, more: Partial<Report> = {}): Report => ({
  ...reference,
  ...more,
  run: { ...reference.run, ...run },
});
const without = (isOut: (finding: Finding) => boolean): Report => ({
  ...reference,
  findings: reference.findings.filter((finding) => !isOut(finding)),
});

describe('answerOf', () => {
  test('the verdict sets a session look-up beside a signature check', () => {
    const { isVerdict, sentences } = answerOf(reference);
    expect(isVerdict).toBe(true);
    expect(sentences[0]).toMatch(
      /^A session look-up in Redis \(express-session\) adds .* µs ±.*; checking a signed token \(HS256, jose\) adds .* µs/,
    );
  });

  test('three figures are told, each with its interval', () => {
    expect(answerOf(reference).figures.map(({ value, interval }) => `${value} ${interval}`)).toEqual([
      expect.stringMatching(/^\d+ µs ±\d/),
      expect.stringMatching(/^\d+ µs ±\d/),
      expect.stringMatching(/^\d+(\.\d)? µs ±\d/),
    ]);
  });

  test('a smoke run has no verdict, and says why', () => {
    const { isVerdict, sentences } = answerOf(withRun({ measurement: false }));
    expect([isVerdict, sentences[0]]).toEqual([false, expect.stringContaining('too short to compare anything')]);
  });

  test('a run that was ended before anything was measured says so', () => {
    expect(answerOf({ ...reference, findings: [] }).sentences).toEqual(['Nothing has been measured yet.']);
  });

  test('a run whose control lanes failed says that instead of a verdict', () => {
    const findings = reference.findings.map((finding): Finding => {
      const added = finding.measures.addedCpuPerRequest;
      return finding.factors.control === 'a/a' && added
        ? {
            ...finding,
            measures: { ...finding.measures, addedCpuPerRequest: { ...added, value: 2e-6, low: 1e-6, high: 3e-6 } },
          }
        : finding;
    });
    const { isVerdict, sentences } = answerOf({ ...reference, findings });
    expect([isVerdict, sentences[0]]).toEqual([false, expect.stringContaining('cannot be trusted')]);
  });

  test('an invalid run names what was wrong', () => {
    const warnings: Report['warnings'] = [
      { code: 'TRIAL_VOID', message: 'security, jwt: wrong answer: typ JWT (status 200)' },
    ];
    expect(answerOf(withRun({ valid: false }, { warnings })).sentences.join(' ')).toContain('typ JWT (status 200)');
  });

  test('a run without a session has no verdict', () => {
    const { isVerdict } = answerOf(without(({ factors }) => factors.strategy === 'session'));
    expect(isVerdict).toBe(false);
  });

  test('a run of other questions is told by its first answer', () => {
    const report = {
      ...without(({ experiment }) => experiment === 'cost'),
      answers: [{ experiment: 'login', question: 'How many?', sentences: ['One.', 'Two.', 'Three.'] }],
    };
    expect(answerOf(report).sentences).toEqual(['One.', 'Two.']);
  });
});

test('bestCached: the cheapest way that remembers, and of which no window was longer than the detection limit', () => {
  const best = bestCached(mainWays(waysOf(reference.findings)));
  expect(best?.strategy).toMatch(/cached/);
  expect(best?.window?.kind).not.toBe('until exp');
});
