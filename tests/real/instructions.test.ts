// The pass that counts instructions, with a program in perf's place that keeps to its protocol: few machines let perf count.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { countInstructions } from '../../bench/measure/instructions.ts';

const directory = mkdtempSync(join(tmpdir(), 'perf-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Answers "enable" on its control pipe, then prints a line of `perf stat -x ,` when it is interrupted. */
function perfThatPrints(line: string): string {
  const file = join(directory, `perf-${line.length}`);
  writeFileSync(
    file,
    `#!/bin/sh\nread command <&3\n[ "$command" = enable ] || exit 1\ntrap 'echo "${line}" >&2; exit 0' INT\necho ack >&4\nwhile :; do sleep 0.01; done\n`,
  );
  chmodSync(file, 0o755);
  return file;
}

test('counting begins before the load does, and ends with it', async () => {
  const counted = await countInstructions(
    perfThatPrints('123456,,instructions:u,1000,100.00,,'),
    process.pid,
    async () => 'done',
  );
  expect(counted).toEqual({ value: 'done', count: 123_456 });
});

test('a perf that cannot count is told as a failure, not as zero', async () => {
  const perf = perfThatPrints('<not supported>,,instructions:u,0,100.00,,');
  await expect(countInstructions(perf, process.pid, async () => {})).rejects.toMatchObject({ code: 'PROCESS_FAILED' });
});
