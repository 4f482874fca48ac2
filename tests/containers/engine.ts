// A Docker engine of the tests' own, in namespaces of its own: none of its processes, interfaces, rules or mounts is seen outside,
// and they end with the process that started it, also by `kill -9`.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onPath } from '../../bench/rig/machine.ts';
import { composePlugin, dockerConfig } from '../../scripts/compose-plugin.ts';

export interface Engine {
  /** A directory that ends with the engine. */
  readonly directory: string;
  /** For every `docker` of the tests. */
  readonly environment: NodeJS.ProcessEnv;
  /** Put before a command that is to reach the published ports. */
  readonly insideNetwork: readonly string[];
  /** Ends the engine and all that it started; its directory and its images stay for the next one. */
  end(): Promise<void>;
}

/** Why no engine can be started here; null when one can. */
export function whyNoEngine(): string | null {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it needs root, for namespaces of its own';
  const missing = ['dockerd', 'docker', 'busybox', 'iptables', 'unshare', 'nsenter', 'setpriv'].find(
    (one) => !onPath(one),
  );
  if (missing) return `${missing} is not on PATH; try npm run setup -- --containers`;
  return composePlugin() ? null : 'Compose v2 is missing; try npm run setup -- --containers';
}

/** A directory and control groups for engines, removed when this process ends in whatever way. */
export function makeGround() {
  const directory = mkdtempSync(join(tmpdir(), 'auth-bench-containers-'));
  const mark = `auth-bench-${randomBytes(6).toString('hex')}`;
  // As the bench's janitor does: the end of its input is the end of this process.
  const sweep = [
    'read -r end',
    'sleep 0.5',
    'for try in $(seq 60); do',
    `  rm -rf '${directory}' 2> /dev/null`,
    `  find /sys/fs/cgroup -depth -type d -path '*/${mark}*' -exec rmdir {} ';' 2> /dev/null`,
    `  [ -e '${directory}' ] || [ -n "$(find /sys/fs/cgroup -path '*/${mark}*' -print -quit)" ] || break`,
    '  sleep 0.5',
    'done',
  ];
  const janitor = spawn('sh', ['-c', sweep.join('\n')], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  const swept = once(janitor, 'exit');
  return {
    directory,
    mark,
    async remove(): Promise<void> {
      janitor.stdin?.end();
      await swept;
    },
  };
}
export type Ground = ReturnType<typeof makeGround>;

/**
 * Starts an engine.
 * @param network the host's for building images, which needs the packages' registries; one of its own for containers.
 * @throws {Error} with the end of its log when it does not answer within 30 s.
 */
export async function startEngine({ directory, mark }: Ground, network: 'host' | 'own'): Promise<Engine> {
  const log = join(directory, 'dockerd.log');
  const socket = `unix://${join(directory, 'docker.sock')}`;
  const kept = ['data-root', 'exec-root'].map((name) => `--${name}=${join(directory, name)}`);
  const alone = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-masq=false', '--ip-forward=false'];
  const flags = [
    ...kept,
    `--pidfile=${join(directory, 'dockerd.pid')}`,
    `--host=${socket}`,
    '--storage-driver=overlay2',
    `--cgroup-parent=/${mark}`,
    '--userland-proxy-path=/usr/sbin/docker-proxy',
    ...(network === 'host' ? alone : []),
  ].filter((flag) => !flag.startsWith('--userland-proxy-path') || existsSync('/usr/sbin/docker-proxy'));
  const namespaces = [
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    ...(network === 'own' ? ['--net'] : []),
  ];
  const inside = 'busybox ip link set lo up; exec dockerd "$@"';
  const output = openSync(log, 'a');
  const daemon = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', 'unshare', ...namespaces, 'sh', '-c', inside, 'dockerd', ...flags],
    { stdio: ['ignore', output, output] },
  );
  const environment = {
    ...process.env,
    DOCKER_HOST: socket,
    DOCKER_CONFIG: dockerConfig,
    // Its cache does not ask in which network a line was run: what was built with the host's is found again.
    DOCKER_BUILDKIT: '0',
    COMPOSE_PROGRESS: 'plain',
    COMPOSE_STATUS_STDOUT: '1',
  };
  await answering(daemon, environment, log);
  return {
    directory,
    environment,
    insideNetwork: network === 'own' ? ['nsenter', `--net=/proc/${daemon.pid}/ns/net`] : [],
    async end() {
      if (daemon.exitCode !== null || daemon.signalCode !== null) return;
      const ended = once(daemon, 'exit');
      // The daemon itself, which stops its containers; the process that holds the namespaces ends after it.
      const [pid] = readFileSync(`/proc/${daemon.pid}/task/${daemon.pid}/children`, 'utf8').split(' ');
      process.kill(Number(pid), 'SIGTERM');
      await ended;
    },
  };
}

async function answering(daemon: ChildProcess, environment: NodeJS.ProcessEnv, log: string): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    if (spawnSync('docker', ['version'], { env: environment, stdio: 'ignore' }).status === 0) return;
    if (daemon.exitCode !== null) break;
    await sleep(500);
  }
  daemon.kill('SIGKILL');
  throw new Error(`dockerd does not answer: ${spawnSync('tail', ['-5', log], { encoding: 'utf8' }).stdout}`);
}
