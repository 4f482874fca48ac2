// Grants over a real Redis: what is left of one whose user is taken everything meanwhile.
import { expect, test } from 'vitest';
import { type AccessTokens, createOpaqueAccessTokens } from '../../servers/authorization/access-tokens.ts';
import { createGrants } from '../../servers/authorization/grants.ts';
import { Unauthenticated } from '../../servers/errors.ts';
import { readAuthorizationSettings } from '../../servers/settings.ts';
import { testRedis, testScope } from './rig.ts';

const scope = await testScope();
const { server, redis } = await testRedis(scope);

const settings = readAuthorizationSettings({
  REDIS_URL: server.url,
  ACCESS_TOKENS: 'opaque',
  REFRESH_SECRET: 'r'.repeat(32),
  INTROSPECTION_SECRET: 'i'.repeat(32),
});

/** Grants whose user is taken everything in the midst of one: it has its refresh token, and no access token yet. */
function interruptedGrants() {
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
  await expect(interrupted.begin('ada')).rejects.toThrow(Unauthenticated);
  expect(await Promise.all(issued.map(accessTokens.read))).toEqual([null]);
});

test('so does a refresh', async () => {
  const { accessTokens, grants, issued, interrupted } = interruptedGrants();
  const { refresh_token } = await grants.begin('grace');
  expect(await interrupted.refresh(refresh_token)).toBeNull();
  expect(await Promise.all(issued.map(accessTokens.read))).toEqual([null]);
});

/** Grants whose access tokens cannot be ended the first time. */
function hinderedGrants() {
  const accessTokens = createOpaqueAccessTokens(settings, redis);
  let hindered = true;
  const grants = createGrants(settings, redis, {
    ...accessTokens,
    async endGrant(grant) {
      if (hindered) {
        hindered = false;
        throw new Error('Redis went away');
      }
      await accessTokens.endGrant?.(grant);
    },
  });
  return { accessTokens, grants };
}

test('a revoke that failed half way goes on when it is tried again', async () => {
  const { accessTokens, grants } = hinderedGrants();
  const { access_token, refresh_token } = await grants.begin('mary');
  await expect(grants.revoke(refresh_token)).rejects.toThrow('Redis went away');
  expect(await grants.revoke(refresh_token)).toBe(true);
  expect(await accessTokens.read(access_token)).toBeNull();
  expect(await grants.refresh(refresh_token)).toBeNull();
});

test('so does the end of a family whose used token came again', async () => {
  const { accessTokens, grants } = hinderedGrants();
  const { access_token, refresh_token: used } = await grants.begin('joan');
  await grants.refresh(used);
  await expect(grants.refresh(used)).rejects.toThrow('Redis went away');
  expect(await grants.refresh(used)).toBeNull();
  expect(await accessTokens.read(access_token)).toBeNull();
});
