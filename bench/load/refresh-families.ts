// The families of refresh tokens that this generator's loads go on with: each answer brings the token of the next request.
import type { Verdict } from './answers.ts';

/** A user, and the refresh token that is good now. */
export interface RefreshFamily {
  readonly user: string;
  refreshToken: string;
}

const pools = new Map<string, RefreshFamily[]>();

/** Takes families under a name by which later loads ask for them. */
export function useFamilies(name: string, families: readonly RefreshFamily[]): void {
  pools.set(
    name,
    families.map((family) => ({ ...family })),
  );
}

/**
 * The families of a pool, shared out among connections: a family that two of them used would end.
 * @returns for the next connection that asks, the families that it goes on with in turn.
 */
export function familiesFor(name: string, connections: number): () => () => RefreshFamily {
  const families = pools.get(name) ?? [];
  if (families.length < connections) throw new Error(`pool "${name}" has ${families.length} families`);
  let connection = 0;
  return () => {
    const own = families.filter((_, index) => index % connections === connection);
    connection += 1;
    let turn = 0;
    return () => own[turn++ % own.length] as RefreshFamily;
  };
}

/** The form of a refresh (RFC 6749 section 6). */
export const refreshForm = ({ refreshToken }: RefreshFamily): string =>
  `grant_type=refresh_token&refresh_token=${encodeURIComponent(refreshToken)}`;

/**
 * Judges the answer to a refresh, and takes from a right one the token of the family's next: it has to be another, with an
 * access token that is for the user, where that can be read in it.
 */
export function goOn(family: RefreshFamily, status: number, body: string): Verdict {
  if (status === 400 || status === 401) return 'falseReject';
  const answer = status === 200 ? answerIn(body) : null;
  const { access_token: access, refresh_token: next, token_type: type } = answer ?? {};
  if (typeof access !== 'string' || typeof next !== 'string' || type !== 'Bearer') return 'error';
  if (next === family.refreshToken || (subjectOf(access) ?? family.user) !== family.user) return 'falseAccept';
  family.refreshToken = next;
  return 'right';
}

function answerIn(body: string): Record<string, unknown> | null {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** The subject of a signed token; null of one that says nothing. */
function subjectOf(token: string): unknown {
  const [, payload, signature] = token.split('.');
  return payload && signature ? JSON.parse(Buffer.from(payload, 'base64url').toString()).sub : null;
}
