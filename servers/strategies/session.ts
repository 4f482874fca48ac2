// Sessions as most of the field runs them: express-session with connect-redis and ioredis, on Fastify through @fastify/middie.
// Each request costs a GET, and an EXPIRE for the touch that lets the idle time slide.
import { promisify } from 'node:util';
import middie, { type NextHandleFunction } from '@fastify/middie';
import expressSession, { type Session, type SessionData } from 'express-session';
import type { FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Unauthenticated } from '../errors.ts';
import { createSessions, type SessionRecord, savedForGood } from '../store/sessions.ts';
import type { StrategyPlugin } from './contract.ts';
import { sessionCookie } from './cookie.ts';

declare module 'express-session' {
  interface SessionData extends SessionRecord {}
}
declare module 'node:http' {
  interface IncomingMessage {
    session: Session & Partial<SessionData>;
    sessionID: string;
  }
}

const session: StrategyPlugin = async (app, { settings, redis }) => {
  const secret = settings.SESSION_SECRET as string;
  const sessions = createSessions(redis, settings);

  await app.register(middie);
  app.use(
    goesOnOnce(
      expressSession({
        name: sessionCookie.name,
        secret,
        store: sessions.store,
        resave: false,
        saveUninitialized: false,
        proxy: settings.COOKIE_SECURE,
        cookie: { ...sessionCookie.options(settings), maxAge: settings.SESSION_IDLE_SECONDS * 1000 },
        // express-session is typed for Express' request; it needs a plain one only.
      }) as unknown as NextHandleFunction,
    ),
  );

  const regenerate = (request: FastifyRequest) => promisify(request.raw.session.regenerate.bind(request.raw.session))();

  app.decorate('strategy', {
    async recognise(request) {
      const user = sessions.userOf(request.raw.session);
      if (!user) throw new Unauthenticated('no valid session');
      return user;
    },
    async issue(request, _reply, user) {
      await regenerate(request);
      const record = sessions.begin(user);
      const { session, sessionID } = request.raw;
      Object.assign(session, record);
      // Saved first: one that is noted before it exists could be ended before it begins, and then live unnoted.
      try {
        await promisify(session.save.bind(session))();
        await sessions.note(sessionID, record);
      } catch (error) {
        // Without one there is nothing to save, and no cookie to set: a session that nobody noted is in nobody's hands.
        Object.assign(request.raw, { session: null });
        throw error;
      }
      savedForGood(session);
      return {};
    },
    async revokeOwn(request) {
      const { sessionID } = request.raw;
      await sessions.end(sessionID);
      // Nothing may be saved or touched at the end of this response.
      await promisify(request.raw.session.destroy.bind(request.raw.session))();
      return true;
    },
    revokeCredential: (credential) => sessions.endIn(credential),
    revokeUser: (user) => sessions.endAll(user),
  });
};

/**
 * A middleware that calls `next` no more than once. express-session calls it again when a save or a touch at the end of a response
 * fails; to middie that is an error that ends the process.
 */
function goesOnOnce(middleware: NextHandleFunction): NextHandleFunction {
  return (request, response, next) => {
    let gone = false;
    middleware(request, response, (error) => {
      if (gone) return;
      gone = true;
      next(error);
    });
  };
}

export default fp(session, { name: 'strategy-session' });
