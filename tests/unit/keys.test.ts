import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { importKeys } from '../../servers/tokens/keys.ts';

const rsaKey = (modulusLength: number) =>
  JSON.stringify({
    ...generateKeyPairSync('rsa', { modulusLength }).privateKey.export({ format: 'jwk' }),
    kid: 'of-the-operator',
    alg: 'RS256',
  });

describe('importKeys', () => {
  test('takes an RSA key of 2,048 bits', async () => {
    await expect(importKeys(rsaKey(2_048), 'RS256')).resolves.toHaveProperty('kid', 'of-the-operator');
  });

  test('rejects a shorter one, before anybody is answered with 503', async () => {
    await expect(importKeys(rsaKey(1_024), 'RS256')).rejects.toThrow('TOKEN_KEY is shorter than 2048 bits');
  });
});
