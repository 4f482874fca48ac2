// The registry of strategies: a new way to know the caller is one file and one line here.
import type { StrategyPlugin } from './contract.ts';

/** What the servers and the instrument have to know of a strategy before it is loaded. */
export interface StrategyEntry {
  /** The server that runs it. */
  readonly server: 'session-server' | 'token-server';
  /** The settings without which it cannot start. */
  readonly needs: readonly ('SESSION_SECRET' | 'TOKEN_KEY' | 'AUTHORIZATION_SERVER_URL' | 'INTROSPECTION_SECRET')[];
  /** Whether its credential is a signed token, so that the algorithm is a factor and a revocation check combines with it. */
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
  takesRevocationCheck: false,
  remembers: true,
  asksAuthorizationServer: false,
} as const;
const token = {
  server: 'token-server',
  needs: ['TOKEN_KEY'],
  takesRevocationCheck: true,
  remembers: false,
  asksAuthorizationServer: false,
} as const;
const introspected = {
  server: 'token-server',
  needs: ['AUTHORIZATION_SERVER_URL', 'INTROSPECTION_SECRET'],
  takesRevocationCheck: false,
  remembers: true,
  asksAuthorizationServer: true,
} as const;
const nothing = {
  server: 'token-server',
  needs: [],
  takesRevocationCheck: false,
  remembers: false,
  asksAuthorizationServer: false,
} as const;

export const strategies = {
  none: { ...nothing, load: () => import('./none.ts') },
  session: { ...session, load: () => import('./session.ts') },
  'session-cached': { ...session, load: () => import('./session-cached.ts') },
  'session-native': { ...session, load: () => import('./session-native.ts') },
  jwt: { ...token, load: () => import('./jwt.ts') },
  'jwt-cached': { ...token, load: () => import('./jwt-cached.ts') },
  opaque: { ...introspected, load: () => import('./opaque.ts') },
  'opaque-cached': { ...introspected, load: () => import('./opaque-cached.ts') },
} as const satisfies Record<string, StrategyEntry>;

export type StrategyName = keyof typeof strategies;
