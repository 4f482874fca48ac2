import { expect, test } from 'vitest';
import { cutOffOf, expiryAt, exposureOf, useInterval } from '../../bench/analyse/exposure.ts';
import { findingsOf } from '../../bench/analyse/findings.ts';
import { measuresOf } from '../../bench/analyse/measures.ts';
import { exposureWindow } from '../../bench/experiments/exposure-window.ts';
import type { ExposureFacts, StolenUse, TheftFacts } from '../../bench/record/exposure.ts';
import type { TrialObservation } from '../../bench/record/observation.ts';

const use = (sentAt: number, answeredAt: number, status: number, instance = 0): StolenUse => {
  return { instance, sentAt, answeredAt, status };
};
const ending = { called: 100, acknowledged: 110 };

test('the window ends with the last accepted answer, at whichever instance', () => {
  const uses = [
    use(90, 95, 200),
    use(112, 114, 401),
    use(113, 118, 200, 1),
    use(115, 116, 200, 2),
    use(119, 121, 401, 1),
  ];
  expect(exposureOf(uses, ending, 3)).toMatchObject({ window: 8, acceptedAfter: 2, revokeTook: 10 });
});

test('a credential that is refused at once has a window of no length', () => {
  const uses = [use(90, 95, 200), use(111, 112, 401)];
  expect(exposureOf(uses, ending, 1)).toMatchObject({ window: 0, acceptedAfter: 0 });
});

test('a use that was under way when the revoke was acknowledged does not count', () => {
  expect(exposureOf([use(109, 130, 200)], ending, 1)).toMatchObject({ window: 0, acceptedAfter: 0 });
});

test('one that comes late, after refusals, counts', () => {
  const uses = [use(111, 112, 401), use(500, 510, 200)];
  expect(exposureOf(uses, ending, 1)).toMatchObject({ window: 400, acceptedAfter: 1 });
});

test('no window was longer than until the last instance refused for good', () => {
  const uses = [use(112, 114, 401), use(113, 118, 200, 1), use(119, 121, 401, 1), use(130, 131, 401, 1)];
  expect(exposureOf(uses, ending, 2).within).toBe(11);
});

test.each([
  ['never asked', [use(112, 114, 401)]],
  ['asked only while the revoke was under way', [use(112, 114, 401), use(105, 120, 401, 1)]],
  ['never seen to refuse', [use(112, 114, 401), use(113, 115, 200, 1)]],
])('how long a window may have been is not known of an instance that was %s', (_what, uses) => {
  expect(exposureOf(uses, ending, 2).within).toBeNull();
});

const theft = (window: number): TheftFacts => {
  return { window, within: window + 1e6, acceptedAfter: 0, revokeTook: 1e6, notAcceptedBefore: 0 };
};
const exposure = (thefts: TheftFacts[]) =>
  ({ type: 'exposure', thefts, useInterval: 2e6, checkedAtEnd: 1, falseAccepts: 0 }) as const;

test('the largest window of a cell is that of all its trials', () => {
  const trials = [0, 40e6, 0].map((window, block): TrialObservation => {
    const rows = [{ factors: { event: 'revoked' }, facts: exposure([theft(0), theft(window)]) }];
    const outcome = { status: 'completed', rows } as const;
    return {
      kind: 'trial',
      experiment: 'exposure-window',
      factors: { strategy: 'session' },
      block,
      at: '2026-01-02T03:04:05.000Z',
      seconds: 2,
      outcome,
    };
  });
  const [finding] = findingsOf(trials, ['exposure-window']);
  expect(finding?.measures.exposureWindowMax).toMatchObject({ value: 0.04, high: 0.04, replicates: 3 });
  expect(finding?.measures.exposureWindowUpperBound?.value).toBe(0.041);
});

test.each([
  [20, undefined],
  [200, 0.198],
])('of %d stolen credentials p99 is %s', (number, p99) => {
  const facts = exposure(Array.from({ length: number }, (_, index) => theft((index + 1) * 1e6)));
  expect(measuresOf(facts).exposureWindowP99).toBe(p99);
});

test('a use refused before the revoke is told', () => {
  expect(exposureOf([use(90, 95, 401), use(96, 99, 200)], ending, 1).notAcceptedBefore).toBe(1);
});

test('an instance that accepted no use before the revoke is told: it had nothing to refuse', () => {
  expect(exposureOf([use(90, 95, 200), use(96, 105, 200, 1)], ending, 2).notAcceptedBefore).toBe(1);
});

test('how often a credential was tried is the median gap at one instance', () => {
  const uses = [0, 10, 20, 50].flatMap((at) => [use(at, at + 1, 200, 0), use(at + 3, at + 4, 200, 1)]);
  expect(useInterval([uses, uses])).toBe(10);
  expect(useInterval([[use(0, 1, 200)], [use(5, 6, 200)]])).toBeNull();
});

const cutFrom100To200 = {
  cut: { called: 100, acknowledged: 100 },
  mended: { called: 200, acknowledged: 200 },
};

test('of a cut only the instance that was cut off counts, and only what was answered meanwhile', () => {
  const cut = { instances: [3], ...cutFrom100To200 };
  const uses = [
    use(90, 95, 200, 3),
    use(110, 112, 200, 3),
    use(120, 122, 503, 3),
    use(130, 131, 200, 0),
    use(190, 230, 503, 3),
    use(205, 207, 503, 3),
    use(215, 217, 200, 3),
  ];
  expect(cutOffOf(uses, cut)).toEqual({ accepted: 1, refused: 1, longestWait: 40, recovery: 17 });
});

