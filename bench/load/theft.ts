// A thief: uses stolen credentials at every instance at a fixed rate, from before they are revoked until after, and keeps the
// time and the answer of every use. When a credential ended is for others to say.
import type { IssuedCredential } from '../../servers/admin.ts';
import type { StolenUse } from '../analyse/exposure.ts';
import { Connection, requestHead } from './connection.ts';

export interface TheftOrder {
  /** Every instance. */
  readonly urls: readonly string[];
  readonly credentials: readonly IssuedCredential[];
  /** Milliseconds between two uses of a credential at one instance; a use that is not answered by then makes the next one wait. */
  readonly interval: number;
}

interface Theft {
  readonly uses: StolenUse[];
  stop(): void;
}

/** Nanoseconds on the clock that all processes of a machine share (CLOCK_MONOTONIC). */
const now = () => Number(process.hrtime.bigint());

/** Milliseconds after which a connection that was closed is opened again. */
const reopenAfter = 20;

let thefts: readonly Theft[] = [];

/** Begins to use credentials; those of before must have been ended. */
export async function beginUsing({ urls, credentials, interval }: TheftOrder): Promise<void> {
  thefts = await Promise.all(credentials.map((credential, index) => steal(credential, index, urls, interval)));
}

/** When each credential was last accepted, on the machine's monotonic clock in nanoseconds; 0 for never. */
export const lastAccepted = (): number[] =>
  thefts.map(({ uses }) => Math.max(0, ...uses.filter(({ status }) => status === 200).map((use) => use.answeredAt)));

/** Ends the use of all credentials; gives the uses of each that were answered, in the order of their answers. */
export function endUsing(): StolenUse[][] {
  for (const theft of thefts) theft.stop();
  return thefts.map(({ uses }) => uses);
}

async function steal(
  { header, value }: IssuedCredential,
  index: number,
  urls: readonly string[],
  interval: number,
): Promise<Theft> {
  const uses: StolenUse[] = [];
  let stopped = false;
  const stops = await Promise.all(
    urls.map(async (url, instance) => {
      const request = `${requestHead('GET', '/me', url)}${header}: ${value}\r\n\r\n`;
      let [sentAt, due] = [0, 0];
      const connection = new Connection(url, {
        answered(_, status) {
          uses.push({ instance, sentAt, answeredAt: now(), status });
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
      // Instances and credentials in turn, so that the uses are spread over the interval.
      due = now() + (((instance + index / 7) % urls.length) / urls.length) * interval * 1e6;
      const timer = setInterval(() => {
        if (now() < due || connection.busyWith >= 0) return;
        if (!connection.isOpen) return open();
        due = Math.max(due + interval * 1e6, now());
        sentAt = now();
        connection.send(request, 0);
      }, 1);
      return () => {
        clearInterval(timer);
        connection.close();
      };
    }),
  );
  return {
    uses,
    stop() {
      stopped = true;
      for (const stop of stops) stop();
    },
  };
}
