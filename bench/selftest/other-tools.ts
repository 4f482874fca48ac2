// What other load generators say of the same server: autocannon's rate mode, undici alone, wrk. Runs as a worker of its own,
// so that all of them have the generator's core.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import autocannon from 'autocannon';
import { Client } from 'undici';
import type { QuantileFacts, RateFacts } from '../record/facts.ts';

type Rate = Pick<RateFacts, 'requests' | 'seconds'>;

/** Seconds that a load lasts, and over how many connections. */
interface Load {
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
}

/** autocannon at an overall rate, as its command line does it, with its own figures. */
export async function autocannonAtRate({
  url,
  seconds,
  connections,
  rate,
}: Load & { rate: number }): Promise<QuantileFacts> {
  const { latency } = await autocannon({ url, connections, duration: seconds, overallRate: rate });
  const nanoseconds = (milliseconds: number) => milliseconds * 1e6;
  return {
    type: 'quantiles',
    p50: nanoseconds(latency.p50),
    p90: nanoseconds(latency.p90),
    p99: nanoseconds(latency.p99),
    p999: nanoseconds(latency.p99_9),
  };
}

/** autocannon as fast as it can. */
export async function autocannonRate({ url, seconds, connections }: Load): Promise<Rate> {
  const result = await autocannon({ url, connections, duration: seconds, sampleInt: 20 });
  return { requests: result['2xx'], seconds: result.duration };
}

/** undici's own client in a closed loop, its answers read and thrown away. */
export async function undiciRate({ url, seconds, connections }: Load): Promise<Rate> {
  const clients = Array.from({ length: connections }, () => new Client(url));
  const end = performance.now() + seconds * 1000;
  const began = performance.now();
  let requests = 0;
  const work = async (client: Client) => {
    while (performance.now() < end) {
      const { body } = await client.request({ path: '/me', method: 'GET' });
      await body.text();
      requests += 1;
    }
  };
  await Promise.all(clients.map(work));
  const took = (performance.now() - began) / 1000;
  await Promise.all(clients.map((client) => client.destroy()));
  return { requests, seconds: took };
}

/** wrk as fast as it can: what it says it got through. */
export async function wrkRate(load: Load & { command: string }): Promise<Rate> {
  const [, requests = '', took = ''] = /(\d+) requests in ([\d.]+)s/.exec(await wrk(load)) ?? [];
  return { requests: Number(requests), seconds: Number(took) };
}

/** The quantiles that wrk tells of; it has no p99.9. */
export async function wrkQuantiles(load: Load & { command: string }): Promise<QuantileFacts> {
  return parseWrkQuantiles(await wrk(load));
}

async function wrk({ command, url, seconds, connections }: Load & { command: string }): Promise<string> {
  const args = ['-t1', `-c${connections}`, `-d${Math.ceil(seconds)}s`, '--timeout', '10s', '--latency', `${url}/me`];
  return (await promisify(execFile)(command, args)).stdout;
}

const scales: Record<string, number> = { us: 1e3, ms: 1e6, s: 1e9 };

/** Reads the "Latency Distribution" that wrk prints. */
export function parseWrkQuantiles(text: string): QuantileFacts {
  const quantile = (percent: number) => {
    const [, value, unit] = new RegExp(`\\s${percent}%\\s+([\\d.]+)(us|ms|s)\\b`).exec(text) ?? [];
    return value && unit ? Math.round(Number(value) * (scales[unit] as number)) : null;
  };
  return { type: 'quantiles', p50: quantile(50), p90: quantile(90), p99: quantile(99), p999: null };
}
