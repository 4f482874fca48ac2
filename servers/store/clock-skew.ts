// Clocks differ, and are set: what one of them says has ended may live by another.

import type { Redis } from 'ioredis';
import { AuthUnavailable } from '../errors.ts';

/** Seconds by which the clocks of two instances, or of an instance and Redis, may differ. */
export const clockSkew = 60;

/**
 * A moment that has come by every clock, in seconds since the epoch: by this one as it stands and as it would, had nobody set it
 * since the process began, and by those of others. What ended before it may be forgotten.
 */
export const surelyCome = (): number =>
  Math.floor(Math.min(Date.now(), performance.timeOrigin + performance.now()) / 1000) - clockSkew;

/**
 * Redis keeps what was revoked until a moment by its own clock: one that is further ahead than is allowed for would forget it too soon.
 * @throws {AuthUnavailable} when the clocks of this instance and of Redis differ by more than that.
 */
export async function requireClocks(redis: Redis): Promise<void> {
  const before = Date.now();
  const [seconds, microseconds] = await redis.time().catch((cause) => {
    throw new AuthUnavailable('Redis does not tell its time', { cause });
  });
  const after = Date.now();
  const there = Number(seconds) * 1e3 + Number(microseconds) / 1e3;
  const apart = Math.max(before - there, there - after) / 1e3;
  if (apart > clockSkew) {
    throw new AuthUnavailable(
      `the clocks of this instance and of Redis differ by ${Math.round(apart)} s, more than ${clockSkew}`,
    );
  }
}