test('who waits until Redis is back was not answered meanwhile, and waited so long', () => {
  const cut = { instances: [0], ...cutFrom100To200 };
  const uses = [use(101, 102, 200), use(110, 205, 200), use(206, 209, 200)];
  expect(cutOffOf(uses, cut)).toEqual({ accepted: 1, refused: 0, longestWait: 95, recovery: 9 });
});

test('a use that was sent while the link was being cut or mended counts neither way', () => {
  const cut = {
    instances: [0],
    cut: { called: 90, acknowledged: 100 },
    mended: { called: 200, acknowledged: 210 },
  };
  const uses = [use(95, 105, 200), use(110, 111, 503), use(190, 205, 200), use(205, 207, 200), use(215, 216, 200)];
  expect(cutOffOf(uses, cut)).toEqual({ accepted: 0, refused: 1, longestWait: 15, recovery: 6 });
});

test('an instance that does not come back has no recovery', () => {
  const cut = { instances: [0], ...cutFrom100To200 };
  expect(cutOffOf([use(210, 211, 503)], cut).recovery).toBeNull();
});

test('where several were cut off, they are back when the last of them is', () => {
  const cut = { instances: [0, 1], ...cutFrom100To200 };
  expect(cutOffOf([use(205, 207, 200, 0), use(215, 217, 200, 1)], cut).recovery).toBe(17);
  expect(cutOffOf([use(205, 207, 200, 0)], cut).recovery).toBeNull();
});

test('a token refused in the millisecond that the wall clock does not tell from its exp was not refused before it', () => {
  const ending = expiryAt(1_004, { before: 1e6, wall: 1_000, after: 1.2e6 });
  const refusedAt = (milliseconds: number) =>
    exposureOf([use(0, 1, 200), use(milliseconds * 1e6 - 9, milliseconds * 1e6, 401)], ending, 1).notAcceptedBefore;
  expect([refusedAt(3.9), refusedAt(4.1), refusedAt(5.1)]).toEqual([1, 0, 0]);
});

test('nobody revoked a token that only expired, so no revoke took any time', () => {
  const facts = exposure([{ ...theft(0), revokeTook: null }]);
  expect(measuresOf(facts)).not.toHaveProperty('revokeTime');
});

test('a window counts from the latest moment that an exp may have been', () => {
  expect(expiryAt(1_004, { before: 1e6, wall: 1_000, after: 1.2e6 }).acknowledged).toBe(5.2e6);
});

const cutOnce = { lasted: [1e9], beyondReturn: [], accepted: 0, refused: 9 };
const trialOf = (facts: ExposureFacts, status: 'completed' | 'void' = 'completed'): TrialObservation => {
  const rows = [{ factors: { event: facts.cut ? 'cut off' : 'revoked' }, facts }];
  return {
    kind: 'trial',
    experiment: 'exposure-window',
    factors: { strategy: 'session', load: 'loaded' },
    block: 0,
    at: '2026-01-02T03:04:05.000Z',
    seconds: 2,
    outcome: status === 'completed' ? { status, rows } : { status, cause: 'wrong answer', reason: 'accepted', rows },
  };
};
const sentences = (...trials: TrialObservation[]) => exposureWindow.answer(findingsOf(trials, ['exposure-window']), []);

test('that all were accepted is told of those that were answered, with the longest wait beside it', () => {
  const cut = { ...cutOnce, accepted: 9, refused: 0, longestWait: 1.4e9, recoveries: [3e8] };
  const [sentence] = sentences(trialOf({ ...exposure([]), cut }));
  expect(sentence).toContain('every answered request with a valid credential is accepted');
  expect(sentence).toContain('the longest answer takes 1.4 s');
});

test('credentials of a void trial are not among those that the sentence is about', () => {
  const [sentence] = sentences(
    trialOf(exposure([theft(3e9), theft(3e9)]), 'void'),
    trialOf(exposure([theft(0), theft(0)])),
  );
  expect(sentence).toContain('none of 2 stolen credentials was accepted');
});

test('a cut after which an instance did not recover is told, and no recovery is', () => {
  const [sentence] = sentences(
    trialOf({ ...exposure([]), cut: { ...cutOnce, recoveries: [3e8] } }),
    trialOf({ ...exposure([]), cut: { ...cutOnce, recoveries: [null] } }),
  );
  expect(sentence).toContain('after 1 of 2 outages no recovery within 1 s');
  expect(sentence).not.toContain('recovery within 0.3 s');
});

test('a refresh token is stolen where tokens come with one', () => {
  const cells = exposureWindow.cells({ chosen: null, targets: null }, exposureWindow.workloads.quick);
  expect(cells.filter(({ by }) => by === 'refresh token').map(({ strategy }) => strategy)).toEqual(['jwt', 'opaque']);
});

const refreshedTrial = (thefts: TheftFacts[]): TrialObservation => ({
  ...trialOf(exposure(thefts)),
  outcome: { status: 'completed', rows: [{ factors: { event: 'refreshed' }, facts: exposure(thefts) }] },
});

test('that no stolen refresh token outlived its log-out is told with how many were tried', () => {
  expect(sentences(refreshedTrial([theft(0), theft(0)]))[0]).toContain(
    'none of 2 stolen refresh tokens gave an access token',
  );
});

test('a stolen refresh token that outlived its log-out is told with how long', () => {
  const [sentence] = sentences(refreshedTrial([theft(0), theft(40e6)]));
  expect(sentence).toMatch(/gave access tokens for .* as the worst of 2/);
});
