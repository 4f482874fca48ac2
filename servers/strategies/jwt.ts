// A signed access token, verified with jose on every request; revocation is a check of its own.
import { Unauthenticated } from '../errors.ts';
import { bearerStrategy } from './bearer.ts';

export default bearerStrategy('jwt', (verify, check) => async (header) => {
  const claims = await verify(header);
  if (await check?.isRevoked(claims)) throw new Unauthenticated('token revoked');
  return claims;
});
