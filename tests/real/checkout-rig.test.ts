import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startCheckout } from '../../bench/rig/checkout-rig.ts';
import { testScope } from './rig.ts';

const scope = await testScope();
const root = fileURLToPath(new URL('../../', import.meta.url));

test('a rig of another checkout leaves nothing in the directory of the run once it has ended', async () => {
  const before = readdirSync(scope.directory);
  const { rig } = await startCheckout(scope, root, { strategy: 'session', algorithm: 'HS256', instances: 1, users: 1 });
  await rig.stop();
  expect(readdirSync(scope.directory)).toEqual(before);
});

test('rigs of other checkouts keep their files apart', async () => {
  const order = { strategy: 'none', algorithm: 'HS256', instances: 1, users: 1 } as const;
  const started = await Promise.all([1, 2].map(() => startCheckout(scope, root, order)));
  const directories = await Promise.all(
    started.map(({ rig }) => rig.redis?.client.config('GET', 'dir') as Promise<[string, string]>),
  );
  await Promise.all(started.map(({ rig }) => rig.stop()));
  const parents = directories.map(([, directory]) => directory.slice(0, directory.lastIndexOf('/')));
  expect(new Set(parents).size).toBe(2);
});
