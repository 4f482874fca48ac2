// A thief: uses stolen credentials at every instance at a fixed rate, from before they are revoked until after, and keeps the
// time and the answer of every use. It sends the revoke itself, so that both are read from one clock by one process.
import { setTimeout as sleep } from 'node:timers/promises';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import type { Ending } from '../analyse/exposure.ts';
import { seededRandom } from '../plan/random.ts';
import type { StolenUse } from '../record/exposure.ts';
import { type AdminRoutes, revokeCredentials } from '../rig/admin.ts';
import { Connection, requestHead } from './connection.ts';

export interface TheftOptions {
  /** Every instance. */
  readonly urls: readonly string[];
  readonly credentials: readonly IssuedCredential[];
  /** Milliseconds between two uses of a credential at one instance; a use that is not answered by then makes the next one wait. */
  readonly interval: number;
  /** Milliseconds over which the first uses are spread at random: what an instance keeps of a credential is then of any age. */
  readonly spread: number;
  readonly seed: number;
}

/** How a stolen credential stands. */
export interface Standing {
  /** When it was last accepted; 0 for never. */
  readonly lastAccepted: number;
  /** The latest use that each instance has answered was sent no earlier than this. */
  readonly lookedUntil: number;
}

/** Its uses at one instance. */
interface Theft {
  readonly uses: StolenUse[];
  lastAccepted: number;
  lookedUntil: number;
  stop(): void;
}

/** Nanoseconds on the clock that all processes of a machine share (CLOCK_MONOTONIC). */
const now = () => Number(process.hrtime.bigint());

/** Milliseconds after which a connection that was closed is opened again. */
const reopenAfter = 20;

/** Milliseconds in which an instance should have answered a first use. */
const answersWithin = 5_000;

/** How often it was begun: each time comes with delays of its own. */
let begun = 0;

/** Of each credential, at each instance. */
let thefts: readonly (readonly Theft[])[] = [];

/** Begins to use credentials, and returns when each has been answered once everywhere; those of before must have been ended. */
export async function beginUsing({ urls, credentials, interval, spread, seed }: TheftOptions): Promise<void> {
  const random = seededRandom(seed, `theft ${begun}`);
  begun += 1;
  thefts = await Promise.all(
    credentials.map((credential) =>
      Promise.all(
        urls.map((url, instance) =>
          steal(credential, instance, url, interval, Math.max(spread, interval) * random.fraction()),
        ),
      ),
    ),
  );
  await sleep(spread);
  const giveUp = now() + answersWithin * 1e6;
  while (now() < giveUp && thefts.flat().some(({ lookedUntil }) => lookedUntil === 0)) await sleep(1);
}

/** How each credential stands. */
export const standing = (): Standing[] =>
  thefts.map((all) => ({
    lastAccepted: Math.max(...all.map(({ lastAccepted }) => lastAccepted)),
    lookedUntil: Math.min(...all.map(({ lookedUntil }) => lookedUntil)),
  }));

/** Ends the use of all credentials; gives the uses of each that were answered, at each instance in the order of their answers. */
export function endUsing(): StolenUse[][] {
  for (const theft of thefts.flat()) theft.stop();
  return thefts.map((all) => all.flatMap(({ uses }) => uses));
}

/** Revokes a credential, and tells when. */
export async function revoke(rig: AdminRoutes, credential: IssuedCredential): Promise<Ending> {
  const called = now();
  await revokeCredentials(rig, [credential]);
  return { called, acknowledged: now() };
}

/** @param delay milliseconds to the first use. */
async function steal(
  { header, value }: IssuedCredential,
  instance: number,
  url: string,
  interval: number,
  delay: number,
): Promise<Theft> {
  const request = `${requestHead('GET', '/me', url)}${header}: ${value}\r\n\r\n`;
  let [sentAt, stopped] = [0, false];
  const connection = new Connection(url, {
    answered(_, status) {
      const answeredAt = now();
      theft.uses.push({ instance, sentAt, answeredAt, status });
      theft.lookedUntil = sentAt;
      if (status === 200) theft.lastAccepted = answeredAt;
    },
    // Without an answer: as if it had not been used.
    failed() {},
  });
  const open = () => {
    connection.open().catch(() => {
      if (!stopped) setTimeout(open, reopenAfter);
    });
  };
  await connection.open();
  let due = now() + delay * 1e6;
  const timer = setInterval(() => {
    if (now() < due || connection.busyWith >= 0) return;
    if (!connection.isOpen) return open();
    due = Math.max(due + interval * 1e6, now());
    sentAt = now();
    connection.send(request, 0);
  }, 1);
  const theft: Theft = {
    uses: [],
    lastAccepted: 0,
    lookedUntil: 0,
    stop() {
      stopped = true;
      clearInterval(timer);
      connection.close();
    },
  };
  return theft;
}
