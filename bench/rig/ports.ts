// Ports for processes that have to be told theirs.
import getPort from 'get-port';

/**
 * Below those that systems give to connections and to whoever asks for any (Linux from 32768, macOS and IANA from 49152): one
 * that is free now is not taken by chance before the process that is told it listens.
 */
const range = { from: 20_000, to: 32_768 };

/** Ports that are tried, in a drawn order. */
const candidates = 100;

/** A port of the loopback address that nobody listens on; never the same one twice. */
export const freePort = (): Promise<number> =>
  getPort({
    host: '127.0.0.1',
    reserve: true,
    port: Array.from({ length: candidates }, () => range.from + Math.floor(Math.random() * (range.to - range.from))),
  });
