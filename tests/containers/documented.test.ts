// Every command of docs/containers.md, word for word and in its order, in a fresh copy and an engine of the test's own.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, type Ground, makeGround, startEngine, whyNoEngine } from './engine.ts';
import { bringImages } from './stand-ins.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const reason = whyNoEngine();
if (reason) console.log(`the containers' tests are left out: ${reason}`);

/** The page's indented lines; a backslash at the end joins a line to the next. */
const commands = readFileSync(join(root, 'docs/containers.md'), 'utf8')
  .replaceAll(/ \\\n +/g, ' ')
  .split('\n')
  .filter((line) => line.startsWith('    '))
  .map((line) => line.trim());
const benchLine = commands.find((line) => line.endsWith('--build bench')) as string;
const scaleLine = commands.find((line) => line.includes('--scale')) as string;

interface Finding {
  readonly experiment: string;
  readonly factors: { readonly strategy?: string };
  readonly measures: Readonly<Record<string, { readonly value: number }>>;
}

let ground: Ground | null = null;
let engine: Engine | null = null;
let clone = '';

/** Runs a line as a reader of the page would, and shows it with what it printed. */
async function run(line: string, hear: (text: string) => void = () => {}): Promise<{ code: number; output: string }> {
  const { environment, insideNetwork } = engine as Engine;
  const before = line.startsWith('curl') ? insideNetwork : [];
  const [command = '', ...args] = [...before, 'sh', '-c', line];
  const began = Date.now();
  const child = spawn(command, args, { cwd: clone, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      hear(text);
    });
  const [code] = await once(child, 'close');
  const last = output.trimEnd().split('\n').slice(-6).join('\n  ');
  console.log(`$ ${line}\n  ${last}\n  exit ${code}, ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return { code, output };
}

const lastReport = () => {
  const runs = readdirSync(join(clone, 'results')).filter((name) => /^\d{4}-/.test(name));
  return JSON.parse(readFileSync(join(clone, 'results', runs.sort().at(-1) as string, 'report.json'), 'utf8'));
};

describe.skipIf(reason !== null)('docs/containers.md', () => {
  beforeAll(async () => {
    ground = makeGround();
    clone = join(ground.directory, 'auth-bench');
    mkdirSync(clone);
    const copy = 'git ls-files -z --cached --others --exclude-standard | tar --null --files-from - -c | tar -x -C "$1"';
    const copied = spawnSync('sh', ['-c', copy, 'copy', clone], { cwd: root, encoding: 'utf8' });
    if (copied.status !== 0) throw new Error(`cannot copy the project: ${copied.stderr}`);
    engine = await startEngine(ground, 'host');
    for (const line of bringImages(engine)) console.log(line);
    for (const target of ['server', 'bench']) {
      const { code, output } = await run(`docker build --network host --target ${target} --tag ${target} .`);
      if (code !== 0) throw new Error(output);
    }
    await engine.end();
    engine = await startEngine(ground, 'own');
  });

  afterAll(async () => {
    await engine?.end();
    await ground?.remove();
  });

  test.each(commands.slice(0, commands.indexOf(benchLine)))('%s', async (line) => {
    const { code, output } = await run(line);
    expect(code, output).toBe(0);
  });

  test(`${benchLine}, while the servers are scaled`, async () => {
    const scaled = Promise.withResolvers<{ code: number }>();
    let [said, begun] = ['', false];
    const bench = run(benchLine, (text) => {
      said += text;
      if (begun || !said.includes('[1]')) return;
      begun = true;
      run(scaleLine).then(scaled.resolve, scaled.reject);
    });
    const { code, output } = await bench;
    expect(code, output).toBe(0);
    expect(begun && (await scaled.promise).code).toBe(0);
    const trials = output.match(/^\[\d+\] .*$/gm) ?? [];
    expect(trials.length).toBeGreaterThan(0);
    expect(trials.filter((line) => !line.includes('· done,'))).toEqual([]);
    const { findings, environment } = lastReport();
    expect(environment.placement).toBe('generator on core 0; targets on core 1, as they tell themselves');
    const added = (findings as readonly Finding[]).flatMap(({ experiment, factors, measures }) =>
      experiment === 'cost' && measures.addedCpuPerRequest
        ? [[factors.strategy, measures.addedCpuPerRequest.value * 1e6]]
        : [],
    );
    console.log(added);
    expect(added.map(([strategy]) => strategy)).toEqual(
      expect.arrayContaining(['session', 'jwt', 'jwt+redis-blocklist', 'jwt-cached+replicated-blocklist', 'opaque']),
    );
  });

  test.each(commands.slice(commands.indexOf(benchLine) + 1))('%s', async (line) => {
    const { code, output } = await run(line);
    expect(code, output).toBe(0);
  });

  test('nothing is left after the last command', async () => {
    const { output } = await run(
      'docker ps --all --quiet; docker network ls --filter name=auth-bench --quiet; docker volume ls --quiet',
    );
    expect(output).toBe('');
  });
});
