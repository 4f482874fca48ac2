// One HTTP/1.1 connection with one request at a time, and no more than a load generator needs. Of our own, because a
// generator on the client of a library gets through less than half of what wrk does (the self-test measures both).
import { connect, type Socket } from 'node:net';

/** What becomes of the request under way: one of the two is called, once, while `busyWith` still tells which one it was. */
export interface ConnectionObserver {
  answered(connection: Connection, status: number, body: string): void;
  failed(connection: Connection, error: Error): void;
}

const receiveBytes = 16_384;

/** How an answer's head gives the length of its body (RFC 9112 section 6); a server that sends chunks is not understood. */
const contentLength = /\r\ncontent-length: *(\d+)\r\n/i;
const statusLine = /^HTTP\/1\.[01] (\d{3})/;

export class Connection {
  /** The number that the caller gave the request under way; -1 when there is none. */
  busyWith = -1;
  readonly #url: URL;
  readonly #observer: ConnectionObserver;
  #socket: Socket | undefined;
  /** What has arrived of an answer that is not whole yet, one character per byte. */
  #received = '';
  /** Bytes of the sockets that were closed. */
  #before = { sent: 0, received: 0 };

  constructor(url: string, observer: ConnectionObserver) {
    this.#url = new URL(url);
    this.#observer = observer;
  }

  /** Connects, or connects again after a failure. */
  open(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect({
        host: this.#url.hostname,
        port: Number(this.#url.port || 80),
        noDelay: true,
        onread: {
          buffer: Buffer.allocUnsafe(receiveBytes),
          callback: (bytes, buffer) => {
            this.#receive((buffer as Buffer).toString('latin1', 0, bytes));
            return true;
          },
        },
      });
      socket.once('connect', resolve);
      const fail = (error: Error) => {
        reject(error);
        if (this.#socket === socket) this.#fail(error);
      };
      socket.on('error', fail).on('close', () => fail(new Error('the connection was closed')));
      this.#socket = socket;
    });
  }

  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  /** Sends a whole request, as bytes of Latin-1; `index` is the caller's number for it. */
  send(request: string, index: number): void {
    this.busyWith = index;
    this.#socket?.write(request, 'latin1');
  }

  /** Ends the connection; a request under way has failed. */
  close(): void {
    const socket = this.#socket;
    this.#before = this.bytes();
    this.#socket = undefined;
    this.#received = '';
    socket?.destroy();
  }

  /** Bytes sent and received so far, over all that this connection has been. */
  bytes(): { sent: number; received: number } {
    const { sent, received } = this.#before;
    return {
      sent: sent + (this.#socket?.bytesWritten ?? 0),
      received: received + (this.#socket?.bytesRead ?? 0),
    };
  }

  #fail(error: Error): void {
    this.#before = this.bytes();
    this.#socket?.destroy();
    this.#socket = undefined;
    this.#received = '';
    if (this.busyWith < 0) return;
    this.#observer.failed(this, error);
    this.busyWith = -1;
  }

  #receive(text: string): void {
    if (this.busyWith < 0) {
      this.#fail(new Error('an answer to no request'));
      return;
    }
    const answer = this.#received === '' ? text : this.#received + text;
    const head = answer.indexOf('\r\n\r\n');
    const length = head < 0 ? undefined : contentLength.exec(answer)?.[1];
    if (head >= 0 && length === undefined) {
      this.#fail(new Error('an answer without Content-Length'));
      return;
    }
    const end = head + 4 + Number(length);
    if (head >= 0 && answer.length > end) {
      this.#fail(new Error('more than the answer'));
      return;
    }
    if (head < 0 || answer.length < end) {
      this.#received = answer;
      return;
    }
    this.#received = '';
    const status = Number(statusLine.exec(answer)?.[1]);
    const index = this.busyWith;
    this.#observer.answered(this, status, answer.slice(head + 4, end));
    // Unless the observer has already sent the next one.
    if (this.busyWith === index) this.busyWith = -1;
  }
}

/** A request of a load, without its credential: everything up to where that header comes. */
export const requestHead = (method: string, path: string, url: string): string =>
  `${method} ${path} HTTP/1.1\r\nhost: ${new URL(url).host}\r\n`;
