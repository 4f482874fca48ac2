// The keys of several authorization servers, over a real Redis.
import { afterEach, expect, test, vi } from 'vitest';
import { createKeyRing } from '../../servers/authorization/key-ring.ts';
import { readAuthorizationSettings } from '../../servers/settings.ts';
import { generateKey } from '../../servers/tokens/keys.ts';
import { testRedis, testScope } from './rig.ts';

const scope = await testScope();
const { server, redis } = await testRedis(scope);
afterEach(() => void vi.useRealTimers());

const ringOf = async () =>
  createKeyRing(
    readAuthorizationSettings({
      REDIS_URL: server.url,
      ACCESS_TOKENS: 'jwt',
      TOKEN_ALGORITHM: 'ES256',
      TOKEN_KEY: JSON.stringify(await generateKey('ES256')),
      REFRESH_SECRET: 'r'.repeat(32),
      INTROSPECTION_SECRET: 'i'.repeat(32),
    }),
    redis,
  );

test('a server whose clock is ahead withdraws no key that has valid tokens by the clock of another', async () => {
  const [ring, ahead] = [await ringOf(), await ringOf()];
  const now = Math.floor(Date.now() / 1000);
  const { kid } = await ring.signing(now + 40);
  await ring.rotate();
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 45_000 });
  await ahead.signing(now + 600);
  vi.useRealTimers();
  expect((await ring.published()).map((published) => published.kid)).toContain(kid);
});
