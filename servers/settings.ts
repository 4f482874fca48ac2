// What one instance is told by its environment, checked once here; nothing else reads process.env.
import { z } from 'zod';
import { mostRoles } from './identity/roles.ts';
import { revocationChecks } from './revocation/index.ts';
import { type StrategyName, strategies } from './strategies/index.ts';
import { algorithms } from './tokens/algorithms.ts';

const seconds = z.coerce.number().int().min(1).max(31_536_000);
const secret = z.string().min(32, 'at least 32 characters');
const address = z.url({ protocol: /^https?$/, error: 'a URL like http://127.0.0.1:3000' });
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
  /** Where the client keeps a signed token. */
  CARRIAGE: z.enum(['header', 'cookie']).default('header'),
  /** How many roles of its user a token, or a session, tells of. */
  CLAIM_ROLES: z.coerce.number().int().min(0).max(mostRoles).default(0),
  TOKEN_ALGORITHM: z.enum(algorithms).default('HS256'),
  TOKEN_KEY: z.string().optional(),
  TOKEN_LIFE_SECONDS: seconds.default(900),
  /** The service that this one calls for the same user; without it the chain ends here. */
  NEXT_SERVICE_URL: address.optional(),
  TOKEN_ISSUER: z.string().min(1).default('https://issuer.auth-bench.test'),
  TOKEN_AUDIENCE: z.string().min(1).default('https://api.auth-bench.test'),
  TOKEN_CLIENT_ID: z.string().min(1).default('auth-bench-client'),
  JWKS_URL: address.optional(),
  JWKS_COOLDOWN_SECONDS: seconds.default(30),
  JWKS_MAX_AGE_SECONDS: seconds.default(600),
  AUTHORIZATION_SERVER_URL: address.optional(),
  INTROSPECTION_CLIENT: z.string().min(1).default('auth-bench-api'),
  INTROSPECTION_SECRET: secret.optional(),
  INTROSPECTION_CACHE_SECONDS: seconds.default(5),
  ACCESS_TOKENS: z.enum(['jwt', 'opaque']).default('jwt'),
  /** What a log-out with an access token ends: that token, or the grant that it came of, with its refresh token. */
  LOGOUT_ENDS: z.enum(['grant', 'token']).default('grant'),
  REFRESH_SECRET: secret.optional(),
  REFRESH_LIFE_SECONDS: seconds.default(2_592_000),
  REFRESH_GRACE_MILLISECONDS: z.coerce.number().int().min(0).max(60_000).default(0),
});

export type Settings = z.infer<typeof settingsSchema>;

/** What every server is told, whether it runs a strategy or not. */
export type CommonSettings = Omit<Settings, 'AUTH_STRATEGY'>;

/** Of the authorization server, with what it cannot start without. */
export type AuthorizationSettings = CommonSettings & { REFRESH_SECRET: string; INTROSPECTION_SECRET: string };

type Environment = Record<string, string | undefined>;

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
export function readSettings(environment: Environment, served: StrategyName[]): Settings {
  const settings = parse(settingsSchema, environment);
  const { AUTH_STRATEGY: strategy, REVOCATION_CHECK: check } = settings;
  if (!served.includes(strategy)) refuse('AUTH_STRATEGY', `this server offers ${served.join(', ')}, not ${strategy}`);
  const { takesRevocationCheck, needs } = strategies[strategy];
  if (check !== 'none' && !takesRevocationCheck) refuse('REVOCATION_CHECK', `${strategy} takes none, got ${check}`);
  if (settings.CARRIAGE !== 'header' && !takesRevocationCheck)
    refuse('CARRIAGE', `only signed tokens have a choice, not ${strategy}`);
  requireAnswer(settings);
  if (settings.JWKS_URL && settings.TOKEN_ALGORITHM === 'HS256') {
    refuse('JWKS_URL', 'HS256 has no public key that could be fetched; choose another TOKEN_ALGORITHM');
  }
  for (const name of needs) {
    const fetched = name === 'TOKEN_KEY' && settings.JWKS_URL !== undefined;
    if (!settings[name] && !fetched) refuse(name, `needed by strategy ${strategy}, not set`);
  }
  return settings;
}

/**
 * Reads the settings of an authorization server.
 * @param environment as of readSettings.
 * @throws {SettingsError} likewise.
 */
export function readAuthorizationSettings(environment: Environment): AuthorizationSettings {
  const settings = parse(settingsSchema.omit({ AUTH_STRATEGY: true }), environment);
  const { ACCESS_TOKENS: tokens, REVOCATION_CHECK: check } = settings;
  if (check !== 'none' && tokens === 'opaque') refuse('REVOCATION_CHECK', `opaque tokens take none, got ${check}`);
  requireAnswer(settings);
  const needed = [
    'REFRESH_SECRET',
    'INTROSPECTION_SECRET',
    ...(tokens === 'jwt' ? ['TOKEN_KEY' as const] : []),
  ] as const;
  for (const name of needed) if (!settings[name]) refuse(name, 'needed by the authorization server, not set');
  return settings as AuthorizationSettings;
}

/** Checks each variable by itself; an empty one counts as not set. */
function parse<Schema extends z.ZodType>(schema: Schema, environment: Environment): z.infer<Schema> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return refuse(issue?.path.join('.') ?? '', issue?.message ?? '');
}

function requireAnswer({ REVOCATION_CHECK: check, REVOCATION_WHEN_UNSURE: given }: CommonSettings): void {
  const { whenUnsure }: { whenUnsure: readonly string[] } = revocationChecks[check];
  if (!whenUnsure.includes(given))
    refuse('REVOCATION_WHEN_UNSURE', `${check} can ${whenUnsure.join(' or ')}, not ${given}`);
}

function refuse(name: string, why: string): never {
  throw new SettingsError(`environment variable ${name}: ${why}`);
}
