// An instance that stood still while a credential was revoked elsewhere, with a request waiting in its socket.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueCredentials } from '../../bench/rig/admin.ts';
import type { Rig } from '../../bench/rig/rig.ts';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import { ask, startInstances, testScope } from './rig.ts';

const scope = await testScope();
const tries = 10;

describe.each(['jwt-cached+replicated-blocklist', 'jwt-cached+bloom-blocklist', 'session-cached'])('%s', (strategy) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startInstances(scope, strategy, 2);
  });
  afterAll(() => rig.stop());

  test.each([
    ['before', 200],
    ['after', 200],
    ['before', 300],
    ['after', 300],
  ] as const)(
    'answers what came %s a revoke by the revoke, when it stood still for %i ms',
    async (when, milliseconds) => {
      const users = Array.from({ length: tries }, (_, index) => `user-${when}-${milliseconds}-${index}`);
      const statuses: number[] = [];
      for (const credential of await issueCredentials(rig, users))
        statuses.push(await askedAcross(credential, when, milliseconds));
      expect(statuses).not.toContain(200);
    },
  );

  /** The status of a request that waited in the instance's socket while it stood still, and its credential was revoked elsewhere. */
  async function askedAcross({ header, value }: IssuedCredential, when: 'before' | 'after', milliseconds: number) {
    const pid = rig.instances[0]?.pid as number;
    const me = () => ask(rig, 0, 'GET', '/me', { [header]: value });
    const revoke = async () => expect((await ask(rig, 1, 'POST', '/logout', { [header]: value })).status).toBe(200);
    expect((await me()).status).toBe(200);
    process.kill(pid, 'SIGSTOP');
    try {
      if (when === 'after') await revoke();
      const waiting = me();
      // It is in the socket by then.
      if (when === 'before') await sleep(5).then(revoke);
      await sleep(milliseconds);
      process.kill(pid, 'SIGCONT');
      return (await waiting).status;
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }
});
