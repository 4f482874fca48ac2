// Tokens that the run's own key has signed and that must be refused all the same: of another kind, for somebody else, out of
// their time, or not of the form that was agreed.
import { deflateRawSync } from 'node:zlib';
import { encode, type Members, type Part, type Sign, token } from './forging.ts';

export interface Parts {
  /** Of a valid token. */
  readonly header: Members;
  readonly claims: Members;
  /** With the run's key. */
  readonly sign: Sign;
}

const audience = (claims: Members) => String(claims.aud);
const issuer = (claims: Members) => String(claims.iss);
const issued = (claims: Members) => Number(claims.iat);

/** Changes of the claims; a member that is undefined is left out. */
const claimChanges: Record<string, (claims: Members) => Members> = {
  expired: (claims) => ({ exp: issued(claims) - 1 }),
  'expired by a fraction': (claims) => ({ exp: issued(claims) - 0.5 }),
  'expired in 1970': () => ({ exp: 1 }),
  'exp 0': () => ({ exp: 0 }),
  'exp negative': () => ({ exp: -1 }),
  'exp missing': () => ({ exp: undefined }),
  'exp null': () => ({ exp: null }),
  'exp a string': ({ exp }) => ({ exp: String(exp) }),
  'exp an array': ({ exp }) => ({ exp: [exp] }),
  'exp true': () => ({ exp: true }),
  // Whole seconds were agreed: what takes a token back keeps it until its `exp`, and Redis counts whole seconds.
  'exp with a fraction': ({ exp }) => ({ exp: Number(exp) + 0.5 }),
  // A stolen key signs any times: nothing that is issued lives so long, or begins then.
  'exp in the year 2100': () => ({ exp: 4_102_444_800 }),
  'iat an hour ahead': (claims) => ({ iat: issued(claims) + 3_600, exp: issued(claims) + 3_660 }),
  'iat missing': () => ({ iat: undefined }),
  'iat a string': (claims) => ({ iat: String(issued(claims)) }),
  'nbf in the future': ({ exp }) => ({ nbf: exp }),
  'nbf a string': (claims) => ({ nbf: String(issued(claims)) }),
  'iss missing': () => ({ iss: undefined }),
  'iss of somebody else': () => ({ iss: 'https://issuer.somebody-else.test' }),
  'iss empty': () => ({ iss: '' }),
  'iss with a slash behind': (claims) => ({ iss: `${issuer(claims)}/` }),
  'iss in upper case': (claims) => ({ iss: issuer(claims).toUpperCase() }),
  'iss that begins like ours': (claims) => ({ iss: `${issuer(claims)}.somebody-else.test` }),
  'iss an array': (claims) => ({ iss: [issuer(claims)] }),
  'aud missing': () => ({ aud: undefined }),
  'aud of somebody else': () => ({ aud: 'https://api.somebody-else.test' }),
  'aud empty': () => ({ aud: '' }),
  'aud an array without ours': () => ({ aud: ['https://api.somebody-else.test', 'https://other.test'] }),
  'aud an empty array': () => ({ aud: [] }),
  'aud that contains ours': (claims) => ({ aud: `https://other.test ${audience(claims)}` }),
  'aud that begins like ours': (claims) => ({ aud: `${audience(claims)}.somebody-else.test` }),
  'aud a part of ours': (claims) => ({ aud: audience(claims).slice(0, -1) }),
  'aud an object': (claims) => ({ aud: { [audience(claims)]: true } }),
  'aud an array in an array': (claims) => ({ aud: [[audience(claims)]] }),
  'sub missing': () => ({ sub: undefined }),
  'sub empty': () => ({ sub: '' }),
  'sub null': () => ({ sub: null }),
  'sub a number': () => ({ sub: 1 }),
  'sub an array': ({ sub }) => ({ sub: [sub] }),
  'sub an object': ({ sub }) => ({ sub: { sub } }),
  'jti missing': () => ({ jti: undefined }),
  'jti empty': () => ({ jti: '' }),
  'jti a number': () => ({ jti: 1 }),
  'jti an array': ({ jti }) => ({ jti: [jti] }),
  'client_id missing': () => ({ client_id: undefined }),
  'client_id empty': () => ({ client_id: '' }),
  'client_id a number': () => ({ client_id: 1 }),
};

