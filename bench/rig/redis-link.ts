// The way from an instance to Redis, so that it can be cut while everything else goes on: a relay of TCP connections.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface RedisLink {
  /** The URL by which the instance reaches Redis over this link. */
  readonly url: string;
  /** Closes every connection and refuses new ones, as when Redis has ended. */
  cut(): Promise<void>;
  /** Lets nothing through and closes nothing, as when packets are lost; what was under way arrives when it is mended. */
  silence(): void;
  /** Takes connections, or lets them go on. */
  mend(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens a link to the Redis of a URL. */
export async function openRedisLink(redisUrl: string): Promise<RedisLink> {
  const target = new URL(redisUrl);
  const sockets = new Set<Socket>();
  let silent = false;
  const join = (near: Socket) => {
    const far = connect({ host: target.hostname, port: Number(target.port || 6379), noDelay: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true).on('data', (bytes) => other.write(bytes));
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket);
          other.destroy();
        });
      if (silent) socket.pause();
    }
  };
  const closeAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  let server: Server = createServer(join);
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = new URL(redisUrl);
  url.hostname = '127.0.0.1';
  url.port = String(port);

  const close = async () => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    closeAll();
    await closed;
  };
  return {
    url: url.href,
    cut: close,
    silence() {
      silent = true;
      for (const socket of sockets) socket.pause();
    },
    async mend() {
      silent = false;
      for (const socket of sockets) socket.resume();
      if (server.listening) return;
      server = createServer(join);
      await listen(port);
    },
    stop: close,
  };
}
