// Starts one instance from its environment, says on standard output where it listens, and ends cleanly when told to.
import { flushCompileCache } from 'node:module';
import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import { buildApp } from './app.ts';
import { type CommonSettings, readSettings, SettingsError } from './settings.ts';
import { requireClocks } from './store/clock-skew.ts';
import { connectRedis } from './store/redis.ts';
import { type StrategyName, strategies } from './strategies/index.ts';

type ServerName = (typeof strategies)[StrategyName]['server'];

/** Runs an instance of one of the twins. */
export function serve(server: ServerName): Promise<void> {
  const served = Object.entries(strategies).filter(([name, entry]) => entry.server === server || name === 'none');
  const names = served.map(([name]) => name as StrategyName);
  return run(server, (environment) => readSettings(environment, names), buildApp);
}

/**
 * Runs a server until SIGTERM or SIGINT. Prints one line of JSON, `{"listening":"http://..."}`, when it is ready.
 * A wrong setting ends the process with code 2, a dependency that fails (Redis, the port) with code 3; one line each.
 */
export async function run<Own extends CommonSettings>(
  name: string,
  read: (environment: NodeJS.ProcessEnv) => Own,
  build: (settings: Own, redis: Redis) => Promise<FastifyInstance>,
): Promise<void> {
  try {
    const settings = read(process.env);
    const redis = await connectRedis(settings.REDIS_URL);
    // It serves all the same; what depends on the clocks, a revoke, says so each time.
    await requireClocks(redis).catch(({ message }: Error) => console.error(`${name}: ${message}`));
    const app = await build(settings, redis);
    const listening = await app.listen({ host: settings.HOST, port: settings.PORT });
    console.log(JSON.stringify({ listening }));
    // Where NODE_COMPILE_CACHE names a place: a server that is killed would write down nothing of what it compiled.
    flushCompileCache();
    const stop = async () => {
      await app.close();
      redis.disconnect();
    };
    process.once('SIGTERM', stop).once('SIGINT', stop);
  } catch (error) {
    const { message } = error as Error;
    console.error(`${name}: ${message}`);
    process.exit(error instanceof SettingsError ? 2 : 3);
  }
}