/** Changes of the header. RFC 9068 section 4 knows one type of access token; RFC 7515 section 4.1.11 what `crit` means. */
const headerChanges: Record<string, (header: Members) => Members> = {
  'typ missing': () => ({ typ: undefined }),
  'typ JWT': () => ({ typ: 'JWT' }),
  'typ empty': () => ({ typ: '' }),
  'typ of a refresh token': () => ({ typ: 'rt+jwt' }),
  'typ of a logout token': () => ({ typ: 'logout+jwt' }),
  'typ of a DPoP proof': () => ({ typ: 'dpop+jwt' }),
  'typ with a space': () => ({ typ: 'at+jwt ' }),
  'typ of a text': () => ({ typ: 'text/at+jwt' }),
  'typ an array': () => ({ typ: ['at+jwt'] }),
  'alg missing, signed': () => ({ alg: undefined }),
  'alg empty, signed': () => ({ alg: '' }),
  'alg null, signed': () => ({ alg: null }),
  'alg an array, signed': ({ alg }) => ({ alg: [alg] }),
  'alg in another case, signed': ({ alg }) => ({ alg: swapped(String(alg)) }),
  'alg none, signed': () => ({ alg: 'none' }),
  'alg unknown, signed': () => ({ alg: 'XS256' }),
  'crit of an unknown extension': () => ({ crit: ['exp-policy'], 'exp-policy': 'ignore' }),
  'crit of what is not there': () => ({ crit: ['exp-policy'] }),
  'crit of a name of the standard': () => ({ crit: ['alg'] }),
  'crit empty': () => ({ crit: [] }),
  'crit a string': () => ({ crit: 'typ' }),
  'crit of a prototype': () => ({ crit: ['__proto__'] }),
  // RFC 7797 section 6: it has to be critical, or who does not know it reads another payload.
  'b64 false, not critical, claims encoded': () => ({ b64: false }),
  'b64 true and critical without need': () => ({ crit: ['b64', 'exp-policy'], b64: true }),
};

const swapped = (text: string) => (text === text.toLowerCase() ? text.toUpperCase() : text.toLowerCase());

/** Other claims and headers than JSON objects, and members twice: a parser may take the last (RFC 7519 section 4). */
const texts: Record<string, (parts: Parts) => readonly [header: Part, claims: Part]> = {
  'claims that are no JSON': ({ header, claims }) => [header, JSON.stringify(claims).slice(0, -1)],
  'claims with a comma too many': ({ header, claims }) => [header, JSON.stringify(claims).replace('}', ',}')],
  'claims twice': ({ header, claims }) => [header, JSON.stringify(claims) + JSON.stringify(claims)],
  'claims in an array': ({ header, claims }) => [header, `[${JSON.stringify(claims)}]`],
  'claims in a string': ({ header, claims }) => [header, JSON.stringify(JSON.stringify(claims))],
  // RFC 8259 section 8.1: JSON on the wire has none.
  'a byte order mark before the claims': ({ header, claims }) => [header, `\uFEFF${JSON.stringify(claims)}`],
  'a byte order mark before the header': ({ header, claims }) => [`\uFEFF${JSON.stringify(header)}`, claims],
  'claims null': ({ header }) => [header, 'null'],
  'claims empty': ({ header }) => [header, ''],
  'claims without a member': ({ header }) => [header, '{}'],
  'claims deflated, zip DEF': ({ header, claims }) => [
    { ...header, zip: 'DEF' },
    deflateRawSync(JSON.stringify(claims)),
  ],
  'exp without an end': ({ header, claims }) => [header, replaced(claims, 'exp', '1e999')],
  'iat without an end': ({ header, claims }) => [header, replaced(claims, 'iat', '1e999')],
  'exp twice, the last over': ({ header, claims }) => [header, followedBy(claims, { exp: 1 })],
  'aud twice, the last not ours': ({ header, claims }) => [header, followedBy(claims, { aud: 'https://other.test' })],
  'sub twice, the last empty': ({ header, claims }) => [header, followedBy(claims, { sub: '' })],
  'typ twice, the last JWT': ({ header, claims }) => [followedBy(header, { typ: 'JWT' }), claims],
  'alg twice, the last none': ({ header, claims }) => [followedBy(header, { alg: 'none' }), claims],
  'a claim of a prototype': ({ header, claims }) => [
    header,
    replaced({ ...claims, exp: undefined, x: 0 }, 'x', `0,"__proto__":{"exp":${claims.exp}}`),
  ],
  'a header that is no JSON': ({ header, claims }) => [JSON.stringify(header).slice(0, -1), claims],
  'a header in an array': ({ header, claims }) => [`[${JSON.stringify(header)}]`, claims],
  'a header null': ({ claims }) => ['null', claims],
  'an id token': ({ header, claims: { client_id, jti, ...claims } }) => [
    { ...header, typ: 'JWT' },
    { ...claims, aud: client_id, nonce: 'n', auth_time: claims.iat },
  ],
  'an id token that calls itself an access token': ({ header, claims }) => [
    header,
    { ...claims, aud: claims.client_id, nonce: 'n' },
  ],
  'a refresh token': ({ header, claims }) => [
    { ...header, typ: 'rt+jwt' },
    { ...claims, aud: claims.iss, scope: 'offline_access' },
  ],
  'a logout token': ({ header, claims: { exp, ...claims } }) => [
    { ...header, typ: 'logout+jwt' },
    { ...claims, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } },
  ],
};

