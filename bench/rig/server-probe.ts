// What a server with a probe (`cpu-probe.ts`) is asked over TCP: its CPU again and again, and once where it stands.
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** One byte each: CPU seconds so far, answered by a double of eight bytes; where it stands, answered by JSON and the end. */
export const probeAsks = { cpu: '?', place: 'w' } as const;

const probedServerSchema = z.object({
  /** The cores that it may use, as Linux lists them. */
  cores: z.string(),
  /** CPUs that its control group may use at most; null without a limit. */
  cpuLimit: z.number().nullable(),
  /** The authorization server that it asks; null for none. */
  asks: z.string().nullable(),
});
export type ProbedServer = z.infer<typeof probedServerSchema>;

/** A server that the user runs has its probe one port above its own. */
export const probePortOf = (url: string): number => Number(new URL(url).port || 80) + 1;

/** Milliseconds that a probe has to answer. */
const patience = 2_000;

/** Asks a server where it stands; null for one without a probe. */
export async function askPlace(url: string): Promise<ProbedServer | null> {
  const socket = connect({ host: new URL(url).hostname, port: probePortOf(url), timeout: patience });
  socket.on('timeout', () => socket.destroy(new Error('no answer')));
  try {
    socket.write(probeAsks.place);
    return probedServerSchema.parse(JSON.parse(await text(socket)));
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}
