// The session cookie, one and the same for both session strategies.
import type { Settings } from '../settings.ts';

export const sessionCookie = {
  name: 'sid',
  /** Out of scripts' reach and not sent with cross-site posts; `secure` wherever the servers stand behind TLS. */
  options: ({ COOKIE_SECURE }: Settings) =>
    ({ path: '/', httpOnly: true, sameSite: 'lax', secure: COOKIE_SECURE }) as const,
};
