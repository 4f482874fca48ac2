// The registry of strategies: a new way to know the caller is one file and one line here.
import type { StrategyPlugin } from './contract.ts';

/** What the servers and the instrument have to know of a strategy before it is loaded. */
export interface StrategyEntry {
  /** The server that runs it. */
  readonly server: 'session-server' | 'token-server';
  /** The settings without which it cannot start. */
  readonly secrets: readonly ('SESSION_SECRET' | 'TOKEN_KEY')[];
  /** Whether its credential is a signed token, so that the algorithm is a factor and a revocation check combines with it. */
  readonly takesRevocationCheck: boolean;
  load(): Promise<{ default: StrategyPlugin }>;
}

const remembered = { server: 'session-server', secrets: ['SESSION_SECRET'], takesRevocationCheck: false } as const;
const carried = { server: 'token-server', secrets: ['TOKEN_KEY'], takesRevocationCheck: true } as const;

export const strategies = {
  none: { server: 'token-server', secrets: [], takesRevocationCheck: false, load: () => import('./none.ts') },
  session: { ...remembered, load: () => import('./session.ts') },
  'session-native': { ...remembered, load: () => import('./session-native.ts') },
  jwt: { ...carried, load: () => import('./jwt.ts') },
} as const satisfies Record<string, StrategyEntry>;

export type StrategyName = keyof typeof strategies;
