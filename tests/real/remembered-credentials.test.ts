// What an instance keeps of the credentials that it remembers: no more than themselves, whatever their clients send with them.
import { expect, test } from 'vitest';
import { ask } from '../../bench/load/asking.ts';
import { userNames } from '../../bench/plan/users.ts';
import { instanceMemory, issueCredentials } from '../../bench/rig/admin.ts';
import type { Rig } from '../../bench/rig/rig.ts';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { startInstances, testScope } from './rig.ts';

const scope = await testScope();
const users = userNames(250);
const rounds = 4;

/** Bytes that a client sends beside its credential: of one request, nearly all that a server reads. */
const ballast = 12_000;

/** A credential with as much beside it, another time other things. */
const padded = ({ header, value }: IssuedCredential, round: number) =>
  header === 'cookie'
    ? `beside=${String(round).padStart(ballast, 'x')}; ${value}`
    : value.replace(' ', ' '.repeat(ballast + round));

const kept = async (rig: Rig) => {
  const { heapUsed, external, code } = await instanceMemory(rig, 0);
  return heapUsed - code + external;
};

test.each([
  ['jwt-cached', {}],
  ['jwt-cached', { CARRIAGE: 'cookie' }],
  ['session-cached', {}],
  ['opaque-cached', {}],
])('%s %o keeps nothing of what comes beside a credential', async (strategy, settings) => {
  const rig = await startInstances(scope, strategy, 1, settings);
  const credentials = await issueCredentials(rig, users);
  const [{ url }] = rig.instances as [Rig['instances'][number]];
  const before = await kept(rig);
  for (let round = 0; round < rounds; round += 1) {
    for (const credential of credentials) {
      const headers = [[credential.header, padded(credential, round)]] as const;
      expect((await ask(url, { path: '/me', headers })).status).toBe(200);
    }
  }
  expect(((await kept(rig)) - before) / users.length).toBeLessThan(ballast / 2);
  await rig.stop();
});
