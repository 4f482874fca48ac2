// Sessions by Fastify's own plugin, @fastify/session, on the same store. Each request costs a GET.
// The idle time does not slide: the plugin's `rolling: true` writes the whole session back after each request, and so
// brings back a session that was destroyed while the request was under way.
import fastifyCookie from '@fastify/cookie';
import fastifySession from '@fastify/session';
import type { SessionData } from 'express-session';
import fp from 'fastify-plugin';
import { Unauthenticated } from '../errors.ts';
import { createSessions, type SessionRecord, savedForGood } from '../store/sessions.ts';
import type { StrategyPlugin } from './contract.ts';
import { sessionCookie } from './cookie.ts';

declare module 'fastify' {
  interface Session extends SessionRecord {}
}

const sessionNative: StrategyPlugin = async (app, { settings, redis }) => {
  const secret = settings.SESSION_SECRET as string;
  const sessions = createSessions(redis, settings);

  await app.register(fastifyCookie);
  await app.register(fastifySession, {
    cookieName: sessionCookie.name,
    secret,
    store: sessions.store as unknown as fastifySession.SessionStore,
    saveUninitialized: false,
    rolling: false,
    cookie: { ...sessionCookie.options(settings), maxAge: settings.SESSION_IDLE_SECONDS * 1000 },
  });

  app.decorate('strategy', {
    async recognise(request) {
      const user = sessions.userOf(request.session);
      if (!user) throw new Unauthenticated('no valid session');
      return user;
    },
    async issue(request, _reply, user) {
      await request.session.regenerate();
      const record = sessions.begin(user);
      Object.assign(request.session, record);
      const { sessionId } = request.session;
      // Stored first: one that is noted before it exists could be ended before it begins, and then live unnoted. Not by
      // the session's own save: the plugin would then clear the cookie of the session before, and so this one's.
      try {
        await sessions.store.set(sessionId, request.session as unknown as SessionData);
        await sessions.note(sessionId, record);
      } catch (error) {
        // Without one there is nothing to save, and no cookie to set: a session that nobody noted is in nobody's hands.
        Object.assign(request, { session: null });
        throw error;
      }
      savedForGood(request.session);
      return {};
    },
    async revokeOwn(request) {
      await sessions.end(request.session.sessionId);
      await request.session.destroy();
      return true;
    },
    revokeCredential: (credential) => sessions.endIn(credential),
    revokeUser: (user) => sessions.endAll(user),
  });
};

export default fp(sessionNative, { name: 'strategy-session-native' });
