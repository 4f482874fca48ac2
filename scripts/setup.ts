// `npm run setup`: installs the system parts that are missing (a Redis server, HAProxy); says what it found and did.
// With `-- --browser` also a Chromium, which the tests of the page open it in; with `-- --containers` also a Docker engine, for the tests
// of the containers.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { onPath, versionOf } from '../bench/rig/machine.ts';
import { bringComposePlugin, composePlugin } from './compose-plugin.ts';

interface Part {
  readonly name: string;
  readonly commands: readonly string[];
  readonly versionArgument: string;
  readonly packages: Readonly<Record<string, string>>;
  /** What Debian would start at each boot, where it is not called like its package. */
  readonly services?: readonly string[];
}

const parts: readonly Part[] = [
  {
    name: 'Redis server',
    commands: ['redis-server', 'valkey-server'],
    versionArgument: '--version',
    packages: { 'apt-get': 'redis-server', dnf: 'redis', apk: 'redis', pacman: 'valkey', brew: 'redis' },
  },
  {
    name: 'HAProxy',
    commands: ['haproxy'],
    versionArgument: '-v',
    packages: { 'apt-get': 'haproxy', dnf: 'haproxy', apk: 'haproxy', pacman: 'haproxy', brew: 'haproxy' },
  },
];

/** What only the tests of the page need. */
const browser: Part = {
  name: 'Chromium',
  commands: ['chromium', 'chromium-browser', 'google-chrome'],
  versionArgument: '--version',
  packages: { 'apt-get': 'chromium', dnf: 'chromium', apk: 'chromium', pacman: 'chromium', brew: '--cask chromium' },
};

/** What only the tests of the containers need, beside Compose v2. */
const engine: readonly Part[] = [
  {
    name: 'Docker engine',
    commands: ['dockerd'],
    versionArgument: '--version',
    packages: { 'apt-get': 'docker.io', dnf: 'moby-engine', apk: 'docker', pacman: 'docker' },
    services: ['docker.service', 'docker.socket', 'containerd.service'],
  },
  {
    name: 'iptables',
    commands: ['iptables'],
    versionArgument: '--version',
    packages: { 'apt-get': 'iptables', dnf: 'iptables-nft', apk: 'iptables', pacman: 'iptables' },
  },
  {
    name: 'BusyBox',
    commands: ['busybox'],
    versionArgument: '--help',
    packages: { 'apt-get': 'busybox-static', dnf: 'busybox', apk: 'busybox-static', pacman: 'busybox' },
  },
];

/**
 * Debian starts a service as soon as its package is installed, and at each boot. We want the program only: a policy file
 * (invoke-rc.d(8)) forbids the start while we install, and the services that we brought are switched off.
 */
const installWithApt = (packages: readonly string[], services: readonly string[]) => `
  set -e
  export DEBIAN_FRONTEND=noninteractive
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\\nexit 101\\n' > "$policy"
    chmod 755 "$policy"
  fi
  apt-get -qq update
  apt-get -qq install -y --no-install-recommends ${packages.join(' ')}
  if command -v systemctl > /dev/null; then systemctl --quiet disable ${services.join(' ')} 2> /dev/null || true; fi`;

const installers: Readonly<Record<string, (packages: readonly string[], services: readonly string[]) => string>> = {
  'apt-get': installWithApt,
  dnf: (packages) => `dnf install -y -q ${packages.join(' ')}`,
  apk: (packages) => `apk add --quiet ${packages.join(' ')}`,
  pacman: (packages) => `pacman -S --noconfirm --needed ${packages.join(' ')}`,
  brew: (packages) => `brew install --quiet ${packages.join(' ')}`,
};

const chosen = choices();
console.log(`Node.js ${process.version}: ${process.execPath.includes('node_modules') ? 'the pinned one' : 'your own'}`);
const wanted = [...parts, ...(chosen.browser ? [browser] : []), ...(chosen.containers ? engine : [])];
const missing = wanted.filter((part) => !report(part));
if (missing.length > 0) install(missing);
if (chosen.containers) requireCompose();

function choices(): { browser?: boolean; containers?: boolean } {
  try {
    return parseArgs({ options: { browser: { type: 'boolean' }, containers: { type: 'boolean' } } }).values;
  } catch (error) {
    console.error(
      `auth-bench: ${(error as Error).message.split('.')[0]}; setup takes --browser and --containers alone [USAGE]`,
    );
    process.exit(2);
  }
}

function requireCompose(): void {
  // Debian 13 has it apart from the engine.
  if (!onPath('docker')) fail('the command docker is missing; install it by hand (docker-cli)');
  if (!composePlugin()) {
    if (!onPath('apt-get')) fail('Compose v2 is missing; install it by hand');
    console.log("Compose v2 missing: taking it from Debian's packages ...");
    if (!bringComposePlugin()) fail('apt-get could not bring Compose v2');
  }
  console.log(`Compose: ${composePlugin()}`);
}

/** Says where a part is; false when it is nowhere. */
function report({ name, commands, versionArgument }: Part): boolean {
  const found = commands.map(onPath).find((path) => path !== null);
  if (found) console.log(`${name}: ${versionOf(found, versionArgument)}`);
  return found !== undefined;
}

function install(missing: readonly Part[]): void {
  const names = missing.map(({ name }) => name).join(' and ');
  const manager = Object.keys(installers).find((command) => onPath(command));
  if (!manager)
    fail(
      `${names} missing, and no package manager known here (${Object.keys(installers).join(', ')}); install by hand`,
    );
  const unknown = missing.find((part) => !part.packages[manager]);
  if (unknown) fail(`${unknown.name} missing, and ${manager} has no package of it; install by hand`);
  const packages = missing.map((part) => part.packages[manager] as string);
  const services = missing.flatMap((part) => part.services ?? [part.packages[manager] as string]);
  const asRoot = manager === 'brew' || process.getuid?.() === 0 ? [] : ['sudo'];
  if (asRoot.length > 0 && !onPath('sudo'))
    fail(`${names} missing; run as root: ${manager} install ${packages.join(' ')}`);
  console.log(`${names} missing: installing ${packages.join(', ')} with ${manager} ...`);
  const [command = '', ...args] = [
    ...asRoot,
    'sh',
    '-c',
    (installers[manager] as (typeof installers)[string])(packages, services),
  ];
  const { status } = spawnSync(command, args, { stdio: ['inherit', 'ignore', 'inherit'] });
  if (status !== 0) fail(`${manager} could not install ${packages.join(', ')}`);
  if (!missing.map(report).every(Boolean))
    fail(`${manager} installed ${packages.join(', ')}, but not all of it is on PATH`);
}

function fail(message: string): never {
  console.error(`auth-bench: ${message} [SETUP_FAILED]`);
  process.exit(3);
}
