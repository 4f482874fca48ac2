// A valid token as text, with something missing, changed or added.
import { altered, decode, encode, type Members, percentEncoded, respelled, type Sign, token } from './forging.ts';

export interface Texts {
  readonly header: Members;
  readonly claims: Members;
  readonly sign: Sign;
  /** A valid token, and one of another user. */
  readonly text: string;
  readonly other: string;
}

type Three = readonly [header: string, claims: string, signature: string];

const half = (text: string) => text.slice(0, text.length / 2);

/** Pieces missing, in the wrong place or of somebody else. */
const pieces: Record<string, (mine: Three, others: Three) => readonly string[]> = {
  'half of the header': ([header, claims, signature]) => [half(header), claims, signature],
  'half of the claims': ([header, claims, signature]) => [header, half(claims), signature],
  'half of the signature': ([header, claims, signature]) => [header, claims, half(signature)],
  'one character of the header missing': ([header, claims, signature]) => [header.slice(0, -1), claims, signature],
  'one character of the claims missing': ([header, claims, signature]) => [header, claims.slice(0, -1), signature],
  'one character of the signature missing': ([header, claims, signature]) => [header, claims, signature.slice(0, -1)],
  'no header': ([, claims, signature]) => ['', claims, signature],
  'no claims': ([header, , signature]) => [header, '', signature],
  'nothing but dots': () => ['', '', ''],
  'two parts': ([header, claims]) => [header, claims],
  'one part': ([header]) => [header],
  'four parts': ([header, claims, signature]) => [header, claims, signature, signature],
  'five parts': ([header, claims, signature]) => [header, '', claims, '', signature],
  'a dot before it': ([header, claims, signature]) => ['', header, claims, signature],
  'a dot behind it': ([header, claims, signature]) => [header, claims, signature, ''],
  'header and claims exchanged': ([header, claims, signature]) => [claims, header, signature],
  'the signature of another token': ([header, claims], [, , signature]) => [header, claims, signature],
  'the claims of another token': ([header, , signature], [, claims]) => [header, claims, signature],
  'another user': ([header, claims, signature]) => [header, changed(claims, { sub: 'admin' }), signature],
  'a longer life': ([header, claims, signature]) => [header, changed(claims, { exp: 4_102_444_800 }), signature],
  'another jti': ([header, claims, signature]) => [header, changed(claims, { jti: 'another' }), signature],
  'one character of the header changed': ([header, claims, signature]) => [altered(header), claims, signature],
  'one character of the claims changed': ([header, claims, signature]) => [header, altered(claims), signature],
  'one character of the signature changed': ([header, claims, signature]) => [header, claims, altered(signature)],
};

/** The right bytes or nearly so, in a spelling that is not base64url without padding (RFC 7515 section 2). */
const spellings: Record<string, (mine: Three) => readonly string[]> = {
  'a signature that means the same in other letters': ([header, claims, signature]) => [
    header,
    claims,
    respelled(signature),
  ],
  'padding behind the signature': ([header, claims, signature]) => [header, claims, `${signature}=`],
  'full padding behind the signature': ([header, claims, signature]) => [header, claims, padded(signature)],
  'a signature of a length that there is not': ([header, claims, signature]) => [header, claims, impossible(signature)],
  'a sign of another alphabet in the signature': ([header, claims, signature]) => [header, claims, `${signature}!`],
  'a percent-encoded signature': ([header, claims, signature]) => [header, claims, percentEncoded(signature)],
  'a NUL as text in the signature': ([header, claims, signature]) => [header, claims, `${signature}%00`],
};

const changed = (claims: string, members: Members) => encode({ ...decode(claims), ...members });

const padded = (text: string) => text.padEnd(Math.ceil(text.length / 4) * 4, '=');

/** Lengthened until one character is left over, which no bytes are encoded as. */
const impossible = (text: string) => text.padEnd(text.length + ((5 - (text.length % 4)) % 4 || 4), 'A');

export async function textForgeries({ header, claims, sign, text, other }: Texts): Promise<Record<string, string>> {
  const [mine, others] = [text, other].map((whole) => whole.split('.') as unknown as Three) as [Three, Three];
  const signOver = async (parts: string) => `${parts}.${await sign(parts)}`;
  const right = await withBothSigns({ header, claims, sign });
  return {
    ...Object.fromEntries(Object.entries(pieces).map(([name, make]) => [name, make(mine, others).join('.')])),
    ...Object.fromEntries(Object.entries(spellings).map(([name, make]) => [name, make(mine).join('.')])),
    'a signature in the other alphabet': right.replace(/[^.]*$/, (signature) =>
      signature.replaceAll('-', '+').replaceAll('_', '/'),
    ),
    'padding in the header, signed': await signOver(`${encode(header)}=.${encode(claims)}`),
    'padding in the claims, signed': await signOver(`${encode(header)}.${encode(claims)}=`),
  };
}

/** A valid token whose signature has a character that base64 and base64url write differently. */
async function withBothSigns({ header, claims, sign }: Pick<Texts, 'header' | 'claims' | 'sign'>): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    const made = await token(header, { ...claims, attempt }, sign);
    if (/[-_][^.]*$/.test(made)) return made;
  }
}
