// Compose v2 as a plug-in of `docker`: the machine's own, or one from Debian's packages, kept among this project's modules.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ownConfig = fileURLToPath(new URL('../node_modules/.cache/docker', import.meta.url));
const ownPlugin = join(ownConfig, 'cli-plugins', 'docker-compose');

/** What DOCKER_CONFIG is to be, so that `docker` finds the plug-in. */
export const dockerConfig = existsSync(ownPlugin)
  ? ownConfig
  : (process.env.DOCKER_CONFIG ?? join(homedir(), '.docker'));

/** The version of Compose v2 that `docker` finds; null when it finds none. */
export function composePlugin(): string | null {
  const environment = { ...process.env, ...(existsSync(ownPlugin) ? { DOCKER_CONFIG: ownConfig } : {}) };
  const { status, stdout } = spawnSync('docker', ['compose', 'version', '--short'], {
    env: environment,
    encoding: 'utf8',
  });
  return status === 0 ? stdout.trim() : null;
}

/**
 * Takes the plug-in from the first Debian that has it, by an apt configuration of its own: nothing of the machine's changes.
 * @returns whether it is there.
 */
export function bringComposePlugin(): boolean {
  const script = `
    set -e
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    from=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -1)
    mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $from trixie main" > "$work/sources.list"
    alone="-o Dir::Etc::SourceList=$work/sources.list -o Dir::Etc::SourceParts=/dev/null"
    alone="$alone -o Dir::State::Lists=$work/lists -o Dir::Cache=$work/cache -o APT::Sandbox::User=root"
    cd "$work"
    apt-get -qq $alone update
    apt-get -qq $alone download docker-compose
    dpkg -x docker-compose_*.deb "$work/files"
    mkdir -p "$1"
    cp "$(find "$work/files" -name docker-compose -type f | grep cli-plugins)" "$1/docker-compose"`;
  const { status } = spawnSync('sh', ['-c', script, 'compose', join(ownConfig, 'cli-plugins')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return status === 0;
}
