import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { lastWordsOf } from '../../bench/rig/processes.ts';

const writtenBy = (script: string) => spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stderr;

describe('the last words of a process', () => {
  it('are the error that it did not catch, not the version of Node.js below its stack', () => {
    expect(lastWordsOf(writtenBy("throw new TypeError('no such port')"))).toBe('TypeError: no such port');
  });

  it('are its last line where it told its own error', () => {
    expect(lastWordsOf(writtenBy("console.error('starting'); console.error('Redis does not answer')"))).toBe(
      'Redis does not answer',
    );
  });
});
