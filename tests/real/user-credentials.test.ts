// Who holds what, over a real Redis.
import { expect, test } from 'vitest';
import { clockSkew } from '../../servers/store/clock-skew.ts';
import { createUserCredentials, type UserCredentials } from '../../servers/store/user-credentials.ts';
import { testRedis, testScope } from './rig.ts';

const scope = await testScope();
const now = Math.floor(Date.now() / 1000);
const { redis } = await testRedis(scope);

test('a credential is known for as long as it lives, also when the next one ends sooner', async () => {
  const credentials = createUserCredentials(redis, 'test:', 'session');
  await credentials.add('ada', { id: 'long', endsAt: now + 3_600 });
  await credentials.add('ada', { id: 'short', endsAt: now + 60 });
  expect(await redis.expiretime('test:credentials:session:ada')).toBe(now + 3_600 + clockSkew);
});

test('an instance whose clock is ahead forgets nothing that lives by another', async () => {
  const credentials = createUserCredentials(redis, 'test:', 'session');
  const living = { id: 'living', endsAt: now - clockSkew / 2 };
  await credentials.add('alan', living);
  await credentials.add('alan', { id: 'next', endsAt: now + 60 });
  expect(await credentials.list('alan')).toContainEqual(living);
});

test('what is known of a user ends with his last credential', async () => {
  const credentials = createUserCredentials(redis, 'test:', 'session');
  await credentials.add('grace', { id: 'short', endsAt: now + 60 });
  await credentials.add('grace', { id: 'long', endsAt: now + 3_600 });
  expect(await redis.expiretime('test:credentials:session:grace')).toBe(now + 3_600 + clockSkew);
});

test('what a user holds of one kind is neither listed nor forgotten by whoever ends another kind', async () => {
  const [sessions, tokens] = (['session', 'signed-token'] as const).map((kind) =>
    createUserCredentials(redis, 'test:', kind),
  ) as [UserCredentials, UserCredentials];
  await sessions.add('edsger', { id: 'a session', endsAt: now + 60 });
  await tokens.add('edsger', { id: 'a token', endsAt: now + 60 });
  expect(await sessions.list('edsger')).toEqual([{ id: 'a session', endsAt: now + 60 }]);
  await sessions.remove('edsger', ['a session']);
  expect(await tokens.list('edsger')).toEqual([{ id: 'a token', endsAt: now + 60 }]);
});
