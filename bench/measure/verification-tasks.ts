// Times the verification of access tokens by jose and by fast-jwt, and puts openssl's own speed beside them. A worker.
import { spawnSync } from 'node:child_process';
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { createVerifier, type Algorithm as KnownToFastJwt } from 'fast-jwt';
import type { JWK } from 'jose';
import { issueAccessToken, type TokenProfile, verifyAccessToken } from '../../servers/tokens/access-token.ts';
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { importKeys } from '../../servers/tokens/keys.ts';
import type { Row } from '../record/facts.ts';
import { opensslArguments, parseOpensslSeconds } from './openssl-speed.ts';
import { timeOperations } from './operations.ts';

export interface VerificationOrder {
  readonly algorithm: Algorithm;
  readonly key: JWK;
  readonly milliseconds: number;
  /** Where openssl stands; null to leave it out. */
  readonly openssl: string | null;
}

/** Distinct tokens in rotation; the cache of fast-jwt holds half of them, so that in rotation it never answers. */
const tokens = 500;

/** Times each library over distinct tokens in rotation and over one token again and again. */
export async function timeVerification({ algorithm, key, milliseconds, openssl }: VerificationOrder): Promise<Row[]> {
  const profile: TokenProfile = {
    algorithm,
    issuer: 'https://issuer.auth-bench.test',
    audience: 'https://api.auth-bench.test',
    clientId: 'auth-bench-client',
    lifeSeconds: 900,
  };
  const keys = await importKeys(JSON.stringify(key), algorithm);
  const pool = await Promise.all(
    Array.from({ length: tokens }, async (_, index) => ({
      user: `user-${index}`,
      token: (await issueAccessToken(`user-${index}`, keys, profile)).token,
    })),
  );
  const libraries: Readonly<Record<string, Verify>> = {
    jose: (token) => verifyAccessToken(token, keys, profile),
    ...(algorithm === 'ML-DSA-44' ? {} : fastJwt(algorithm, key, profile)),
  };

  const rows = await timeOperations(
    Object.entries(libraries).flatMap(([library, verify]) =>
      (['distinct', 'repeated'] as const).map((kind) => {
        let turn = 0;
        return {
          factors: { library, tokens: kind },
          async operation() {
            const { user, token } = pool[kind === 'distinct' ? turn++ % tokens : 0] as (typeof pool)[number];
            const { sub } = await verify(token);
            if (sub !== user) throw new Error(`${library} took the token of ${user} for ${sub}'s`);
          },
        };
      }),
    ),
    milliseconds,
  );
  if (openssl && algorithm !== 'ML-DSA-44') {
    const signedBytes = pool[0]?.token.lastIndexOf('.') ?? 0;
    const { stdout } = spawnSync(openssl, opensslArguments(algorithm, signedBytes), {
      encoding: 'utf8',
      // The run's mark, which is this worker's title, for the janitor to find.
      argv0: process.title,
    });
    rows.push({
      factors: { library: 'openssl', tokens: 'signature alone' },
      facts: { type: 'operation', samples: 1, mean: parseOpensslSeconds(algorithm, stdout, signedBytes) * 1e9 },
    });
  }
  return rows;
}

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
  return { 'fast-jwt': (token) => plain(token), 'fast-jwt with cache': (token) => cached(token) };
}

const publicPem = (key: JWK) =>
  createPublicKey({ key: key as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string;
