// Clocks differ, and are set: what one of them says has ended may live by another.

/** Seconds by which the clocks of two instances, or of an instance and Redis, may differ. */
export const clockSkew = 60;

/**
 * A moment that has come by every clock, in seconds since the epoch: by this one as it stands and as it would, had nobody set it
 * since the process began, and by those of others. What ended before it may be forgotten.
 */
export const surelyCome = (): number =>
  Math.floor(Math.min(Date.now(), performance.timeOrigin + performance.now()) / 1000) - clockSkew;
