// Signed tokens with their revocation check, over a real Redis.
import { expect, test } from 'vitest';
import { readSettings } from '../../servers/settings.ts';
import { generateKey, importKeys } from '../../servers/tokens/keys.ts';
import { createSignedTokens } from '../../servers/tokens/signed-tokens.ts';
import { testRedis, testScope } from './rig.ts';

const scope = await testScope();
const { server, redis } = await testRedis(scope);

test('logging in and out everywhere, again and again, makes no token live longer', async () => {
  const key = JSON.stringify(await generateKey('HS256'));
  const settings = readSettings(
    { AUTH_STRATEGY: 'jwt', REVOCATION_CHECK: 'not-before', REDIS_URL: server.url, TOKEN_KEY: key },
    ['jwt'],
  );
  const keys = await importKeys(key, 'HS256');
  const tokens = await createSignedTokens(settings, redis, { ...keys, signing: () => keys });
  for (let time = 0; time < 20; time += 1) {
    await tokens.issue('eve');
    await tokens.revokeUser('eve');
  }
  const { token, claims } = await tokens.issue('eve');
  const now = Math.floor(Date.now() / 1000);
  expect(claims.exp).toBeLessThanOrEqual(now + settings.TOKEN_LIFE_SECONDS);
  // `iat` is ahead of the clock, or the last revoke would have taken it back.
  expect(await tokens.check?.isRevoked(await tokens.verify(token))).toBe(false);
});
