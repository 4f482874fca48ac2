// The local rig's topology as containers: docker-compose.yml and the balancer's configuration, as text.
// Pure: `npm run compose:write` writes what these functions return, a test holds the committed files to it.
import { stringify } from 'yaml';
import { strategies } from '../../servers/strategies/index.ts';
import { combinationOf, strategyNames } from '../plan/strategies.ts';
import { placementOn } from './machine.ts';
import { balancerConfiguration, credentialLives, redisSettings } from './topology.ts';

/** Those that start unless others are asked for: what `saturation` measures, and the authorization server's tokens. */
const usual = ['session', 'jwt', 'jwt+redis-blocklist', 'jwt-cached+replicated-blocklist', 'opaque', 'none'];

/** One service for each strategy x revocation check, and the balancer's port in front of its instances. */
export const containerServices = [...new Set([...usual, ...strategyNames])].map((strategy, index) => ({
  service: strategy.replace('+', '-'),
  strategy,
  port: 8081 + index,
  isUsual: usual.includes(strategy),
}));

type ContainerService = (typeof containerServices)[number];

const usualServices = containerServices.filter(({ isUsual }) => isUsual);

/** Instances that the balancer has room for, per service: the most that `--scale` can bring into use. */
const maxReplicas = 16;

/** The placement of the local rig, on the first two cores. */
const cores = placementOn([0, 1]);

const instancePort = 3000;
const redisUrl = 'redis://redis:6379';
const authorizationUrl = `http://authorization-server:${instancePort}`;
/** The name that stands for both baselines, so that the bench finds the second one (A/A). */
const baselines = 'baselines';
const fromEnvironmentFile = (name: string) => `\${${name}:?run npm run compose:secrets first}`;
const secretsOf = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, fromEnvironmentFile(name)]));
const onceStarted = (condition: 'service_healthy' | 'service_started', ...services: string[]) =>
  Object.fromEntries(services.map((service) => [service, { condition }]));

/**
 * Only Redis and the balancer are asked by the engine whether they are well: each question starts a process in the container, beside
 * what is measured.
 */
const checkedBy = (...test: string[]) => ({ test, interval: '5s', timeout: '4s', retries: 12 });

const contained = {
  init: true,
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
};

const redis = {
  image: 'redis:7.4-alpine',
  // Named, the image's start script has nothing to do as root.
  user: 'redis',
  command: ['redis-server', ...redisSettings],
  cpuset: cores.systems,
  ...contained,
  // The image declares a volume there: without this each container would get an anonymous one.
  volumes: [{ type: 'tmpfs', target: '/data' }],
  healthcheck: checkedBy('CMD', 'redis-cli', 'ping'),
};

/** One image for all servers; the authorization server's service builds it. */
const serverImage = 'auth-bench-server';

/** A server that tells the bench its CPU and where it stands, through a probe one port above its own. */
function serverService(server: string, environment: Readonly<Record<string, string>>, secrets: readonly string[]) {
  const node = 'node --no-deprecation --disable-warning=ExperimentalWarning --import ./bench/rig/cpu-probe.ts';
  return {
    image: serverImage,
    pull_policy: 'never',
    user: 'node',
    // Every replica has a host name of its own, and says it in /healthz.
    command: ['sh', '-c', `INSTANCE="$$HOSTNAME" exec ${node} servers/${server}.ts`],
    environment: {
      HOST: '0.0.0.0',
      PORT: String(instancePort),
      CPU_PROBE_HOST: '0.0.0.0',
      CPU_PROBE_PORT: String(instancePort + 1),
      CPU_PROBE_OF: 'cgroup',
      REDIS_URL: redisUrl,
      ...environment,
      ...credentialLives,
      ...secretsOf(['ADMIN_SECRET', ...secrets]),
    },
    depends_on: onceStarted('service_healthy', 'redis'),
    cpuset: cores.systems,
    ...contained,
  };
}

const authorizationPrefix = 'auth-bench:authorization-server:';

