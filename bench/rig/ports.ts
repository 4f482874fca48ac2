// A port that is free at the moment of asking.
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of the loopback address that nobody listens on, chosen by the system. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
