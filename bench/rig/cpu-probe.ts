// Loaded into a server before its own code (`node --import`) where its CPU cannot be read from outside: the server tells it, and where
// it stands. What it asks and answers is in `server-probe.ts`.
import { openSync, readFileSync, readSync } from 'node:fs';
import { createServer } from 'node:net';
import { coresOf } from './cores.ts';
import { type ProbedServer, probeAsks } from './server-probe.ts';

/** What a container is charged, in both versions of control groups, by its own view of them. */
const cgroupFiles = [
  { path: '/sys/fs/cgroup/cpu.stat', secondsOf: (text: string) => Number(/usage_usec (\d+)/.exec(text)?.[1]) / 1e6 },
  { path: '/sys/fs/cgroup/cpuacct/cpuacct.usage', secondsOf: (text: string) => Number(text) / 1e9 },
];

const { CPU_PROBE_HOST: host = '127.0.0.1', CPU_PROBE_PORT: port, CPU_PROBE_OF: of = 'process' } = process.env;
const tell = of === 'cgroup' ? cgroupSeconds() : processSeconds;

createServer({ noDelay: true }, (socket) => {
  const answer = Buffer.alloc(8);
  socket.on('error', () => socket.destroy());
  socket.on('data', (asked) => {
    if (asked.toString('latin1') === probeAsks.place) {
      socket.end(JSON.stringify(place()));
      return;
    }
    answer.writeDoubleLE(tell());
    socket.write(answer);
  });
})
  .listen(Number(port), host)
  .unref();

function processSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The file stays open: opening it anew would be most of a reading. */
function cgroupSeconds(): () => number {
  const found = cgroupFiles.flatMap(({ path, secondsOf }) => {
    try {
      return [{ file: openSync(path, 'r'), secondsOf }];
    } catch {
      return [];
    }
  })[0];
  if (!found) throw new Error('this container cannot see what its control group is charged');
  const buffer = Buffer.alloc(4_096);
  return () => found.secondsOf(buffer.toString('latin1', 0, readSync(found.file, buffer, 0, buffer.length, 0)));
}

function place(): ProbedServer {
  return {
    cores: coresOf(readFileSync('/proc/self/status', 'utf8')),
    cpuLimit: cpuLimit(),
    asks: process.env.AUTHORIZATION_SERVER_URL ?? null,
  };
}

/** CPUs that the control group may use at most, null without a limit: cpu.max (v2), or quota and period (v1). */
function cpuLimit(): number | null {
  const read = (name: string) => {
    try {
      return readFileSync(`/sys/fs/cgroup/${name}`, 'utf8').trim();
    } catch {
      return '';
    }
  };
  const [quota, period] = (read('cpu.max') || `${read('cpu/cpu.cfs_quota_us')} ${read('cpu/cpu.cfs_period_us')}`).split(
    ' ',
  );
  return Number(quota) > 0 && Number(period) > 0 ? Number(quota) / Number(period) : null;
}
