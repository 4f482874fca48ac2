// Sessions in Redis that an instance keeps until Redis says that they have changed: no command on most requests. The idle time
// does not slide, for nothing is written on a request.
import { randomBytes } from 'node:crypto';
import fastifyCookie from '@fastify/cookie';
import type { SessionData } from 'express-session';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { AuthUnavailable, Unauthenticated } from '../errors.ts';
import { ExactKeyCache } from '../exact-key-cache.ts';
import { ownCopy } from '../own-copy.ts';
import { createSessions, type SessionRecord, sessionIdOf, sessionKey } from '../store/sessions.ts';
import { type Tracked, trackValues } from '../store/tracked-values.ts';
import type { StrategyPlugin } from './contract.ts';
import { cookieHeader, sessionCookie } from './cookie.ts';

/** Sessions that an instance keeps, some 500 bytes each of a user without roles. */
const mostSessions = 50_000;

type KeptRecord = Tracked<SessionRecord>;

/** What is known of a cookie. */
interface Known {
  /** The cookie as its client was given it, and nothing beside it. */
  readonly text: string;
  readonly record: KeptRecord;
}

/** 192 random bits: an id that nobody guesses. */
const idBytes = 24;

/** Of what is stored only the record is kept: the cookie's settings beside it are of no use to a reader. */
function readRecord(text: string): SessionRecord {
  const { user, endsAt, roles } = JSON.parse(text) as SessionRecord;
  return { ...(user && { user }), ...(endsAt && { endsAt }), ...(roles && { roles }) };
}

const sessionCached: StrategyPlugin = async (app, { settings, redis }) => {
  const prefix = settings.REDIS_PREFIX;
  // Redis says so, too, but later.
  const sessions = createSessions(redis, settings, (id) => records.changed(sessionKey(prefix, id)));
  const records = await trackValues(redis, readRecord);
  app.addHook('onClose', () => records.close());
  // A signature is checked once, of the cookie as its client was given it; those beside it are not kept.
  const known = new ExactKeyCache<Known>(mostSessions, ({ record }) => records.release(record));
  await app.register(fastifyCookie, { secret: settings.SESSION_SECRET as string, hook: false });

  const knownIn = (cookie = ''): KeptRecord | null => known.get(cookie)?.record ?? knownAmong(app.parseCookie(cookie));
  const knownAmong = ({ [sessionCookie.name]: signed }: ReturnType<typeof app.parseCookie>): KeptRecord | null => {
    if (signed === undefined) return null;
    const bare = cookieHeader(app, sessionCookie.name, signed);
    const before = known.get(bare);
    if (before) return before.record;
    const id = sessions.idOf(signed);
    if (id === null) return null;
    const record = records.track(ownCopy(sessionKey(prefix, id)));
    known.set({ text: ownCopy(bare), record });
    return record;
  };
  const recordOf = ({ headers }: FastifyRequest): KeptRecord => {
    const record = knownIn(headers.cookie);
    if (record === null) throw new Unauthenticated('no valid session');
    return record;
  };
  const userOf = (record: SessionRecord | null): string => {
    const user = record && sessions.userOf(record);
    if (!user) throw new Unauthenticated('no valid session');
    return user;
  };

  app.decorate('strategy', {
    /** Without waiting for anything, where the session is kept. */
    recognise(request) {
      const answer = records.get(recordOf(request));
      if (!(answer instanceof Promise)) return userOf(answer);
      return answer.then(userOf, (cause) => {
        throw new AuthUnavailable('the session store does not answer', { cause });
      });
    },
    async issue(request, reply, user) {
      const before = knownIn(request.headers.cookie);
      if (before !== null) await sessions.end(sessionIdOf(prefix, before.key));
      const id = randomBytes(idBytes).toString('base64url');
      const record = sessions.begin(user);
      const maxAge = settings.SESSION_IDLE_SECONDS;
      // Stored first: one that is noted before it exists could be ended before it begins, and then live unnoted.
      await sessions.store.set(id, {
        ...record,
        cookie: { originalMaxAge: maxAge * 1000, expires: new Date(Date.now() + maxAge * 1000) },
      } as unknown as SessionData);
      await sessions.note(id, record);
      reply.setCookie(sessionCookie.name, id, { ...sessionCookie.options(settings), maxAge, signed: true });
      return {};
    },
    async revokeOwn(request) {
      return sessions.end(sessionIdOf(prefix, recordOf(request).key));
    },
    revokeCredential: (credential) => sessions.endIn(credential),
    revokeUser: (user) => sessions.endAll(user),
  });
};

export default fp(sessionCached, { name: 'strategy-session-cached' });
