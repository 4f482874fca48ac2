import { expect, test } from 'vitest';
import { cutOffOf, exposureOf, type StolenUse, useInterval } from '../../bench/analyse/exposure.ts';

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
  expect(exposureOf(uses, ending)).toMatchObject({ window: 8, acceptedAfter: 2, usesAfter: 4, revokeTook: 10 });
});

test('a credential that is refused at once has a window of no length', () => {
  expect(exposureOf([use(90, 95, 200), use(111, 112, 401)], ending)).toMatchObject({ window: 0, acceptedAfter: 0 });
});

test('a use that was under way when the revoke was acknowledged does not count', () => {
  expect(exposureOf([use(109, 130, 200)], ending)).toMatchObject({ window: 0, acceptedAfter: 0, usesAfter: 0 });
});

test('one that comes late, after refusals, counts', () => {
  expect(exposureOf([use(111, 112, 401), use(500, 510, 200)], ending)).toMatchObject({ window: 400, acceptedAfter: 1 });
});

test('a use refused before the revoke is told', () => {
  expect(exposureOf([use(90, 95, 401), use(96, 99, 200)], ending).notAcceptedBefore).toBe(1);
});

test('how finely it was looked is the median gap at one instance', () => {
  const uses = [0, 10, 20, 50].flatMap((at) => [use(at, at + 1, 200, 0), use(at + 3, at + 4, 200, 1)]);
  expect(useInterval(uses, 0)).toBe(10);
  expect(useInterval([use(0, 1, 200)], 0)).toBeNull();
});

test('of a cut only the instance that was cut off counts, and only what was answered meanwhile', () => {
  const cut = { instance: 3, cutAt: 100, mendedAt: 200 };
  const uses = [
    use(90, 95, 200, 3),
    use(110, 112, 200, 3),
    use(120, 122, 503, 3),
    use(130, 131, 200, 0),
    use(190, 230, 503, 3),
    use(205, 207, 503, 3),
    use(215, 217, 200, 3),
  ];
  expect(cutOffOf(uses, cut)).toEqual({ accepted: 1, refused: 1, recovery: 17 });
});

test('an instance that does not come back has no recovery', () => {
  const cut = { instance: 0, cutAt: 100, mendedAt: 200 };
  expect(cutOffOf([use(210, 211, 503)], cut).recovery).toBeNull();
});
