// Access tokens as RFC 9068 wants them: issued and verified here and nowhere else.
import { randomUUID } from 'node:crypto';
import {
  type CryptoKey,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  jwtVerify,
  SignJWT,
} from 'jose';
import { clockSkew } from '../store/clock-skew.ts';
import type { Algorithm } from './algorithms.ts';
import type { TokenKeys } from './keys.ts';

/** Who issues, for whom, and for how long; the same on every instance. */
export interface TokenProfile {
  readonly algorithm: Algorithm;
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly lifeSeconds: number;
  /** What its user may do (RFC 9068 section 2.2.3.1); not told in the token without any. */
  readonly roles?: readonly string[];
}

/** What a token is verified with: one key, or whatever finds the key that a token names. */
export interface VerifyingKeys {
  readonly verifying: CryptoKey | JWTVerifyGetKey;
  /** Changes when what was verified before has to be verified anew; absent where keys stay as they are. */
  version?(): number;
}

/** What an accepted token says. `iat` and `exp` are seconds since the epoch. */
export interface TokenClaims {
  readonly sub: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  /** The family of refresh tokens that it came of; absent of a token that came of none. */
  readonly sid?: string;
}

export interface IssuedToken {
  readonly token: string;
  readonly claims: TokenClaims;
}

/** The times of a token that is issued now. */
export function timesFromNow({ lifeSeconds }: TokenProfile): Pick<TokenClaims, 'iat' | 'exp'> {
  const iat = Math.floor(Date.now() / 1000);
  return { iat, exp: iat + lifeSeconds };
}

/** Signs an access token for a user, with `typ: at+jwt` and the claims that RFC 9068 section 2.2 requires. */
export async function issueAccessToken(
  user: string,
  keys: TokenKeys,
  profile: TokenProfile,
  times = timesFromNow(profile),
  family?: string,
): Promise<IssuedToken> {
  const { clientId, roles = [] } = profile;
  const claims: TokenClaims = {
    sub: user,
    jti: randomUUID(),
    ...times,
    ...(family === undefined ? {} : { sid: family }),
  };
  const token = await new SignJWT({
    client_id: clientId,
    ...(roles.length > 0 ? { roles } : {}),
    ...(family === undefined ? {} : { sid: family }),
  })
    .setProtectedHeader({ alg: profile.algorithm, typ: 'at+jwt', kid: keys.kid })
    .setIssuer(profile.issuer)
    .setAudience(profile.audience)
    .setSubject(user)
    .setJti(claims.jti)
    .setIssuedAt(claims.iat)
    .setExpirationTime(claims.exp)
    .sign(keys.signing);
  return { token, claims };
}

/**
 * Three parts in the one spelling that base64url has for their bytes: no padding, no bits left over (RFC 7515 section 2, RFC 4648
 * section 3.5). jose reads other spellings, too, and a token would then be good in many. Nor does JSON begin with a byte order mark
 * (RFC 8259 section 8.1), which a decoder skips.
 */
const part = '(?:[\\w-]{4})*(?:[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])?';
const noMark = '(?!77u_)';
const compactForm = new RegExp(`^${noMark}${part}\\.${noMark}${part}\\.${part}$`);

/**
 * Verifies an access token. The algorithm and the key are the server's own choice, never the token's
 * (RFC 8725 section 3.1); issuer, audience, type, lifetime and the required claims are checked (RFC 9068 section 4).
 * @throws {import('jose').errors.JOSEError} when the token is refused.
 */
export async function verifyAccessToken(
  token: string,
  { verifying }: VerifyingKeys,
  profile: TokenProfile,
): Promise<TokenClaims> {
  if (!compactForm.test(token)) throw new errors.JWTInvalid('not in the compact form');
  const options: JWTVerifyOptions = {
    algorithms: [profile.algorithm],
    typ: 'at+jwt',
    issuer: profile.issuer,
    audience: profile.audience,
  };
  const { payload, protectedHeader } = await (typeof verifying === 'function'
    ? jwtVerify(token, verifying, options)
    : jwtVerify(token, verifying, options));
  // RFC 7797 section 6: a verifier that does not know it would read another payload.
  if (protectedHeader.b64 !== undefined) throw new errors.JWTInvalid('b64 has no place in a JWT');
  return claimsOf(payload, profile);
}

/**
 * The claims that RFC 9068 section 2.2 requires, each of its type: jose looks whether they are there, not what they are. A stolen key
 * signs any times: a token that lives longer than any that is issued, or was issued in the future, is rejected.
 */
function claimsOf(payload: JWTPayload, { lifeSeconds }: TokenProfile): TokenClaims {
  const { sub, jti, client_id, iat, exp, sid = 'none' } = payload;
  const texts = [sub, jti, client_id, sid].every((claim) => typeof claim === 'string' && claim !== '');
  // Whole seconds, as they are issued: Redis keeps what was revoked until a whole second, and knows no other.
  if (!texts || ![iat, exp].every(Number.isSafeInteger))
    throw new errors.JWTInvalid('a claim is missing or of another type');
  const claims = payload as unknown as TokenClaims;
  if (claims.exp - claims.iat > lifeSeconds) throw new errors.JWTInvalid('it lives longer than any that is issued');
  if (claims.iat > Date.now() / 1000 + clockSkew) throw new errors.JWTInvalid('it was issued in the future');
  return claims;
}
