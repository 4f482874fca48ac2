// Closed-loop load by autocannon: a fixed number of requests over a fixed number of connections, each answer checked.
// Runs as a worker of its own; its latencies are taken from autocannon's `response` event, in nanoseconds.
import autocannon from 'autocannon';
import type { AnswerCounts } from '../record/facts.ts';
import { answerCounts, judge, newVerdicts, type Verdict } from './answers.ts';
import { credentialSequence, headerLine, type PooledCredential } from './credentials.ts';
import { poolNamed } from './pool.ts';
import { familiesFor, goOn, refreshForm } from './refresh-families.ts';
import { countAnswers, factsOf, keep, type LoadFacts, newTally } from './tally.ts';

/** One request to send, and what its answer is worth. */
interface Shot {
  /** Its own header lines, each with its end. */
  readonly headers: string;
  readonly body?: string;
  /** Whether it has to be refused. */
  readonly invalid?: boolean;
  judge(status: number, body: string): Verdict;
}

export interface ClosedLoopOptions {
  readonly urls: readonly string[];
  /** The name of the pool to draw credentials from. */
  readonly pool: string;
  /** What the credential is presented to, where it is not `/me` itself; it answers alike. */
  readonly path?: string;
  readonly connections: number;
  readonly requests: number;
  readonly seed: number;
  /** The name under which this load is kept, for `mergeTallies`. */
  readonly tallyId?: string;
}

/** Sends `GET /me`, or to the path given, with credentials of the pool. */
export function loadMe(order: ClosedLoopOptions): Promise<LoadFacts> {
  const next = credentialSequence(poolNamed(order.pool), order.seed);
  return load(order, { method: 'GET', path: order.path ?? '/me' }, () => () => shotOf(next()));
}

/** Presents every credential of the pool once, in the pool's order. */
export function loadEach(order: Omit<ClosedLoopOptions, 'requests' | 'seed'>): Promise<LoadFacts> {
  const { credentials } = poolNamed(order.pool);
  let turn = 0;
  const next = () => credentials[turn++ % credentials.length] as PooledCredential;
  const requests = credentials.length;
  return load(
    { ...order, requests, seed: 0 },
    { method: 'GET', path: order.path ?? '/me' },
    () => () => shotOf(next()),
  );
}

const shotOf = (credential: PooledCredential): Shot => ({
  headers: headerLine(credential),
  invalid: !credential.valid,
  judge: (status, body) => judge(credential, status, body),
});

/** The same, with what the answers to each kind of credential were worth. */
export async function loadKinds(
  order: ClosedLoopOptions,
): Promise<{ load: LoadFacts; kinds: Record<string, AnswerCounts> }> {
  const next = credentialSequence(poolNamed(order.pool), order.seed);
  const counts = new Map<string, Record<Verdict, number>>();
  const facts = await load(order, { method: 'GET', path: '/me' }, () => () => {
    const credential = next();
    const { kind = '' } = credential;
    const shot = shotOf(credential);
    return {
      ...shot,
      judge(status, body) {
        const verdict = shot.judge(status, body);
        const own = counts.get(kind) ?? newVerdicts();
        own[verdict] += 1;
        counts.set(kind, own);
        return verdict;
      },
    };
  });
  return { load: facts, kinds: Object.fromEntries([...counts].map(([kind, own]) => [kind, answerCounts(own)])) };
}

/** Sends `POST /login` for the given accounts in turn, each with its password. */
export function loadLogin(
  order: ClosedLoopOptions,
  accounts: readonly { readonly user: string; readonly password: string }[],
): Promise<LoadFacts> {
  let turn = 0;
  return load(order, { method: 'POST', path: '/login' }, () => () => {
    const account = accounts[turn++ % accounts.length] as { user: string; password: string };
    return {
      headers: 'content-type: application/json\r\n',
      body: JSON.stringify(account),
      judge: (status, body) => judge({ user: account.user, valid: true }, status, body),
    };
  });
}

/** Sends `POST /token` with the refresh tokens of a pool of families; each connection goes on with families of its own. */
export function loadRefresh(order: ClosedLoopOptions): Promise<LoadFacts> {
  const ofConnection = familiesFor(order.pool, order.connections);
  return load(order, { method: 'POST', path: '/token' }, () => {
    const next = ofConnection();
    return () => {
      const family = next();
      return {
        headers: 'content-type: application/x-www-form-urlencoded\r\n',
        body: refreshForm(family),
        judge: (status, body) => goOn(family, status, body),
      };
    };
  });
}

