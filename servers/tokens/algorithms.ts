// The signature algorithms that an access token may carry, by their JOSE names (RFC 7518, RFC 8037).
export const algorithms = ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'] as const;

export type Algorithm = (typeof algorithms)[number];
