// The signature algorithms that an access token may carry, by their JOSE names (RFC 7518, RFC 8037, RFC 9964), as far as this
// runtime has them.
import { generateKeyPairSync } from 'node:crypto';

const named = ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA', 'ML-DSA-44'] as const;

export type Algorithm = (typeof named)[number];

/** What this runtime can sign and verify with. */
export const algorithms: readonly Algorithm[] = named.filter((name) => name !== 'ML-DSA-44' || hasMlDsa());

/** What it cannot. */
export const missingAlgorithms: readonly Algorithm[] = named.filter((name) => !algorithms.includes(name));

/** ML-DSA came with OpenSSL 3.5; a Node.js that was built on an older one, or on another library, may lack it. */
function hasMlDsa(): boolean {
  try {
    generateKeyPairSync('ml-dsa-44');
    return true;
  } catch {
    return false;
  }
}
