// Ports for processes that have to be told theirs.
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below those that systems give to connections and to whoever asks for any (Linux from 32768, macOS and IANA from 49152): one
 * that is free now is not taken by chance before the process that is told it listens.
 */
const range = { from: 20_000, to: 32_768 };

/** Given out by this process: it may not be listened on yet. */
const given = new Set<number>();

/** A port of the loopback address that nobody listens on; never the same one twice. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = range.from + Math.floor(Math.random() * (range.to - range.from));
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
