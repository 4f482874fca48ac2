// Sessions in Redis that an instance keeps until Redis says that they have changed: no command on most requests. The idle time
// does not slide, for nothing is written on a request.
import { randomBytes } from 'node:crypto';
import fastifyCookie from '@fastify/cookie';
import type { SessionData } from 'express-session';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { LRUCache } from 'lru-cache';
import { CannotTell, NotRecognised } from '../errors.ts';
import { roleNames } from '../identity/roles.ts';
import { ownCopy } from '../own-copy.ts';
import { createSessions, type SessionRecord, sessionKey } from '../store/sessions.ts';
import { trackValues } from '../store/tracked-values.ts';
import type { StrategyPlugin } from './contract.ts';
import { sessionCookie } from './cookie.ts';

/** Sessions that an instance keeps, some 500 bytes each. */
const mostSessions = 50_000;

/** 192 random bits: an id that nobody guesses. */
const idBytes = 24;

/** What a cookie whose signature was checked stands for: a session's id, and where the session is stored. */
interface Known {
  readonly id: string;
  readonly key: string;
}

const sessionCached: StrategyPlugin = async (app, { settings, redis }) => {
  const prefix = settings.REDIS_PREFIX;
  const sessions = createSessions(redis, {
    prefix,
    secret: settings.SESSION_SECRET as string,
    lifeSeconds: settings.SESSION_LIFE_SECONDS,
    roles: roleNames(settings.CLAIM_ROLES),
  });
  const records = await trackValues(redis, mostSessions, (text) => JSON.parse(text) as SessionRecord);
  app.addHook('onClose', () => records.close());
  // A signature is checked once: by the cookie as its client was given it, so that what is remembered answers for no other, and
  // without those beside it, which are not kept.
  const known = new LRUCache<string, Known>({ max: mostSessions });
  await app.register(fastifyCookie, { secret: settings.SESSION_SECRET as string, hook: false });

  const knownIn = (cookie = ''): Known | null => known.get(cookie) ?? knownAmong(app.parseCookie(cookie));
  const knownAmong = ({ [sessionCookie.name]: signed }: ReturnType<typeof app.parseCookie>): Known | null => {
    if (signed === undefined) return null;
    const bare = `${sessionCookie.name}=${encodeURIComponent(signed)}`;
    const before = known.get(bare);
    if (before !== undefined) return before;
    const id = sessions.idOf(signed);
    if (id === null) return null;
    const session = { id: ownCopy(id), key: ownCopy(sessionKey(prefix, id)) };
    known.set(ownCopy(bare), session);
    return session;
  };
  const sessionOf = ({ headers }: FastifyRequest): Known => {
    const session = knownIn(headers.cookie);
    if (session === null) throw new NotRecognised('no valid session');
    return session;
  };
  const userOf = (record: SessionRecord | null): string => {
    const user = record && sessions.userOf(record);
    if (!user) throw new NotRecognised('no valid session');
    return user;
  };

  app.decorate('strategy', {
    /** Without waiting for anything, where the session is kept. */
    recognise(request) {
      const answer = records.get(sessionOf(request).key);
      if (!(answer instanceof Promise)) return userOf(answer);
      return answer.then(userOf, (cause) => {
        throw new CannotTell('the session store does not answer', { cause });
      });
    },
    async issue(request, reply, user) {
      const before = knownIn(request.headers.cookie);
      if (before !== null) await sessions.end(before.id);
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
      return sessions.end(sessionOf(request).id);
    },
    async revokeCredential(credential) {
      const id = sessions.idIn(credential);
      return id !== null && sessions.end(id);
    },
    revokeUser: (user) => sessions.endAll(user),
  });
};

export default fp(sessionCached, { name: 'strategy-session-cached' });
