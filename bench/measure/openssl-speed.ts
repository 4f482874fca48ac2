// `openssl speed`: how long this machine takes for the bare signature, which no library can beat.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { Algorithm } from '../../servers/tokens/algorithms.ts';

/** The algorithms that are timed: `openssl speed` knows ML-DSA from 3.5 on only, in a form of its own. */
export type TimedAlgorithm = Exclude<Algorithm, 'ML-DSA-44'>;

/** Milliseconds that openssl has for a phase that is not wanted: without any calls in it, it may print no figures. */
const unwanted = 50;

/**
 * Runs `openssl speed` for about a second. It also times signing and, from 3.2 on, encryption, each for a second. It
 * ends its phases with SIGALRM itself; sent from here, that signal ends the phases that are not wanted.
 * @param openssl where the command stands.
 * @param signedBytes length of what is signed.
 * @param title name of the process, as its command line begins.
 * @returns CPU seconds of one verification.
 * @throws {Error} when openssl cannot be started or prints no figure.
 */
export async function opensslSeconds(
  openssl: string,
  algorithm: TimedAlgorithm,
  signedBytes: number,
  title: string,
): Promise<number> {
  const child = spawn(openssl, opensslArguments(algorithm, signedBytes), {
    argv0: title,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (beginsUnwantedPhase(line)) setTimeout(() => child.kill('SIGALRM'), unwanted);
  });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return parseOpensslSeconds(algorithm, output, signedBytes);
}

/** Arguments of one second of `openssl speed`, in its machine-readable form, for verifying one signature. */
export function opensslArguments(algorithm: TimedAlgorithm, signedBytes: number): string[] {
  const subject: Record<TimedAlgorithm, string[]> = {
    HS256: ['-bytes', String(signedBytes), '-hmac', 'sha256'],
    RS256: ['rsa2048'],
    PS256: ['rsa2048'],
    ES256: ['ecdsap256'],
    EdDSA: ['ed25519'],
  };
  return ['speed', '-mr', '-seconds', '1', ...subject[algorithm]];
}

/** Whether a line of openssl's stderr, `+DTP:bits:what:algorithm:seconds`, begins a phase other than verification. */
export const beginsUnwantedPhase = (line: string): boolean => /^\+DTP:/.test(line) && !/verify|public:rsa:/.test(line);

/** Which field of the `+F` line is verifications per second; from OpenSSL 3.2 on RSA's goes on after it. */
const verificationField: Record<TimedAlgorithm, number> = { HS256: -1, RS256: 4, PS256: 4, ES256: 4, EdDSA: 5 };

/**
 * Reads the seconds of one verification from the output of `openssl speed -mr`. Its last `+F` line tells signatures and
 * verifications per second; for HMAC bytes per second.
 * @throws {Error} when there is no such line.
 */
export function parseOpensslSeconds(algorithm: TimedAlgorithm, output: string, signedBytes: number): number {
  const line = output.split('\n').findLast((text) => /^\+F\d*:/.test(text));
  const rate = Number(line?.split(':').at(verificationField[algorithm]));
  if (!line || !(rate > 0)) throw new Error(`openssl speed printed nothing for ${algorithm}`);
  return algorithm === 'HS256' ? signedBytes / rate : 1 / rate;
}
