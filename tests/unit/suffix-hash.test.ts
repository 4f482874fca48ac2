import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { expect, test } from 'vitest';
import { suffixHash } from '../../servers/suffix-hash.ts';
import { missingAlgorithms } from '../../servers/tokens/algorithms.ts';

test('it is the 32-bit FNV-1a hash of the last eight characters', () => {
  // The test vectors of the algorithm's authors for "" and "foobar".
  expect(suffixHash('')).toBe(0x811c9dc5 | 0);
  expect(suffixHash('foobar')).toBe(0xbf9cf968 | 0);
  expect(suffixHash('Bearer abc.12345678')).toBe(suffixHash('12345678'));
});

test('texts with random ends hardly ever share one', () => {
  const numbers = Array.from({ length: 20_000 }, () => suffixHash(`text ${randomBytes(32).toString('base64url')}`));
  // By chance 0.05 pairs do; three or more once in 50,000 runs.
  expect(new Set(numbers).size).toBeGreaterThanOrEqual(numbers.length - 2);
});

test.skipIf(missingAlgorithms.includes('ML-DSA-44'))('nor do signatures of ML-DSA, whose ends are mostly zeros', () => {
  const { privateKey } = generateKeyPairSync('ml-dsa-44');
  const signed = Array.from({ length: 1_000 }, (_, index) => sign(null, Buffer.from(`${index}`), privateKey));
  const numbers = signed.map((signature) => suffixHash(signature.toString('base64url')));
  expect(new Set(numbers).size).toBe(numbers.length);
});