/** JSON in which one member has this text for a value. */
const replaced = (members: Members, name: string, text: string) =>
  JSON.stringify({ ...members, [name]: 'HERE' }).replace('"HERE"', text);

/** JSON that has members of the same name a second time. */
const followedBy = (members: Members, more: Members) =>
  `${JSON.stringify(members).slice(0, -1)},${JSON.stringify(more).slice(1)}`;

export async function signedForgeries(parts: Parts): Promise<Record<string, string>> {
  const { header, claims, sign } = parts;
  const made: Record<string, string> = {};
  for (const [name, change] of Object.entries(claimChanges))
    made[name] = await token(header, { ...claims, ...change(claims) }, sign);
  for (const [name, change] of Object.entries(headerChanges))
    made[name] = await token({ ...header, ...change(header) }, claims, sign);
  for (const [name, make] of Object.entries(texts)) made[name] = await token(...make(parts), sign);
  const inner = await token(header, claims, sign);
  made['a token in a token'] = await token({ ...header, cty: 'JWT' }, inner, sign);
  made['claims not encoded, b64 false'] = await unencoded({ ...header, b64: false, crit: ['b64'] }, claims, sign);
  made['claims not encoded, b64 false, not critical'] = await unencoded({ ...header, b64: false }, claims, sign);
  return made;
}

/** RFC 7797; RFC 7519 has no such tokens. */
async function unencoded(header: Members, claims: Members, sign: Sign): Promise<string> {
  const text = `${encode(header)}.${JSON.stringify(claims)}`;
  return `${text}.${await sign(text)}`;
}

/** Made as the forgeries are, and right: that the others are refused is not for how they were made. */
export async function alsoRight({ header, claims, sign }: Parts): Promise<Record<string, string>> {
  return {
    'signed here': await token(header, claims, sign),
    'aud an array with ours': await token(header, { ...claims, aud: ['https://other.test', claims.aud] }, sign),
    // A media type, which may leave out its `application/`, and whose case does not matter (RFC 7515 section 4.1.9).
    'typ in full': await token({ ...header, typ: 'application/at+jwt' }, claims, sign),
    'typ in another case': await token({ ...header, typ: 'AT+JWT' }, claims, sign),
    'nbf in the past': await token(header, { ...claims, nbf: claims.iat }, sign),
    'a claim that nobody knows': await token(header, { ...claims, unknown: true }, sign),
  };
}
