// What a log-out ends: the token that it is sent with, and the grant which that came of.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Rig, startRig } from '../../bench/rig/rig.ts';
import { clientOf } from './authorization.ts';
import { ask, testScope } from './rig.ts';

const scope = await testScope();
const strategies = ['jwt', 'jwt+redis-blocklist', 'jwt-cached+replicated-blocklist', 'opaque', 'opaque-cached'];

describe.each(strategies)('a log-out from %s', (strategy) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await start(strategy);
  });
  afterAll(() => rig.stop());

  test('ends the refresh token of its grant', async () => {
    const client = clientOf(scope, rig);
    const { accessToken, refreshToken } = await client.begin('ada');
    expect((await ask(rig, 0, 'POST', '/logout', { authorization: `Bearer ${accessToken}` })).status).toBe(200);
    expect((await client.refresh(refreshToken)).status).toBe(400);
  });

  test('leaves other grants of the user alone', async () => {
    const client = clientOf(scope, rig);
    const [{ accessToken }, other] = [await client.begin('grace'), await client.begin('grace')];
    await ask(rig, 0, 'POST', '/logout', { authorization: `Bearer ${accessToken}` });
    expect((await client.refresh(other.refreshToken)).status).toBe(200);
  });
});

describe.each(['jwt+redis-blocklist', 'opaque'])('where LOGOUT_ENDS=token, a log-out from %s', (strategy) => {
  test('leaves the refresh token of its grant alone', async () => {
    const rig = await start(strategy, { LOGOUT_ENDS: 'token' });
    const client = clientOf(scope, rig);
    const { accessToken, refreshToken } = await client.begin('ada');
    await ask(rig, 0, 'POST', '/logout', { authorization: `Bearer ${accessToken}` });
    expect((await client.refresh(refreshToken)).status).toBe(200);
    await rig.stop();
  });
});

/** One instance and one authorization server on one Redis. */
const start = (strategy: string, settings: Readonly<Record<string, string>> = {}) =>
  startRig(
    scope,
    { strategy, algorithm: 'HS256', instances: 1, authorizationServers: 1, balancer: 'none', settings },
    null,
  );
