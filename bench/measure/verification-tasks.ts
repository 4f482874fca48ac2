// Times the verification of access tokens by jose and by fast-jwt, and puts openssl's own speed beside them. A worker.
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { createVerifier, type Algorithm as KnownToFastJwt } from 'fast-jwt';
import type { JWK } from 'jose';
import { issueAccessToken, type TokenProfile, verifyAccessToken } from '../../servers/tokens/access-token.ts';
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { importKeys } from '../../servers/tokens/keys.ts';
import { seededRandom } from '../plan/random.ts';
import type { Row } from '../record/facts.ts';
import { opensslSeconds } from './openssl-speed.ts';
import { type Calls, type TimedOperation, timeOperations } from './operations.ts';

/** Calls of each task, by what one call costs. */
export interface VerificationCalls {
  /** One token again and again out of the cache of fast-jwt, whatever the algorithm: some 2 µs. */
  readonly cached: Calls;
  /** HS256: some 6 to 40 µs. */
  readonly hmac: Calls;
  /** Every other algorithm: some 40 to 180 µs. */
  readonly signature: Calls;
}

export interface VerificationOptions {
  readonly keys: readonly (readonly [Algorithm, JWK])[];
  readonly calls: VerificationCalls;
  readonly seed: number;
}

/** Distinct tokens in rotation; the cache of fast-jwt holds half of them, so that rotation never hits it. */
const tokens = 500;

/**
 * Times each library over distinct tokens in rotation and over one repeated token, for all algorithms in one process.
 * The tasks of a library share its JavaScript, whatever the algorithm. HS256, the cheapest, makes most of the calls
 * that V8 needs to compile it; the other algorithms warm up only what is their own.
 * @returns rows with the factors `alg`, `library` and `tokens`; nanoseconds for one token.
 * @throws {Error} when a library rejects a token or takes it for another user's.
 */
export async function timeVerification({ keys, calls, seed }: VerificationOptions): Promise<Row[]> {
  const operations: TimedOperation[] = [];
  for (const [algorithm, key] of keys) {
    operations.push(...(await tasksOf(algorithm, key, calls)));
  }
  return timeOperations(operations, seededRandom(seed, 'order of verification tasks'));
}

/**
 * Asks openssl for the bare signature of each algorithm, for about a second each. It is not asked for ML-DSA-44, which
 * it knows from 3.5 on only, nor for PS256, whose signature is the RSA operation of RS256 with another padding.
 * @param openssl where the command stands.
 * @returns rows with the factors `alg`, `library` and `tokens`; nanoseconds of CPU for one verification. What openssl
 * does not time here is left out.
 */
export async function timeSignatures(openssl: string, { keys }: Pick<VerificationOptions, 'keys'>): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [algorithm, key] of keys) {
    if (algorithm === 'ML-DSA-44' || algorithm === 'PS256') continue;
    const { token } = await issueAccessToken(
      userOf(0),
      await importKeys(JSON.stringify(key), algorithm),
      profileOf(algorithm),
    );
    // The run's mark, which is this worker's title, for the janitor to find.
    const facts: Row['facts'] = await opensslSeconds(openssl, algorithm, token.lastIndexOf('.'), process.title).then(
      (seconds) => ({ type: 'operation', samples: 1, mean: seconds * 1e9 }),
      ({ message }: Error) => ({ type: 'leftOut', reason: message }),
    );
    rows.push({ factors: { alg: algorithm, library: 'openssl', tokens: 'signature alone' }, facts });
  }
  return rows;
}

const profileOf = (algorithm: Algorithm): TokenProfile => ({
  algorithm,
  issuer: 'https://issuer.auth-bench.test',
  audience: 'https://api.auth-bench.test',
  clientId: 'auth-bench-client',
  lifeSeconds: 900,
});

const userOf = (index: number) => `user-${index}`;

async function tasksOf(algorithm: Algorithm, key: JWK, calls: VerificationCalls): Promise<TimedOperation[]> {
  const profile = profileOf(algorithm);
  const keys = await importKeys(JSON.stringify(key), algorithm);
  const pool = await Promise.all(
    Array.from({ length: tokens }, async (_, index) => ({
      user: userOf(index),
      token: (await issueAccessToken(userOf(index), keys, profile)).token,
    })),
  );
  const libraries: Readonly<Record<string, Verify>> = {
    jose: (token) => verifyAccessToken(token, keys, profile),
    ...(algorithm === 'ML-DSA-44' ? {} : fastJwt(algorithm, key, profile)),
  };
  return Object.entries(libraries).flatMap(([library, verify]) =>
    (['distinct', 'repeated'] as const).map((kind) => {
      let turn = 0;
      const cached = library === withCache && kind === 'repeated';
      return {
        factors: { alg: algorithm, library, tokens: kind },
        calls: cached ? calls.cached : algorithm === 'HS256' ? calls.hmac : calls.signature,
        async operation() {
          const { user, token } = pool[kind === 'distinct' ? turn++ % tokens : 0] as (typeof pool)[number];
          const { sub } = await verify(token);
          if (sub !== user) throw new Error(`${library} took the token of ${user} for ${sub}'s`);
        },
      };
    }),
  );
}

const withCache = 'fast-jwt with cache';

type Verify = (token: string) => Promise<{ sub: string }> | { sub: string };

/** fast-jwt with and without its cache, asked to check what jose checks. */
function fastJwt(algorithm: KnownToFastJwt, key: JWK, { issuer, audience }: TokenProfile): Record<string, Verify> {
  const options = {
    key: algorithm === 'HS256' ? Buffer.from(key.k as string, 'base64url') : publicPem(key),
    algorithms: [algorithm],
    checkTyp: 'at+jwt',
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['sub', 'client_id', 'iat', 'exp', 'jti'],
  };
  const plain = createVerifier(options);
  const cached = createVerifier({ ...options, cache: tokens / 2 });
  return { 'fast-jwt': (token) => plain(token), [withCache]: (token) => cached(token) };
}

const publicPem = (key: JWK) =>
  createPublicKey({ key: key as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string;