function strategyService({ service, strategy: name, isUsual }: ContainerService) {
  const { strategy, check } = combinationOf(name);
  const { server, needs, asksAuthorizationServer } = strategies[strategy];
  const environment = {
    AUTH_STRATEGY: strategy,
    REVOCATION_CHECK: check,
    // One Redis serves all: what one service remembers is no other's.
    REDIS_PREFIX: asksAuthorizationServer ? authorizationPrefix : `auth-bench:${service}:`,
    ...(asksAuthorizationServer ? { AUTHORIZATION_SERVER_URL: authorizationUrl } : {}),
  };
  const secrets = needs.filter((name) => name !== 'AUTHORIZATION_SERVER_URL');
  const started = serverService(server, environment, secrets);
  return {
    ...(isUsual ? {} : { profiles: ['all'] }),
    ...started,
    ...(asksAuthorizationServer
      ? { depends_on: { ...started.depends_on, ...onceStarted('service_started', 'authorization-server') } }
      : {}),
    ...(name === 'none' ? { networks: { default: { aliases: [baselines] } } } : {}),
  };
}

const authorizationServer = {
  build: { context: '.', target: 'server' },
  ...serverService('authorization-server', { ACCESS_TOKENS: 'opaque', REDIS_PREFIX: authorizationPrefix }, [
    'REFRESH_SECRET',
    'INTROSPECTION_SECRET',
  ]),
};

const balancer = {
  image: 'haproxy:2.8-alpine',
  user: 'haproxy',
  depends_on: onceStarted('service_started', ...usualServices.map(({ service }) => service)),
  ports: containerServices.map(({ port }) => `127.0.0.1:${port}:${port}`),
  cpuset: cores.systems,
  ...contained,
  volumes: ['./deploy/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro'],
  // Healthy is: every service that starts by itself answers through it.
  healthcheck: checkedBy(
    'CMD-SHELL',
    `for port in ${usualServices.map(({ port }) => port).join(' ')}; do ` +
      'wget -q -O /dev/null http://127.0.0.1:$$port/healthz || exit 1; done',
  ),
};

/** The balancer's door, and behind it the instances themselves, where the bench finds the admin routes and the probes. */
export const targetOf = ({ service, strategy, port }: ContainerService) =>
  `${strategy}=http://balancer:${port}=http://${strategy === 'none' ? baselines : service}:${instancePort}`;

const bench = {
  profiles: ['bench'],
  build: { context: '.', target: 'bench' },
  user: `\${BENCH_USER:-node}`,
  command: [...['npm', 'run', 'bench', '--', '--only', 'cost'], ...['--target', usualServices.map(targetOf).join(',')]],
  environment: { ...secretsOf(['ADMIN_SECRET']), REDIS_URL: redisUrl },
  depends_on: onceStarted('service_healthy', 'balancer'),
  cpuset: cores.generator,
  ...contained,
  tmpfs: ['/tmp'],
  volumes: ['./results:/app/results'],
};

const generated =
  'Generated by `npm run compose:write` from bench/rig/compose.ts; do not edit. See docs/containers.md.';

/** The text of docker-compose.yml. */
export function composeFile(): string {
  const servers = Object.fromEntries(containerServices.map((entry) => [entry.service, strategyService(entry)]));
  const services = {
    redis,
    'authorization-server': authorizationServer,
    ...servers,
    'none-again': servers.none,
    balancer,
    bench,
  };
  // A plain `no` is a string in YAML 1.2 and false in 1.1: quoted, every reader takes it for the string.
  return `# ${generated}\n${stringify({ services }, { aliasDuplicateObjects: false, lineWidth: 0, compat: 'yaml-1.1' })}`;
}

/** The text of deploy/haproxy.cfg: instances are found by name, as many as there are, as they come and go. */
export function composeBalancerFile(): string {
  const resolvers = [
    'resolvers docker',
    '  nameserver engine 127.0.0.11:53',
    '  accepted_payload_size 8192',
    '  hold valid 1s',
    '',
  ];
  const template = `server-template instance- ${maxReplicas}`;
  const services = containerServices.map(({ service, port }) => ({
    name: service,
    bind: `:${port}`,
    servers: [`${template} ${service}:${instancePort} check resolvers docker resolve-prefer ipv4 init-addr none`],
  }));
  return `# ${generated}\n${balancerConfiguration(services, resolvers)}`;
}
