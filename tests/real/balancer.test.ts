// What the balancer passes to the instances, and what it keeps from them.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Rig, startRig } from '../../bench/rig/rig.ts';
import { testScope } from './rig.ts';

const scope = await testScope();
let rig: Rig;
beforeAll(async () => {
  rig = await startRig(scope, { strategy: 'jwt', algorithm: 'HS256', instances: 1, balancer: 'haproxy' }, null);
});
afterAll(() => rig.stop());

/** The status of a request whose target is sent as it stands; no client tidies it up. */
async function statusOf(method: string, target: string, url: string): Promise<number> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const headers = [`host: ${hostname}`, `x-admin-secret: ${rig.adminSecret}`, 'content-length: 0', 'connection: close'];
  socket.write([`${method} ${target} HTTP/1.1`, ...headers, '', ''].join('\r\n'));
  return Number((await text(socket)).split(' ')[1]);
}
const door = () => rig.entries[0]?.[0] as string;
const instance = () => rig.instances[0]?.url as string;

test('the balancer passes what clients ask for', async () => {
  expect(await statusOf('GET', '/healthz', door())).toBe(200);
});

test.each(['/admin/memory', '/%61dmin/memory', '/admin%2Fmemory', 'http://127.0.0.1/admin/memory'])(
  'the balancer does not pass %s, for all that the admin secret is right',
  async (target) => {
    expect(await statusOf('POST', target, door())).toBe(404);
  },
);

test('an instance itself answers its operator', async () => {
  expect(await statusOf('POST', '/admin/memory', instance())).toBe(200);
});
