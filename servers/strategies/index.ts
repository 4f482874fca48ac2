// The registry of strategies: a new way to know the caller is one file and one line here.
import type { StrategyPlugin } from './contract.ts';

/** What the servers and the instrument have to know of a strategy before it is loaded. */
export interface StrategyEntry {
  /** What it is, for readers of a report. */
  readonly inWords: string;
  /** The server that runs it. */
  readonly server: 'session-server' | 'token-server';
  /** The settings without which it cannot start. */
  readonly needs: readonly ('SESSION_SECRET' | 'TOKEN_KEY' | 'AUTHORIZATION_SERVER_URL' | 'INTROSPECTION_SECRET')[];
  /** What its credential is; of those that nobody remembers, strategies with the same kind take each other's. */
  readonly credential: 'nothing' | 'session' | 'jwt' | 'opaque token';
  /** What an instance keeps of each caller, so as not to ask again. */
  readonly keeps: 'session' | 'token' | null;
  /** Whether its credential is a signed token, so that the algorithm is a factor. */
  readonly isSigned: boolean;
  /** Whether a revocation check combines with it. */
  readonly takesRevocationCheck: boolean;
  /** Whether a credential means something only together with what the store remembers of it. */
  readonly remembers: boolean;
  /** Whether it asks an authorization server. */
  readonly asksAuthorizationServer: boolean;
  load(): Promise<{ default: StrategyPlugin }>;
}

const session = {
  server: 'session-server',
  needs: ['SESSION_SECRET'],
  credential: 'session',
  keeps: null,
  isSigned: false,
  takesRevocationCheck: false,
  remembers: true,
  asksAuthorizationServer: false,
} as const;
const token = {
  server: 'token-server',
  needs: ['TOKEN_KEY'],
  credential: 'jwt',
  keeps: null,
  isSigned: true,
  takesRevocationCheck: true,
  remembers: false,
  asksAuthorizationServer: false,
} as const;
const introspected = {
  server: 'token-server',
  needs: ['AUTHORIZATION_SERVER_URL', 'INTROSPECTION_SECRET'],
  credential: 'opaque token',
  keeps: null,
  isSigned: false,
  takesRevocationCheck: false,
  remembers: true,
  asksAuthorizationServer: true,
} as const;
const nothing = {
  server: 'token-server',
  needs: [],
  credential: 'nothing',
  keeps: null,
  isSigned: false,
  takesRevocationCheck: false,
  remembers: false,
  asksAuthorizationServer: false,
} as const;

export const strategies = {
  none: { ...nothing, inWords: 'believes whom the caller says to be: the baseline', load: () => import('./none.ts') },
  session: {
    ...session,
    inWords: 'a session in Redis by express-session and connect-redis: GET, and EXPIRE for its idle time',
    load: () => import('./session.ts'),
  },
  'session-cached': {
    ...session,
    keeps: 'session',
    inWords: 'the session kept in each instance until Redis says that it changed',
    load: () => import('./session-cached.ts'),
  },
  'session-native': {
    ...session,
    inWords: 'a session in Redis by @fastify/session: GET alone',
    load: () => import('./session-native.ts'),
  },
  jwt: {
    ...token,
    inWords: 'a signed access token, verified with jose on every request',
    load: () => import('./jwt.ts'),
  },
  'jwt-cached': {
    ...token,
    keeps: 'token',
    inWords: 'a signed access token, verified once by each instance and then cached',
    load: () => import('./jwt-cached.ts'),
  },
  opaque: {
    ...introspected,
    inWords: 'a random token; the authorization server is asked about it on every request',
    load: () => import('./opaque.ts'),
  },
  'opaque-cached': {
    ...introspected,
    keeps: 'token',
    inWords: 'a random token; what the authorization server said of it is cached for some seconds',
    load: () => import('./opaque-cached.ts'),
  },
} as const satisfies Record<string, StrategyEntry>;

export type StrategyName = keyof typeof strategies;
