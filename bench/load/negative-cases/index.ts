// Every negative case that applies to a credential, by what the credential is. Pure: the same material gives the same cases, but
// for signatures that are random by their nature.
//
// Not here, for whoever holds the issuer's key may issue what he likes: an end in a hundred years, a `sub` twice (a parser may
// take the last, RFC 7519 section 4). Nor the second signature that every ECDSA signature has: it signs the same claims, and
// what takes a token back goes by its `jti`.
import { bearerCases } from './bearer-cases.ts';
import { carrierOf } from './carrier.ts';
import { type Case, type Material, negative } from './contract.ts';
import { cookieCases } from './cookie-cases.ts';
import { opaqueCases } from './opaque-cases.ts';
import { tokenCases } from './token-cases.ts';

/** The cases and controls for the credentials of a strategy, whatever it is called; none where there is nothing to prove. */
export async function casesFor(material: Material): Promise<Case[]> {
  const { credential, revoked } = material;
  const { header, kind } = carrierOf(credential);
  if (kind === 'claim') return [];
  return [
    negative('no credential', []),
    negative("a user's own word", [['x-user', credential.user]]),
    ...(revoked ? [negative('revoked: as it was', [[revoked.header, revoked.value]])] : []),
    ...(kind === 'signed' ? await tokenCases(material) : []),
    ...(kind === 'opaque' ? await opaqueCases(material) : []),
    ...(kind === 'session' ? cookieCases(material) : []),
    ...(header === 'authorization' ? bearerCases(material) : []),
  ];
}
