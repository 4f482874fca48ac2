// Why a caller gets no answer: he is not recognised, or it cannot be told whether he is.

/** A request that carries no credential, or one that is not accepted: status 401, with nothing said of why. */
export class Unauthenticated extends Error {
  readonly statusCode = 401;
}

/** The answer to "who is this?" cannot be had now (the store does not answer): status 503, the caller is refused. */
export class AuthUnavailable extends Error {
  readonly statusCode = 503;
}

/** For a credential that may not be valid: what else goes wrong is thrown on. */
export function nullIfUnauthenticated(error: Error): null {
  if (error instanceof Unauthenticated) return null;
  throw error;
}
