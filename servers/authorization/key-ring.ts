// The keys that access tokens are signed with: one signs, the next one is published (RFC 7517) ahead of its use, so that resource servers
// have fetched it by then, and each stays published until the last of its tokens has expired.
//
// Several authorization servers: the published keys are in Redis, so that each publishes and accepts those of all. The private
// keys never leave their process: all begin with TOKEN_KEY, and a rotation is one server's own. A key that must go at all of
// them is rotated at each; and as a server that starts again begins with TOKEN_KEY again, that has to be changed, too.
import type { Redis } from 'ioredis';
import { type CryptoKey, errors, importJWK, type JWK, type JWTVerifyGetKey } from 'jose';
import type { AuthorizationSettings } from '../settings.ts';
import { surelyCome } from '../store/clock-skew.ts';
import { generateKey, importKeys, parseJwk, publicPart, type TokenKeys } from '../tokens/keys.ts';
import type { SigningKeys } from '../tokens/signed-tokens.ts';

export interface KeyRing extends SigningKeys {
  /** The public keys by which an unexpired token can be verified; none for HS256, for a secret is never published. */
  published(): Promise<JWK[]>;
  /**
   * Signs from now on with the key that was published as the next one, and publishes another; the old one is published until the last of
   * its tokens has expired. Two rotations within the time for which resource servers keep what they fetched leave them without the second
   * key until they may fetch again.
   * @returns the new `kid`.
   * @throws {CannotRotate} for HS256.
   */
  rotate(): Promise<string>;
}

class CannotRotate extends Error {
  readonly statusCode = 409;
}

/** @throws {Error} when TOKEN_KEY is not a key of the algorithm. */
export async function createKeyRing(settings: AuthorizationSettings, redis: Redis): Promise<KeyRing> {
  const { TOKEN_ALGORITHM: algorithm, TOKEN_KEY: text = '', REDIS_PREFIX: prefix } = settings;
  return algorithm === 'HS256'
    ? secretAlone(await importKeys(text, algorithm))
    : publishedKeys(settings, redis, `${prefix}jwks`, text);
}

/** A secret that whoever verifies has to share: it cannot be replaced from here. */
const secretAlone = (keys: TokenKeys): KeyRing => ({
  signing: () => keys,
  verifying: keys.verifying,
  published: async () => [],
  async rotate() {
    throw new CannotRotate('a secret of HS256 is not published: give all servers another TOKEN_KEY');
  },
});

interface SigningKey {
  readonly keys: TokenKeys;
  readonly published: JWK;
  /** Seconds since the epoch. */
  publishedUntil: number;
}

async function publishedKeys(
  { TOKEN_ALGORITHM: algorithm }: AuthorizationSettings,
  redis: Redis,
  key: string,
  first: string,
): Promise<KeyRing> {
  const signingKey = async (text: string): Promise<SigningKey> => ({
    keys: await importKeys(text, algorithm),
    published: { ...publicPart(parseJwk(text)), use: 'sig' },
    publishedUntil: 0,
  });
  const newKey = async () => signingKey(JSON.stringify(await generateKey(algorithm)));
  const now = () => Math.floor(Date.now() / 1000);
  let current = await signingKey(first);
  // An RSA key takes a while: it is waited for when it is needed.
  let next = newKey();

  /**
   * Once a second, as the expiry moves on; what another server wrote is only ever made later. What has ended by this clock alone
   * may live by another server's, and is only not read here.
   */
  const publish = async (signing: SigningKey, until: number) => {
    const batch = redis.multi().zremrangebyscore(key, '-inf', surelyCome());
    // With the next one, so that the other servers publish it, too.
    for (const { published } of [signing, await next]) batch.zadd(key, 'GT', until, JSON.stringify(published));
    for (const [error] of (await batch.exec()) ?? []) if (error) throw error;
    signing.publishedUntil = Math.max(signing.publishedUntil, until);
  };
  const inUse = async () => {
    const members = await redis.zrange(key, `(${now()}`, '+inf', 'BYSCORE');
    return members.map((member) => JSON.parse(member) as JWK);
  };
  const verifying: JWTVerifyGetKey = async ({ kid }) => {
    if (kid === current.keys.kid) return current.keys.verifying;
    const found = (await inUse()).find((published) => published.kid === kid);
    if (!found) throw new errors.JWKSNoMatchingKey();
    return (await importJWK(found, algorithm)) as CryptoKey;
  };
  return {
    async signing(exp) {
      const signing = current;
      if (exp > signing.publishedUntil) await publish(signing, exp);
      return signing.keys;
    },
    verifying,
    async published() {
      const own = [current.published, (await next).published];
      const others = (await inUse()).filter(({ kid }) => own.every((published) => published.kid !== kid));
      return [...own, ...others];
    },
    async rotate() {
      current = await next;
      next = newKey();
      return current.keys.kid;
    },
  };
}
