// What can be wrong with a signed token: what RFC 7515, 7519, 8725 and 9068 want a verifier to refuse.
import { carrierOf } from './carrier.ts';
import { type Case, control, type Material, negative } from './contract.ts';
import { altered, decode, respelled, signerOf } from './forging.ts';
import { keyForgeries } from './key-forgeries.ts';
import { alsoRight, signedForgeries } from './signed-forgeries.ts';
import { textForgeries } from './text-forgeries.ts';

export async function tokenCases(material: Material): Promise<Case[]> {
  const { credential, other, revoked, key, algorithm } = material;
  const { proof, carry } = carrierOf(credential);
  const sign = await signerOf(key, algorithm);
  const [header = '', claims = ''] = proof.split('.');
  const parts = { header: decode(header), claims: decode(claims), sign };
  const refused = {
    ...(await signedForgeries(parts)),
    ...(await keyForgeries({ ...parts, ...material })),
    ...(await textForgeries({ ...parts, text: proof, other: carrierOf(other).proof })),
    ...(revoked ? revokedSpellings(carrierOf(revoked).proof) : {}),
  };
  return [
    ...Object.entries(refused).map(([name, token]) => negative(name, carry(token))),
    ...Object.entries(await alsoRight(parts)).map(([name, token]) => control(name, carry(token))),
  ];
}

const revokedSpellings = (token: string): Record<string, string> => ({
  'revoked: one character of the signature changed': altered(token),
  'revoked: its signature spelled otherwise': respelled(token),
  'revoked: with padding': `${token}=`,
});
