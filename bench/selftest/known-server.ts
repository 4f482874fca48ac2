// A server that keeps to a known law, so that what a load generator says of it can be checked. Runs as a worker of its own,
// on bare sockets: after a stall hundreds of answers are due at once, and each must leave within microseconds.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { answeredAt, isSilent, type KnownLaw } from './known-law.ts';

/** Answers that are due, in the order in which they came: the law lets nobody overtake. */
let due: { readonly at: number; readonly socket: Socket; readonly answer: string; readonly index: number }[] = [];
let next = 0;
/** When each request was answered in truth, by its number: milliseconds of this process's clock, NaN for never. */
let answered: number[] = [];

let law: KnownLaw = { serviceTime: 0, stall: 0, period: 1, silentEvery: 0 };
let received = 0;
/** The beginning of the first period by this process's clock, in milliseconds. */
let origin = 0;
/** When the event loop last looked for requests: those that it found then had come by then. */
let looked = 0;

/** Starts the server. */
export async function listen(): Promise<{ url: string }> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.setEncoding('latin1').on('error', () => socket.destroy());
    // Requests of load generators: without a body, and never cut in two on the loopback.
    socket.on('data', (text) => {
      for (const request of String(text).split('\r\n\r\n').slice(0, -1)) receive(socket, request);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  spin();
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Begins a law anew, its first period now. @returns that moment in milliseconds of the clock that all processes share. */
export function keep(given: KnownLaw): number {
  law = given;
  received = 0;
  due = [];
  next = 0;
  answered = [];
  origin = performance.now();
  return Number(process.hrtime.bigint()) / 1e6;
}

/** When each request since the law began was answered in truth: milliseconds since that beginning, NaN for never. */
export const kept = (): number[] => answered.map((at) => at - origin);

function receive(socket: Socket, request: string): void {
  const index = received;
  received += 1;
  answered[index] = Number.NaN;
  if (isSilent(law, index)) return;
  const body = `{"user":"${/\r\nx-user: *(\S+)/i.exec(request)?.[1] ?? ''}"}`;
  const answer = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  due.push({ at: origin + answeredAt(law, looked - origin), socket, answer, index });
}

/**
 * Milliseconds that the server sleeps for when nothing is due so soon. One that never slept would be made to wait, milliseconds
 * at a time, for whatever else this machine has to do on its core.
 */
const nap = 0.05;
const napping = new Int32Array(new SharedArrayBuffer(4));

/** Timers have a grain of a millisecond: the event loop turns all the time, and looks each time whether an answer is due. */
function spin(): void {
  const now = performance.now();
  for (let first = due[next]; first && first.at <= now; first = due[next]) {
    next += 1;
    answered[first.index] = performance.now();
    first.socket.write(first.answer, 'latin1');
  }
  if (due[next] === undefined || (due[next]?.at ?? 0) - now > nap) Atomics.wait(napping, 0, 0, nap);
  setImmediate(spin);
  looked = performance.now();
}
