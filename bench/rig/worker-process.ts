// The other end of a worker: loads the module it is told and answers calls of its functions.
import { flushCompileCache } from 'node:module';
import { createBirpc } from 'birpc';

const [, , file = ''] = process.argv;
const api: Readonly<Record<string, unknown>> = await import(file);
// Workers may be killed, and would then write down nothing of what was compiled.
flushCompileCache();
createBirpc(
  { ...api, ready: () => true },
  {
    post: (message) => void process.send?.(message),
    on: (hear) => void process.on('message', hear),
    bind: 'functions',
    timeout: -1,
  },
);
process.on('disconnect', () => process.exit());
