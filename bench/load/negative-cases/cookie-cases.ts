// What can be wrong with the cookie of a session: an id and its signature.
import { sign } from '@fastify/cookie';
import { carrierOf } from './carrier.ts';
import { type Case, control, type Material, negative, tooLarge } from './contract.ts';
import { altered } from './forging.ts';

/** The value of a cookie, decoded and taken apart. express-session marks a signed value with `s:`, others do not. */
interface Cookie {
  readonly mark: string;
  readonly id: string;
  readonly signature: string;
}

function read(proof: string): Cookie {
  const value = decodeURIComponent(proof);
  const mark = value.startsWith('s:') ? 's:' : '';
  const dot = value.lastIndexOf('.');
  return { mark, id: value.slice(mark.length, dot), signature: value.slice(dot + 1) };
}

/** The id of the session that a cookie is for. */
export const sessionIdIn = (proof: string): string => read(proof).id;

const whole = ({ mark, id, signature }: Cookie) => `${mark}${id}.${signature}`;

/** A cookie as the servers would make it. */
export const signedCookie = (proof: string, id: string, secret: string): string =>
  encodeURIComponent(read(proof).mark + sign(id, secret));

/** Values before they are encoded, from a valid one and another user's. */
const forgeries: Record<string, (cookie: Cookie, other: Cookie) => string> = {
  'an empty cookie': () => '',
  'no signature': ({ mark, id }) => `${mark}${id}`,
  'an id without a mark or signature': ({ id }) => id,
  'a blank signature': (cookie) => whole({ ...cookie, signature: '' }),
  'a signature alone': (cookie) => whole({ ...cookie, id: '' }),
  'the signature of another session': (cookie, { signature }) => whole({ ...cookie, signature }),
  'one character of the signature changed': (cookie) => whole({ ...cookie, signature: altered(cookie.signature) }),
  'one character of the id changed': (cookie) => whole({ ...cookie, id: altered(cookie.id) }),
  'half of the signature': (cookie) => whole({ ...cookie, signature: cookie.signature.slice(0, 20) }),
  'the last character missing': (cookie) => whole(cookie).slice(0, -1),
  'half of the id': (cookie) => whole({ ...cookie, id: cookie.id.slice(0, cookie.id.length / 2) }),
  'one character more': (cookie) => `${whole(cookie)}A`,
  'a signature with padding': (cookie) => `${whole(cookie)}=`,
  'a signature in lower case': (cookie) => whole({ ...cookie, signature: cookie.signature.toLowerCase() }),
  'an id in upper case': (cookie) => whole({ ...cookie, id: cookie.id.toUpperCase() }),
  'a NUL in the id': (cookie) => whole({ ...cookie, id: `${cookie.id}\0` }),
  'a space behind it': (cookie) => `${whole(cookie)} `,
  'the mark j: of JSON': ({ id }) => `j:${JSON.stringify({ id })}`,
  'twice, run together': (cookie) => whole(cookie) + whole(cookie),
  'far too long': (cookie) => whole({ ...cookie, id: cookie.id + 'A'.repeat(12_000) }),
};

/** Ids that were never stored, with a signature that is right. */
const strangeIds = [
  'never-stored',
  '__proto__',
  'constructor',
  'toString',
  '*',
  '../session',
  'a:b',
  ' ',
  'x'.repeat(4_000),
];

/** A value whose first character is encoded, once or more often, although it need not be. */
const encoded = (value: string, percent: string) => `${percent}${value.charCodeAt(0).toString(16)}${value.slice(1)}`;

/** Whole Cookie headers, from the name and the value of a valid one. */
const headers: Record<string, (name: string, value: string, other: string) => string> = {
  'encoded twice': (name, value) => `${name}=${encoded(value, '%25')}`,
  'encoded three times': (name, value) => `${name}=${encoded(value, '%2525')}`,
  'an encoding that is none': (name) => `${name}=%E0%A4%A`,
  'a per cent sign alone': (name) => `${name}=%`,
  'the name in upper case': (name, value) => `${name.toUpperCase()}=${value}`,
  'the name with a prefix': (name, value) => `__Host-${name}=${value}`,
  'the name encoded': (name, value) => `%${name.charCodeAt(0).toString(16)}${name.slice(1)}=${value}`,
  'a comma for the semicolon': (name, value) => `a=b, ${name}=${value}`,
  'no name': (_name, value) => value,
  'two of the name, the first made up': (name, value) => `${name}=made-up; ${name}=${value}`,
  'two in one value': (name, value, other) => `${name}=${value},${other}`,
};

export function cookieCases({ credential, other, revoked, sessionSecret }: Material): Case[] {
  const { proof, carry } = carrierOf(credential);
  const [cookie, others] = [read(proof), read(carrierOf(other).proof)];
  const name = credential.value.slice(0, credential.value.indexOf('='));
  const header = (value: string) => [['cookie', value]] as const;
  return [
    ...Object.entries(forgeries).map(([what, forge]) =>
      negative(what, carry(encodeURIComponent(forge(cookie, others)))),
    ),
    negative('another secret', carry(signedCookie(proof, cookie.id, `not-${sessionSecret}`))),
    negative('a blank secret', carry(signedCookie(proof, cookie.id, ' '))),
    ...strangeIds.map((id) =>
      negative(`the id "${id.slice(0, 20)}", signed`, carry(signedCookie(proof, id, sessionSecret))),
    ),
    ...Object.entries(headers).map(([what, make]) => negative(what, header(make(name, proof, carrierOf(other).proof)))),
    negative('beyond the limit', carry(proof + 'A'.repeat(20_000)), tooLarge),
    negative('the session in an Authorization header', [['authorization', `Bearer ${proof}`]]),
    control('among other cookies', header(`a=b; ${name}=${proof}; c=d`)),
    ...(revoked ? revokedCases(name, carrierOf(revoked).proof, sessionSecret) : []),
  ];
}

function revokedCases(name: string, proof: string, secret: string): Case[] {
  const { id, signature } = read(proof);
  const spellings = {
    'signed again': signedCookie(proof, id, secret),
    'with the mark of the other library': encodeURIComponent(
      `${proof.startsWith('s%3A') ? '' : 's:'}${id}.${signature}`,
    ),
    'encoded another way': encoded(proof, '%'),
    'one character changed': altered(proof),
  };
  return Object.entries(spellings).map(([what, value]) =>
    negative(`revoked: ${what}`, [['cookie', `${name}=${value}`]]),
  );
}
