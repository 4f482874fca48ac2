import { expect, test } from 'vitest';
import { revocationImpact } from '../../bench/experiments/revocation-impact.ts';

test('a list takes part in as many blocks as it says, or in all, also beside another of the same length', () => {
  const lists = [
    { revokedTokens: 1_000, revokedShare: 0.01 },
    { revokedTokens: 1_000, revokedShare: 0.5, blocks: 3 },
  ];
  const work = { ...revocationImpact.amounts.smoke, lists };
  const blocks = lists.map(({ revokedTokens, revokedShare }) =>
    revocationImpact.blocks?.(work, { revokedTokens, revokedShare }),
  );
  expect(blocks).toEqual([undefined, 3]);
});
