import { expect, test } from 'vitest';
import { revocationImpact } from '../../bench/experiments/revocation-impact.ts';
import { smoke } from '../../bench/plan/profiles/smoke.ts';

test('a list takes part in as many blocks as it says, also beside another of the same length', () => {
  const lists = [
    { revokedTokens: 1_000, revokedShare: 0.01 },
    { revokedTokens: 1_000, revokedShare: 0.5, blocks: 3 },
  ];
  const profile = { ...smoke, blocks: 10, revocation: { ...smoke.revocation, lists } };
  const blocks = lists.map(({ revokedTokens, revokedShare }) =>
    revocationImpact.blocks?.(profile, { revokedTokens, revokedShare }),
  );
  expect(blocks).toEqual([10, 3]);
});
