// A way to Redis over something that forgets connections without a word, as a NAT does: what Redis closes stays open to the client
// and silent, and the client's own end is never answered.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface ForgetfulLink {
  readonly url: string;
  /** From now on, new connections lead to another Redis. */
  leadTo(redisUrl: string): void;
  stop(): Promise<void>;
}

/** Opens such a way to the Redis of a URL; `CLIENT KILL` there makes it forget a connection. */
export async function openForgetfulLink(redisUrl: string): Promise<ForgetfulLink> {
  let { hostname, port } = new URL(redisUrl);
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ host: hostname, port: Number(port), noDelay: true });
    for (const socket of [near, far]) sockets.add(socket.on('error', () => {}));
    near.on('data', (bytes) => far.write(bytes)).on('close', () => far.destroy());
    far.on('data', (bytes) => near.write(bytes));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo(anotherUrl) {
      ({ hostname, port } = new URL(anotherUrl));
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
