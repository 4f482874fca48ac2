// The topology's settings, in one place: the local rig and docker-compose.yml are both made from here.

/** Redis keeps nothing on disk: a run's state ends with it. */
export const redisSettings = ['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'] as const;

/** Lives in seconds, the same for both twins wherever they run. */
export const credentialLives = {
  SESSION_IDLE_SECONDS: '1800',
  SESSION_LIFE_SECONDS: '43200',
  TOKEN_LIFE_SECONDS: '900',
} as const;

/** Where very many tokens are revoked, they live for 30 days: with a shorter life few services would come to so many. */
export const longLives = { TOKEN_LIFE_SECONDS: String(30 * 86_400) } as const;

/**
 * The authorization server's answers are kept as long as the trial lasts: what is counted is a hit, as of every other cache. How often
 * it is none depends on how soon each caller comes again; it then costs what `opaque` does.
 */
export const keptThroughout = { INTROSPECTION_CACHE_SECONDS: '3600' } as const;

/** A group of instances behind one port of the balancer. */
export interface BalancedService {
  readonly name: string;
  readonly bind: string;
  /** Lines that say where the instances are: addresses here, names to be resolved in containers. */
  readonly servers: readonly string[];
}

/**
 * The balancer's configuration: plain HTTP, one thread, round robin, connections to the instances kept and shared.
 * @param global more lines of the global section.
 * @param extra sections before the services, such as resolvers.
 */
export function balancerConfiguration(services: readonly BalancedService[], extra: readonly string[] = []): string {
  return [
    'global',
    '  nbthread 1',
    '  maxconn 4096',
    '',
    'defaults',
    '  mode http',
    '  balance roundrobin',
    '  http-reuse always',
    '  option http-keep-alive',
    '  timeout connect 2s',
    '  timeout client 60s',
    '  timeout server 15s',
    '  timeout http-request 10s',
    '  timeout http-keep-alive 60s',
    '',
    ...extra,
    ...services.flatMap(({ name, bind, servers }) => [
      `listen ${name}`,
      `  bind ${bind}`,
      '  option httpchk GET /healthz',
      // What the bench alone may ask is asked of the instances themselves. A server decodes a path before it routes it: so does this.
      '  http-request deny deny_status 404 if { path,url_dec -i -m beg /admin }',
      ...servers.map((server) => `  ${server}`),
      '',
    ]),
  ].join('\n');
}
