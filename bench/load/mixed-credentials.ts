// Credentials of every kind that real traffic has: most valid, and of those that are not, each kind as many.
import type { JWK } from 'jose';
import type { IssuedCredential } from '../../servers/admin/issued-credential.ts';
import type { Algorithm } from '../../servers/tokens/algorithms.ts';
import { forged, type PooledCredential } from './credentials.ts';
import { carrierOf } from './negative-cases/carrier.ts';
import { sessionIdIn, signedCookie } from './negative-cases/cookie-cases.ts';
import { decode, type Members, type Sign, signerOf, token } from './negative-cases/forging.ts';

/** What can be wrong with a credential; a session expires when its time is over in the store. */
type InvalidKind = 'expired' | 'tampered' | 'wrongAudience' | 'wrongKey' | 'revoked' | 'missing';

export interface MixedMaterial {
  readonly valid: readonly IssuedCredential[];
  /** Valid once; both empty where there is no such thing. */
  readonly revoked: readonly IssuedCredential[];
  readonly expired: readonly IssuedCredential[];
  /** How many there are to be of each kind that is not valid. */
  readonly ofKind: number;
  readonly algorithm: Algorithm;
  readonly key: JWK;
  readonly foreignKey: JWK;
  readonly sessionSecret: string;
}

type Forge = (credential: IssuedCredential) => string | Promise<string>;

/** A pool with all kinds that there are of a credential. */
export async function mixedCredentials(material: MixedMaterial): Promise<PooledCredential[]> {
  const { valid, revoked, expired, ofKind } = material;
  const [first] = valid;
  if (!first) return [];
  const of = (kind: InvalidKind, credentials: readonly IssuedCredential[]): PooledCredential[] =>
    credentials.map((credential) => ({ ...credential, valid: false, kind }));
  const some = valid.slice(0, ofKind);
  const made = Object.entries(await forgersFor(first, material)).map(async ([kind, forge]) => {
    const forgeries = some.map(async (credential) => ({ ...credential, value: await forge(credential) }));
    return of(kind as InvalidKind, await Promise.all(forgeries));
  });
  return [
    ...valid.map((credential) => ({ ...credential, valid: true, kind: 'valid' })),
    ...of('revoked', revoked),
    ...of('expired', expired),
    ...(await Promise.all(made)).flat(),
    ...of('tampered', some.flatMap(tampered)),
    ...some.map(({ user }) => ({ user, header: null, value: '', valid: false, kind: 'missing' })),
  ];
}

/** None where there is no proof that could be tampered with. */
function tampered(credential: IssuedCredential): IssuedCredential[] {
  const value = forged(credential)?.value;
  return value === undefined ? [] : [{ ...credential, value }];
}

/** What can be made of a valid credential without asking anybody. */
async function forgersFor(
  credential: IssuedCredential,
  { algorithm, key, foreignKey, sessionSecret }: MixedMaterial,
): Promise<Partial<Record<InvalidKind, Forge>>> {
  const { kind } = carrierOf(credential);
  if (kind === 'session') {
    return {
      wrongKey: withProof((proof) => signedCookie(proof, sessionIdIn(proof), `not-${sessionSecret}`)),
    };
  }
  if (kind !== 'signed') return {};
  const [sign, foreign] = [await signerOf(key, algorithm), await signerOf(foreignKey, algorithm)];
  return {
    expired: withClaims(sign, ({ iat }) => ({ iat: Number(iat) - 3_600, exp: Number(iat) - 1 })),
    wrongAudience: withClaims(sign, () => ({ aud: 'https://api.somebody-else.test' })),
    wrongKey: withClaims(foreign, () => ({})),
  };
}

/** The same header with another proof in it. */
function withProof(make: (proof: string) => string | Promise<string>): Forge {
  return async (credential) => {
    const { proof, carry } = carrierOf(credential);
    const [[, value = ''] = []] = carry(await make(proof));
    return value;
  };
}

const withClaims = (sign: Sign, change: (claims: Members) => Members): Forge =>
  withProof((proof) => {
    const [header = '', claims = ''] = proof.split('.');
    return token(decode(header), { ...decode(claims), ...change(decode(claims)) }, sign);
  });
