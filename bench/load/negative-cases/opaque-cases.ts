// What can be wrong with a token that says nothing by itself: it is another than the one that was issued, or for another use.
import { carrierOf } from './carrier.ts';
import { type Case, type Material, negative } from './contract.ts';
import { altered, hmac, percentEncoded, token as signedToken } from './forging.ts';

/** Proofs, from a valid one. */
const forgeries: Record<string, (proof: string) => string> = {
  'made up, of the same length': (proof) => 'A'.repeat(proof.length),
  'one character changed': (proof) => altered(proof),
  'the first character changed': (proof) => altered(proof, proof.length),
  'the last character changed': (proof) => altered(proof, 1),
  'the last character missing': (proof) => proof.slice(0, -1),
  'the first character missing': (proof) => proof.slice(1),
  'half of it': (proof) => proof.slice(0, proof.length / 2),
  'one character more': (proof) => `${proof}A`,
  'with padding': (proof) => `${proof}=`,
  'another case': (proof) => proof.replace(/[a-zA-Z]/g, (letter) => swapCase(letter)),
  'percent-encoded': percentEncoded,
  'a pattern': () => '*',
  'a path': () => '../opaque',
};

const swapCase = (letter: string) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase());

export async function opaqueCases({ credential, revoked }: Material): Promise<Case[]> {
  const { proof, carry } = carrierOf(credential);
  const claims = { sub: credential.user, active: true, exp: 4_102_444_800 };
  const jwts = {
    'a JWT that nobody signed': await signedToken({ alg: 'none' }, claims, async () => ''),
    'a JWT': await signedToken({ alg: 'HS256', typ: 'at+jwt' }, claims, hmac('secret')),
  };
  return [
    ...Object.entries(forgeries).map(([name, forge]) => negative(name, carry(forge(proof)))),
    ...Object.entries(jwts).map(([name, jwt]) => negative(name, carry(jwt))),
    ...(credential.refreshToken ? [negative('a refresh token', carry(credential.refreshToken))] : []),
    ...(revoked ? [negative('revoked: one character changed', carry(altered(carrierOf(revoked).proof)))] : []),
  ];
}
