// The images that docker-compose.yml and the Dockerfile name: pulled, or where no image registry can be reached made from what Debian
// and npm have installed on this machine, under the same names.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onPath, versionOf } from '../../bench/rig/machine.ts';
import type { Engine } from './engine.ts';

interface StandIn {
  readonly image: string;
  /** What it holds beside BusyBox. */
  readonly programs: readonly string[];
  readonly user: string;
  /** What is run without a command. */
  readonly changes: readonly string[];
  /** Adds what is no program. */
  readonly add?: (root: string) => void;
}

/** Where a program stands, by the name that it is called by: some behave by it. */
const program = (name: string): string => {
  const found = onPath(name);
  if (!found) throw new Error(`${name} is not on PATH; run npm run setup`);
  return found;
};

const standIns = (): readonly StandIn[] => [
  {
    image: 'node:24.21-bookworm-slim',
    programs: [process.execPath],
    user: 'node:x:1000:1000::/home/node:/bin/sh',
    changes: ['CMD ["node"]'],
    add: addNpm,
  },
  {
    image: 'redis:7.4-alpine',
    programs: [program('redis-server'), program('redis-cli')],
    user: 'redis:x:999:1000::/data:/bin/sh',
    // As the official image is built: containers reach it without a password.
    changes: ['ENTRYPOINT ["/entrypoint"]', 'CMD ["redis-server"]', 'WORKDIR /data'],
    add: (root) =>
      writeFileSync(join(root, 'entrypoint'), '#!/bin/sh\nexec "$@" --protected-mode no\n', { mode: 0o755 }),
  },
  {
    image: 'haproxy:2.8-alpine',
    programs: [program('haproxy')],
    user: 'haproxy:x:99:99::/var/lib/haproxy:/bin/sh',
    changes: ['CMD ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]'],
  },
];

/**
 * Brings the images into an engine.
 * @returns what stands in for what, in words; nothing for images that were pulled.
 * @throws {Error} when a program of a stand-in is not on this machine.
 */
export function bringImages(engine: Engine): string[] {
  const said: string[] = [];
  for (const standIn of standIns()) {
    const pulled = spawnSync('docker', ['pull', '--quiet', standIn.image], {
      env: engine.environment,
      timeout: 120_000,
    });
    if (pulled.status === 0) continue;
    make(engine, standIn);
    const [held = ''] = standIn.programs;
    const holds = versionOf(held, held.endsWith('haproxy') ? '-v' : '--version').replace(/ (sha|20\d\d).*/, '');
    said.push(`${standIn.image} could not be pulled; a stand-in of Debian's and npm's packages holds ${holds}`);
  }
  return said;
}

function make(engine: Engine, { image, programs, user, changes, add }: StandIn): void {
  const root = join(engine.directory, 'image');
  for (const directory of [
    'bin',
    'dev',
    'etc',
    'proc',
    'sys',
    'tmp',
    'data',
    'usr/bin',
    'usr/local/bin',
    'usr/local/etc',
  ])
    mkdirSync(join(root, directory), { recursive: true });
  for (const path of [program('busybox'), ...programs]) {
    copy(path, join(root, 'usr/local/bin', path.split('/').at(-1) as string));
    for (const library of librariesOf(path)) copy(library, join(root, library));
  }
  chmodSync(join(root, 'tmp'), 0o1777);
  const { stdout: applets } = spawnSync('busybox', ['--list'], { encoding: 'utf8' });
  for (const applet of applets.split('\n').filter(Boolean))
    symlinkSync('/usr/local/bin/busybox', join(root, 'bin', applet));
  symlinkSync('/usr/local/bin/busybox', join(root, 'usr/bin/env'));
  const [name = ''] = user.split(':');
  writeFileSync(join(root, 'etc/passwd'), `root:x:0:0::/:/bin/sh\n${user}\n`);
  writeFileSync(join(root, 'etc/group'), `root:x:0:\n${name}:x:${user.split(':')[3]}:\n`);
  writeFileSync(join(root, 'etc/nsswitch.conf'), 'hosts: files dns\n');
  add?.(root);
  const flags = ['ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...changes].flatMap(
    (change) => ['--change', change],
  );
  const line = 'root=$1; image=$2; shift 2; tar -C "$root" -c . | docker import "$@" - "$image"';
  const { status, stderr } = spawnSync('sh', ['-c', line, 'import', root, image, ...flags], {
    env: engine.environment,
    encoding: 'utf8',
  });
  rmSync(root, { recursive: true });
  if (status !== 0) throw new Error(`cannot make a stand-in for ${image}: ${stderr}`);
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(realpathSync(from), to);
}

/** The shared libraries of a program, its loader among them; none for one that has them within. */
function librariesOf(path: string): string[] {
  const { stdout } = spawnSync('ldd', [path], { encoding: 'utf8' });
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, library]) => library as string);
}

/** Debian's bundle of trusted certificates, with what this machine trusts beside them. */
const certificates = '/etc/ssl/certs/ca-certificates.crt';

/** npm as this machine has it, with its registry and certificates. */
function addNpm(root: string): void {
  const npm = dirname(dirname(realpathSync(program('npm'))));
  cpSync(npm, join(root, 'usr/local/lib/node_modules/npm'), { recursive: true, dereference: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
  const { stdout: registry } = spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' });
  const lines = [`registry=${registry.trim()}`];
  if (existsSync(certificates)) {
    copy(certificates, join(root, certificates));
    lines.push(`cafile=${certificates}`);
  }
  writeFileSync(join(root, 'usr/local/etc/npmrc'), `${lines.join('\n')}\n`);
  mkdirSync(join(root, 'home/node'), { recursive: true });
}
