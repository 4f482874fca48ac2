import { expect, test } from 'vitest';
import { windowOf } from '../../bench/load/closed-loop.ts';
import { parseClock, parseMachineSeconds } from '../../bench/measure/cpu.ts';
import { parseUsedBytes } from '../../bench/measure/memory.ts';
import { beginsUnwantedPhase, opensslArguments, parseOpensslSeconds } from '../../bench/measure/openssl-speed.ts';
import { callsBetween, parseCalls, parseCpuSeconds } from '../../bench/measure/redis-counters.ts';
import { parseInstructions } from '../../bench/rig/instructions.ts';

test.each([
  ['00:01', 1],
  ['1:02:03', 3_723],
  [' 0:00.45', 0.45],
])('ps prints %s for %d seconds', (text, seconds) => {
  expect(parseClock(text)).toBeCloseTo(seconds);
});

test('the kernel tells what chosen cores worked for processes, and what the hypervisor kept', () => {
  const core = '100 1 50 9999 77 2 3 25 0 0';
  const text = `cpu  999 0 0 0 0 0 0 99 0 0\ncpu0 ${core}\ncpu1 ${core}\ncpu2 500 0 0 0 0 0 0 0 0 0\n`;
  expect(parseMachineSeconds(text, [0, 1])).toEqual({ busy: 3.02, stolen: 0.5 });
});

test.each([
  ['a count', '145000123,,instructions:u,1000000,100.00,,\n', 145_000_123],
  ['after other lines', 'a warning\n12,,instructions:u,1,100.00,,\n', 12],
  ['not supported', '<not supported>,,instructions:u,0,100.00,,\n', null],
  ['not counted', '<not counted>,,instructions:u,0,100.00,,\n', null],
  ['nothing', '', null],
])('perf prints %s', (_what, text, count) => {
  expect(parseInstructions(text)).toBe(count);
});

test('Redis tells its CPU without its children', () => {
  expect(parseCpuSeconds('# CPU\r\nused_cpu_sys:1.5\r\nused_cpu_user:2.25\r\nused_cpu_sys_children:9\r\n')).toBe(3.75);
});

test('INFO itself is not among the commands counted', () => {
  const info =
    '# Commandstats\r\ncmdstat_get:calls=12,usec=30\r\ncmdstat_info:calls=3,usec=9\r\ncmdstat_config|get:calls=1,usec=1\r\n';
  expect(parseCalls(info)).toEqual({ get: 12, 'config|get': 1 });
});

test('only commands that ran in between are told', () => {
  const reading = (calls: Record<string, number>) => ({ cpuSeconds: 0, calls });
  expect(callsBetween(reading({ get: 5, set: 2 }), reading({ get: 9, set: 2, del: 1 }))).toEqual({ get: 4, del: 1 });
});

test.each([
  ['RS256', '+F2:2:2048:4239.0:50000.0\n', 0.00002],
  ['ES256', '+R8:x\n+F4:3:256:58081.632653:20000.000000', 0.00005],
  ['EdDSA', '+F6:0:253:Ed25519:38248.48:10000.0', 0.0001],
  ['HS256', '+H:400\n+F:9:hmac(sha256):1000000000.00', 0.0000004],
] as const)('openssl speed of %s is read as seconds of one verification', (algorithm, output, seconds) => {
  expect(parseOpensslSeconds(algorithm, output, 400)).toBeCloseTo(seconds, 9);
});

test('parseOpensslSeconds: the encryption rates that RSA has since OpenSSL 3.2 are not read as verification', () => {
  const output = '+F2:2:2048:4239.0:50000.0:48000.0:4100.0\n';
  expect(parseOpensslSeconds('RS256', output, 400)).toBeCloseTo(0.00002, 9);
});

test.each([
  ['+DTP:2048:private:rsa:1', true],
  ['+DTP:2048:private:rsa sign:1', true],
  ['+DTP:2048:public:rsa encrypt:1', true],
  ['+DTP:253:sign:Ed25519:1', true],
  ['+DTP:2048:public:rsa:1', false],
  ['+DTP:2048:public:rsa verify:1', false],
  ['+DTP:253:verify:Ed25519:1', false],
  ['+DT:hmac(sha256):1:400', false],
  ['+R1:3214:2048:0.88', false],
])('beginsUnwantedPhase: %s gives %s', (line, unwanted) => {
  expect(beginsUnwantedPhase(line)).toBe(unwanted);
});

test('openssl that prints no figure is an error, not a zero', () => {
  expect(() => parseOpensslSeconds('RS256', 'speed: Unknown algorithm', 400)).toThrow('printed nothing for RS256');
});

test('the HMAC is timed over as many bytes as the token signs', () => {
  expect(opensslArguments('HS256', 412)).toContain('412');
});

test('the rate is taken from the middle of a load', () => {
  expect(windowOf(1_000, 10)).toEqual({ first: 100, last: 900 });
});

test('a load of few answers per connection is taken whole', () => {
  expect(windowOf(24, 4)).toEqual({ first: 0, last: 24 });
});

test('the memory of Redis is told without the buffers of its connections', () => {
  expect(parseUsedBytes('# Memory\r\nused_memory:1000\r\nused_memory_peak:9\r\nmem_clients_normal:100\r\n')).toBe(900);
});
