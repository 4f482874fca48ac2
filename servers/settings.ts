// What one instance is told by its environment, checked once here; nothing else reads process.env.
import { z } from 'zod';
import { revocationChecks } from './revocation/index.ts';
import { type StrategyName, strategies } from './strategies/index.ts';
import { algorithms } from './tokens/algorithms.ts';

const seconds = z.coerce.number().int().min(1).max(31_536_000);
const secret = z.string().min(32, 'at least 32 characters');
const names = <T extends string>(table: Record<T, unknown>) => Object.keys(table) as [T, ...T[]];

/** The environment of an instance, by variable name. Durations are in seconds. */
export const settingsSchema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  INSTANCE: z.string().default('1'),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'a URL like redis://127.0.0.1:6379' }),
  REDIS_PREFIX: z.string().default('auth-bench:'),
  AUTH_STRATEGY: z.enum(names(strategies)),
  REVOCATION_CHECK: z.enum(names(revocationChecks)).default('none'),
  REVOCATION_WHEN_UNSURE: z.enum(['refuse', 'ask', 'accept']).default('refuse'),
  BLOOM_FALSE_POSITIVES: z.coerce.number().gt(0).lt(1).default(0.001),
  ADMIN_SECRET: secret.optional(),
  SESSION_SECRET: secret.optional(),
  SESSION_IDLE_SECONDS: seconds.default(1_800),
  SESSION_LIFE_SECONDS: seconds.default(43_200),
  COOKIE_SECURE: z.stringbool().default(false),
  TOKEN_ALGORITHM: z.enum(algorithms).default('HS256'),
  TOKEN_KEY: z.string().optional(),
  TOKEN_LIFE_SECONDS: seconds.default(900),
  TOKEN_ISSUER: z.string().min(1).default('https://issuer.auth-bench.test'),
  TOKEN_AUDIENCE: z.string().min(1).default('https://api.auth-bench.test'),
  TOKEN_CLIENT_ID: z.string().min(1).default('auth-bench-client'),
});

export type Settings = z.infer<typeof settingsSchema>;

/** A setting that the user got wrong; its message is one line that says which, where and what is allowed. */
export class SettingsError extends Error {
  readonly code = 'SETTING_INVALID';
}

/**
 * Reads the settings of an instance.
 * @param environment usually process.env; an empty string counts as not set.
 * @param served the strategies that this server offers.
 * @throws {SettingsError} on the first setting that is missing or not allowed.
 */
export function readSettings(environment: Record<string, string | undefined>, served: StrategyName[]): Settings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = settingsSchema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SettingsError(`environment variable ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const settings = parsed.data;
  const { AUTH_STRATEGY: strategy, REVOCATION_CHECK: check } = settings;
  if (!served.includes(strategy)) {
    throw new SettingsError(
      `environment variable AUTH_STRATEGY: this server offers ${served.join(', ')}, not ${strategy}`,
    );
  }
  const needs = strategies[strategy];
  if (check !== 'none' && !needs.takesRevocationCheck) {
    throw new SettingsError(`environment variable REVOCATION_CHECK: ${strategy} takes none, got ${check}`);
  }
  const { whenUnsure }: { whenUnsure: readonly string[] } = revocationChecks[check];
  if (!whenUnsure.includes(settings.REVOCATION_WHEN_UNSURE)) {
    throw new SettingsError(
      `environment variable REVOCATION_WHEN_UNSURE: ${check} can ${whenUnsure.join(' or ')}, not ${settings.REVOCATION_WHEN_UNSURE}`,
    );
  }
  for (const name of needs.secrets) {
    if (!settings[name])
      throw new SettingsError(`environment variable ${name}: needed by strategy ${strategy}, not set`);
  }
  return settings;
}
