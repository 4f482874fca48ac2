// `openssl speed`: how long this machine takes for the bare signature, which no library can beat.
import type { Algorithm } from '../../servers/tokens/algorithms.ts';

/** The algorithms that are timed: `openssl speed` knows ML-DSA from 3.5 on only, in a form of its own. */
export type TimedAlgorithm = Exclude<Algorithm, 'ML-DSA-44'>;

/** Arguments of one second of `openssl speed` in its machine-readable form, for verifying one signature of an algorithm. */
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

/**
 * Reads the seconds of one verification from the output of `openssl speed -mr`. The last field of its last `+F` line is,
 * for RSA, ECDSA and Ed25519, verifications per second; for HMAC bytes per second.
 * @throws {Error} when there is no such line.
 */
export function parseOpensslSeconds(algorithm: TimedAlgorithm, output: string, signedBytes: number): number {
  const line = output.split('\n').findLast((text) => /^\+F\d*:/.test(text));
  const last = Number(line?.split(':').at(-1));
  if (!line || !(last > 0)) throw new Error(`openssl speed printed nothing for ${algorithm}`);
  return algorithm === 'HS256' ? signedBytes / last : 1 / last;
}