async function load(
  { urls, connections, requests, tallyId }: ClosedLoopOptions,
  request: { method: 'GET' | 'POST'; path: string },
  shotsOfConnection: () => () => Shot,
): Promise<LoadFacts> {
  const tally = newTally(connections);
  if (tallyId !== undefined) keep(tallyId, tally);
  const { latency, verdicts } = tally;
  const window = windowOf(requests, connections);
  let [sent, answered, end, windowLatency] = [0, 0, 0, 0];

  const setupClient = (client: AutocannonClient) => {
    let shot: Shot;
    const nextShot = shotsOfConnection();
    const check = (status: number, body: string) => {
      verdicts[shot.judge(status, body)] += 1;
      if (shot.invalid) tally.invalid += 1;
    };
    client.setRequests([{ ...request, onResponse: check }]);
    const { currentRequest } = client.requestIterator;
    // As autocannon makes it, up to the empty line. To have it make each anew took a fifth of this process' time for a request.
    const head = currentRequest.requestBuffer.toString().slice(0, -'\r\n'.length);
    const aim = () => {
      shot = nextShot();
      currentRequest.requestBuffer = Buffer.from(`${head}${shot.headers}${endOf(shot.body)}`);
    };
    aim();
    client.on('request', () => {
      sent += 1;
      tally.sentBytes += client.getRequestBuffer().length;
    });
    // Registered before autocannon's own listener, so that the next request is ready when it is sent.
    client.on('response', (_status, responseBytes, milliseconds) => {
      const now = performance.now();
      end = now;
      answered += 1;
      if (answered === window.first) opened = now;
      if (answered > window.first && answered <= window.last) windowLatency += milliseconds * 1e6;
      if (answered === window.last) {
        const inWindow = window.last - window.first;
        const seconds = (now - opened) / 1000;
        tally.windows.push({ requests: inWindow, seconds, latencyMean: windowLatency / inWindow });
      }
      latency.record(Math.max(1, Math.round(milliseconds * 1e6)));
      tally.receivedBytes += responseBytes;
      // Connections share the work: with a part for each, the slowest would go on alone at the end.
      if (sent >= requests) client.responseMax = client.reqsMade;
      else aim();
    });
  };

  const begin = performance.now();
  let opened = begin;
  const options = {
    url: [...urls],
    connections: Math.min(connections, requests),
    // Far more than any connection will come to: the work ends when all requests have been sent.
    amount: requests * connections,
    timeout: 10,
    setupClient,
    // Only how often it looks whether it is done; none of its own figures is used.
    sampleInt: 20,
    excludeErrorStats: true,
    // As many failures as there are connections, and the load is given up: it would be tried again without end.
    bailout: connections,
  };
  const result = await autocannon(options as unknown as autocannon.Options);

  tally.seconds += Math.max(0, end - begin) / 1000;
  verdicts.error += result.errors;
  countAnswers(verdicts);
  return factsOf(tally);
}

/** What follows the header lines of a request. */
const endOf = (body = '') => (body === '' ? '\r\n' : `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);

/**
 * Between which answers, counted from 1, the rate is taken: all but the first and last tenth, in which connections are
 * still being made or already closed. A load of few answers per connection comes in bursts, and is taken whole.
 */
export function windowOf(requests: number, connections: number): { first: number; last: number } {
  if (requests < 10 * connections) return { first: 0, last: requests };
  return { first: Math.ceil(requests / 10), last: Math.floor(requests * 0.9) };
}

/** The part of autocannon's client that is used here; its published types leave most of it out. */
interface AutocannonClient {
  setRequests(requests: object[]): void;
  getRequestBuffer(): Buffer;
  /** There is but one request, and `requestBuffer` is what is sent of it. */
  readonly requestIterator: { readonly currentRequest: { requestBuffer: Buffer } };
  /** Requests that the connection has sent, and after how many it closes. */
  reqsMade: number;
  responseMax: number;
  on(event: 'request', listener: () => void): void;
  on(event: 'response', listener: (status: number, bytes: number, milliseconds: number) => void): void;
}
