// Grants over a real Redis: what is left of one whose user is taken everything meanwhile.
import { expect, test } from 'vitest';
import { type AccessTokens, createOpaqueAccessTokens } from '../../servers/authorization/access-tokens.ts';
import { createGrants } from '../../servers/authorization/grants.ts';
import { NotRecognised } from '../../servers/errors.ts';
import { readAuthorizationSettings } from '../../servers/settings.ts';
import { testRedis, testScope } from './rig.ts';

const scope = await testScope();
const { server, redis } = await testRedis(scope);

/** Grants whose user is taken everything in the midst of one: it has its refresh token, and no access token yet. */
function interruptedGrants() {
  const settings = readAuthorizationSettings({
    REDIS_URL: server.url,
    ACCESS_TOKENS: 'opaque',
    REFRESH_SECRET: 'r'.repeat(32),
    INTROSPECTION_SECRET: 'i'.repeat(32),
  });
  const accessTokens = createOpaqueAccessTokens(settings, redis);
  const grants = createGrants(settings, redis, accessTokens);
  const issued: string[] = [];
  const interrupted: AccessTokens = {
    ...accessTokens,
    async issue(grant) {
      await grants.revokeUser(grant.user);
      const token = await accessTokens.issue(grant);
      issued.push(token);
      return token;
    },
  };
  return { accessTokens, grants, issued, interrupted: createGrants(settings, redis, interrupted) };
}

test('a login of a user who is taken everything meanwhile gives nothing, and leaves no access token that works', async () => {
  const { accessTokens, issued, interrupted } = interruptedGrants();
  await expect(interrupted.begin('ada')).rejects.toThrow(NotRecognised);
  expect(await Promise.all(issued.map(accessTokens.read))).toEqual([null]);
});

test('so does a refresh', async () => {
  const { accessTokens, grants, issued, interrupted } = interruptedGrants();
  const { refresh_token } = await grants.begin('grace');
  expect(await interrupted.refresh(refresh_token)).toBeNull();
  expect(await Promise.all(issued.map(accessTokens.read))).toEqual([null]);
});
