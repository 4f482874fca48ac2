import { describe, expect, test } from 'vitest';
import type { Finding } from '../../bench/record/report.ts';
import { clockText, leadingText, outcomeText, startProgress, trialText } from '../../bench/report/progress.ts';
import { blockOf, measureOf, trial } from './samples.ts';

/** What is written where no line moves. */
function written(use: (progress: ReturnType<typeof startProgress>) => void): string {
  let told = '';
  const stream = { isTTY: false, write: (text: string) => (told += text) } as unknown as NodeJS.WriteStream;
  use(startProgress(stream, 'heading'));
  return told;
}

describe('startProgress', () => {
  test('where no line moves each trial is a line when it has ended', () => {
    const told = written((progress) => {
      progress.begins(() => 'cost, part 1');
      progress.ended('[1] cost, part 1 · done');
      progress.end();
    });
    expect(told).toBe('heading\n[1] cost, part 1 · done\n');
  });

  test('an interrupt is told of at once, also where no line moves', () => {
    expect(written((progress) => progress.stopping())).toMatch(/^heading\ninterrupted: .*\n$/);
  });
});

test('trialText: a trial is named by its experiment, its factors and its generation', () => {
  const planned = { experiment: 'cost', factors: { lanes: 'strategies', part: 2 }, block: 1 };
  expect(trialText(planned)).toBe('cost, lanes strategies, part 2, generation 2');
});

describe('outcomeText', () => {
  const of = (rows: ReturnType<typeof blockOf>['outcome']) => outcomeText({ outcome: rows });

  test('a closed loop of one system tells its rate', () => {
    expect(of(trial('jwt', 0, { requests: 4_000 }).outcome)).toBe('4,000 requests/s');
  });

  test('a block of lanes is done', () => {
    const lanes = [
      [{ strategy: 'none' }, { servers: 1 }],
      [{ strategy: 'jwt' }, { servers: 1 }],
    ] as const;
    expect(of(blockOf('cost', {}, lanes).outcome)).toBe('done');
  });

  test('a discarded trial tells why', () => {
    expect(of(trial('jwt', 0, {}, 'void').outcome)).toBe('discarded: of 1000 answers 1 accepted in error');
  });

  test('a failed trial tells why', () => {
    expect(of({ status: 'failed', reason: 'Redis ended with SIGKILL' })).toBe('failed: Redis ended with SIGKILL');
  });
});

describe('leadingText', () => {
  const adds = (factors: Finding['factors'], added: number, half: number): Finding => ({
    experiment: 'cost',
    factors,
    measures: { addedCpuPerRequest: measureOf(added * 1e-6, (added - half) * 1e-6, (added + half) * 1e-6) },
    trials: { completed: 1, void: 0, failed: 0 },
  });

  test('what readers ask about first is told with half of its interval', () => {
    const findings = [
      adds({ strategy: 'opaque' }, 300, 9),
      adds({ strategy: 'jwt', alg: 'RS256' }, 30, 2),
      adds({ strategy: 'jwt', alg: 'HS256' }, 39, 2),
      adds({ strategy: 'session' }, 98, 4),
      adds({ strategy: 'session-cached' }, 4.2, 0.4),
    ];
    expect(leadingText(findings)).toBe(
      'added CPU per request: session 98 µs ±4, jwt 39 µs ±2, session-cached 4.2 µs ±0.4',
    );
  });

  test('as long as nothing is known it is empty', () => {
    expect(leadingText([adds({ strategy: 'opaque' }, 300, 9)])).toBe('');
  });
});

test.each([
  [-3, '0 s'],
  [59.2, '1 min 0 s'],
  [59, '59 s'],
  [245, '4 min 5 s'],
])('clockText: %d seconds are %s', (seconds, text) => {
  expect(clockText(seconds)).toBe(text);
});
